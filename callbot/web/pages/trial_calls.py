"""A campaign's script rung on the clerk's own phone, and what was said there."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from callbot.campaigns import trial_calls
from callbot.campaigns.roster import values
from callbot.campaigns.trial_calls import Refusal, TrialRefused
from callbot.models import TrialCall
from callbot.web.desk import Desk, NotThere, Operating, same_origin
from callbot.web.pages.campaigns import reached

router = APIRouter(dependencies=[Depends(same_origin)])

REFUSALS = {
    Refusal.OUTSIDE_HOURS: "现在不在可呼叫时段（8点到21点），没有拨打。",
    Refusal.ONE_UNDER_WAY: "已有一通试听电话在进行，请等它结束。",
    Refusal.TOO_OFTEN: "您一刻钟内已拨打多次试听电话，请稍后再试。",
    Refusal.NUMBER_TOO_OFTEN: "这个号码24小时内已拨打多次，没有再拨。",
    Refusal.SOMEBODY_ELSES: "这是居民或其联系人的号码，不能用来试听。",
}


@router.post("/campaigns/{campaign_id}/trials")
def ring_me(
    campaign_id: int,
    phone: Annotated[str, Form(max_length=40)] = "",
    locale: Annotated[str, Form()] = "",
    mine: Annotated[bool, Form()] = False,
    desk: Desk = Operating,
) -> Response:
    """mine: the clerk's word that the number is their own."""
    campaign = reached(desk, campaign_id)
    back = f"/campaigns/{campaign_id}"
    try:
        number = values.phone(phone)
    except values.WrongValue:
        return desk.back(back, desk.say("号码不对，没有拨打。"), problem=True)
    if not mine or locale not in desk.scripts.script(campaign.script).wordings:
        return desk.back(back, desk.say("请确认这是您自己的电话，并选择语言。"), problem=True)
    try:
        made = trial_calls.ask(
            desk.database,
            number,
            campaign.script,
            locale,
            desk.now,
            desk.office.settings.zone,
            actor=desk.visitor.name,
            campaign_id=campaign_id,
        )
    except TrialRefused as refused:
        return desk.back(back, desk.say(REFUSALS[refused.reason]), problem=True)
    return desk.back(f"/trials/{made}", desk.say("正在拨打试听电话。"))


@router.get("/trials/{trial_id}")
def trial_page(trial_id: str, desk: Desk = Operating) -> Response:
    return desk.page("campaigns/trial.html", trial=_trial(desk, trial_id))


@router.get("/trials/{trial_id}/talk")
def trial_talk(trial_id: str, desk: Desk = Operating) -> Response:
    """The part that changes while the call goes on."""
    return desk.page("campaigns/_trial.html", trial=_trial(desk, trial_id))


def _trial(desk: Desk, trial_id: str) -> TrialCall:
    with desk.database.reading() as rows:
        trial = rows.get(TrialCall, trial_id)
    if trial is None or trial.campaign_id is None:
        raise NotThere
    reached(desk, trial.campaign_id)
    return trial
