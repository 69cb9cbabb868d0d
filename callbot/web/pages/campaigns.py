"""Campaigns under way: who is called, what came of it, what stands in the way; stopping them."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from sqlmodel import col, select
from starlette.responses import Response

from callbot.campaigns import campaign
from callbot.campaigns.campaign import CampaignError, CampaignStatus
from callbot.campaigns.engines.nodes import machinery
from callbot.campaigns.rules.policy import Audience
from callbot.campaigns.trial_calls import latest_trials
from callbot.models import Area, Areas, Campaign, CampaignState
from callbot.review.today import live_calls
from callbot.review.trouble import recent_failures
from callbot.web.auth.rights import Right
from callbot.web.desk import Desk, NotThere, Operating, Seeing, same_origin
from callbot.web.kept import Kept
from callbot.web.previews import Previews

router = APIRouter(dependencies=[Depends(same_origin)])


class Step(StrEnum):
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


STEPS: dict[CampaignState, tuple[Step, ...]] = {
    CampaignState.DRAFT: (Step.START, Step.STOP),
    CampaignState.RUNNING: (Step.PAUSE, Step.STOP),
    CampaignState.PAUSED: (Step.RESUME, Step.STOP),
    CampaignState.STOPPED: (),
    CampaignState.FINISHED: (),
}
"""What can be done with a campaign in each state."""

DONE = {
    Step.START: "任务已开始，电话将按名单拨出。",
    Step.PAUSE: "任务已暂停，不再拨出新电话。",
    Step.RESUME: "任务已继续。",
    Step.STOP: "任务已停止，不再拨出电话。",
}
DISCARDED = "草稿已作废，没有拨出电话。"
STOP_UNSURE = "停止后不能恢复。请勾选“确定停止”。"
DISCARD_UNSURE = "作废后不能恢复。请勾选“确定作废”。"


@router.get("/campaigns")
def campaigns_page(desk: Desk = Seeing) -> Response:
    with desk.database.reading() as rows:
        found = rows.exec(select(Campaign).order_by(col(Campaign.id).desc())).all()
    listed = [each for each in found if within(desk.visitor.areas, _audience(each))]
    return desk.page(
        "campaigns/page.html", campaigns=[(each, _figures(desk, each)) for each in listed]
    )


@router.get("/campaigns/{campaign_id}")
def campaign_page(campaign_id: int, desk: Desk = Seeing) -> Response:
    chosen = reached(desk, campaign_id)
    if chosen.state is CampaignState.DRAFT and desk.visitor.may(Right.OPERATE):
        previews: Previews = desk.request.app.state.previews
        previews.expect(campaign_id)
    return desk.page(
        "campaigns/campaign.html",
        audience=_audience(chosen),
        steps=STEPS[chosen.state],
        trials=latest_trials(desk.database, campaign_id),
        locales=sorted(desk.scripts.script(chosen.script).wordings, reverse=True),
        **_progress(desk, chosen),
    )


@router.get("/campaigns/{campaign_id}/progress")
def campaign_progress(campaign_id: int, desk: Desk = Seeing) -> Response:
    """The part that changes while the campaign runs."""
    chosen = reached(desk, campaign_id)
    return desk.part("campaigns/_progress.html", lambda: _progress(desk, chosen))


def _progress(desk: Desk, chosen: Campaign) -> dict[str, Any]:
    assert chosen.id is not None
    return {
        "campaign": chosen,
        "figures": _figures(desk, chosen),
        "calls": live_calls(desk.database, desk.visitor.areas, campaign_id=chosen.id),
        "failures": recent_failures(desk.database, chosen.id, desk.now),
        "machinery": machinery(desk.database, desk.now),
    }


def _figures(desk: Desk, chosen: Campaign) -> CampaignStatus:
    """As of a moment ago; at once for a campaign that is newer."""
    kept: Kept[list[CampaignStatus]] = desk.request.app.state.campaigns
    known = next((status for status in kept.get() if status.id == chosen.id), None)
    return known or campaign.status(desk.database, chosen.id)[0]


@router.post("/campaigns/{campaign_id}/{step}")
def take_step(
    campaign_id: int,
    step: Step,
    sure: Annotated[str, Form()] = "",
    hang_up: Annotated[bool, Form()] = False,
    desk: Desk = Operating,
) -> Response:
    """Stopping, and discarding a draft, is for good, so it takes a tick that says one is sure.

    hang_up: calls under way are cut off too.
    """
    chosen, back = reached(desk, campaign_id), f"/campaigns/{campaign_id}"
    discards = step is Step.STOP and chosen.state is CampaignState.DRAFT
    if step is Step.STOP and sure != "yes":
        told = DISCARD_UNSURE if discards else STOP_UNSURE
        return desk.back(back, desk.say(told), problem=True)
    try:
        _doing(step, hang_up=hang_up)(desk.database, campaign_id, desk.now, actor=desk.visitor.name)
    except CampaignError:
        told = desk.say("任务的状态已被别人改变，没有改动。")
        return desk.back(back, told, problem=True)
    return desk.back(back, desk.say(DISCARDED if discards else DONE[step]))


def _doing(step: Step, *, hang_up: bool) -> Callable[..., None]:
    doing: dict[Step, Callable[..., None]] = {
        Step.START: campaign.start,
        Step.PAUSE: campaign.pause,
        Step.RESUME: campaign.resume,
        Step.STOP: partial(campaign.stop, hang_up=hang_up),
    }
    return doing[step]


def reached(desk: Desk, campaign_id: int) -> Campaign:
    """The campaign, if the visitor may know of it. Raises NotThere."""
    with desk.database.reading() as rows:
        found = rows.get(Campaign, campaign_id)
    if found is None or not within(desk.visitor.areas, _audience(found)):
        raise NotThere
    return found


def _audience(chosen: Campaign) -> Audience:
    return Audience.model_validate(chosen.audience)


def within(areas: Areas, audience: Audience) -> bool:
    """Whether a campaign calls only whole communities, or grids of them, that the areas hold."""
    called = [Area(name) for name in audience.communities]
    grids = [Area(name, grid) for name in audience.communities for grid in audience.grids]
    return (
        not areas
        or (bool(called) and all(area in areas for area in called))
        or (bool(grids) and all(area in areas or Area(area.community) in areas for area in grids))
    )
