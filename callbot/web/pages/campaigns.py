"""Campaigns: made with the wording in view, judged before they start, launched, paused, stopped."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from pydantic import ValidationError
from sqlmodel import col, select
from starlette.responses import Response

from callbot.campaigns import campaign
from callbot.campaigns.campaign import CampaignError, CampaignStatus
from callbot.campaigns.policy import Audience, CampaignFile
from callbot.campaigns.preview import preview
from callbot.dialog.script import script_names
from callbot.errors import BadInput
from callbot.models import Area, Areas, Campaign, CampaignState
from callbot.web.desk import Desk, NotThere, Operating, Seeing, same_origin
from callbot.web.kept import Kept
from callbot.web.language import language_of
from callbot.web.residents import communities

router = APIRouter(dependencies=[Depends(same_origin)])

PREVIEWED = 200
"""Rows of a preview that are listed; all of them are counted."""


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


@router.get("/campaigns")
def campaigns_page(desk: Desk = Seeing) -> Response:
    with desk.database.reading() as rows:
        found = rows.exec(select(Campaign).order_by(col(Campaign.id).desc())).all()
    listed = [each for each in found if _within(desk.visitor.areas, each.audience)]
    return desk.page(
        "campaigns/page.html", campaigns=[(each, _figures(desk, each)) for each in listed]
    )


@router.get("/campaigns/new")
def new_campaign_page(script: str = "quarantine", desk: Desk = Operating) -> Response:
    names = script_names(desk.office.settings.prompts_dir)
    chosen = desk.scripts.script(script if script in names else names[0])
    return desk.page(
        "campaigns/new.html",
        scripts=names,
        script=chosen,
        wording=chosen.wordings.get("zh-CN") or next(iter(chosen.wordings.values())),
        communities=communities(desk.database, desk.visitor.areas),
    )


@router.post("/campaigns/new")
def create_campaign(
    name: Annotated[str, Form(max_length=100)],
    script: Annotated[str, Form()],
    community: Annotated[list[str] | None, Form()] = None,
    ends_on: Annotated[str, Form()] = "",
    desk: Desk = Operating,
) -> Response:
    audience = Audience(communities=tuple(community or ()))
    if not _within(desk.visitor.areas, audience.model_dump()):
        return desk.back("/campaigns/new", desk.say("请选择您负责的社区。"), problem=True)
    try:
        desk.scripts.script(script)
        wanted = CampaignFile(
            name=name,
            script=script,
            ends_on=date.fromisoformat(ends_on) if ends_on else None,
            audience=audience,
        )
    except (BadInput, ValidationError, ValueError):
        told = desk.say("请填写名称，并选择话术。")
        return desk.back("/campaigns/new", told, problem=True)
    made = campaign.create(desk.database, wanted, desk.now, actor=desk.visitor.name)
    return desk.back(f"/campaigns/{made}", desk.say("任务已建立，尚未开始。请先核对名单。"))


@router.get("/campaigns/{campaign_id}")
def campaign_page(campaign_id: int, desk: Desk = Seeing) -> Response:
    return _page(desk, campaign_id, "campaigns/campaign.html")


@router.get("/campaigns/{campaign_id}/progress")
def campaign_progress(campaign_id: int, desk: Desk = Seeing) -> Response:
    """The part that changes while the campaign runs."""
    return _page(desk, campaign_id, "campaigns/_progress.html")


def _page(desk: Desk, campaign_id: int, template: str) -> Response:
    chosen = _reached(desk, campaign_id)
    figures = _figures(desk, chosen)
    return desk.page(template, campaign=chosen, figures=figures, steps=STEPS[chosen.state])


def _figures(desk: Desk, chosen: Campaign) -> CampaignStatus:
    """As of a moment ago; at once for a campaign that is newer."""
    kept: Kept[list[CampaignStatus]] = desk.request.app.state.campaigns
    known = next((status for status in kept.get() if status.id == chosen.id), None)
    return known or campaign.status(desk.database, chosen.id)[0]


@router.get("/campaigns/{campaign_id}/preview")
def preview_page(campaign_id: int, desk: Desk = Operating) -> Response:
    """Who will be called today and when; who will not, and why."""
    chosen = _reached(desk, campaign_id)
    language = language_of(desk.request)
    rows = preview(desk.database, campaign_id, desk.now)
    called = sorted((row.call_at, row.resident_id, row) for row in rows if row.call_at)
    not_called = [row for row in rows if row.call_at is None]
    return desk.page(
        "campaigns/preview.html",
        campaign=chosen,
        called=[row for _, _, row in called[:PREVIEWED]],
        called_count=len(called),
        last_at=called[-1][0] if called else None,
        not_called=not_called[:PREVIEWED],
        reasons=Counter(row.said(language) for row in not_called).most_common(20),
        not_called_count=len(not_called),
    )


@router.post("/campaigns/{campaign_id}/{step}")
def take_step(
    campaign_id: int,
    step: Step,
    sure: Annotated[str, Form()] = "",
    desk: Desk = Operating,
) -> Response:
    """Stopping is for good, so it takes a tick that says one is sure."""
    _reached(desk, campaign_id)
    back = f"/campaigns/{campaign_id}"
    if step is Step.STOP and sure != "yes":
        told = desk.say("停止后不能恢复。请勾选“确定停止”。")
        return desk.back(back, told, problem=True)
    try:
        _doing(step)(desk.database, campaign_id, desk.now, actor=desk.visitor.name)
    except CampaignError:
        told = desk.say("任务的状态已被别人改变，没有改动。")
        return desk.back(back, told, problem=True)
    return desk.back(back, desk.say("已完成。"))


def _doing(step: Step) -> Callable[..., None]:
    return {
        Step.START: campaign.start,
        Step.PAUSE: campaign.pause,
        Step.RESUME: campaign.resume,
        Step.STOP: campaign.stop,
    }[step]


def _get(desk: Desk, campaign_id: int) -> Campaign:
    with desk.database.reading() as rows:
        found = rows.get(Campaign, campaign_id)
    if found is None:
        raise NotThere
    return found


def _reached(desk: Desk, campaign_id: int) -> Campaign:
    found = _get(desk, campaign_id)
    if not _within(desk.visitor.areas, found.audience):
        raise NotThere
    return found


def _within(areas: Areas, audience: dict[str, object]) -> bool:
    """Whether a campaign calls whole communities only, all of them in the areas."""
    called = Audience.model_validate(audience).communities
    return not areas or (bool(called) and all(Area(name) in areas for name in called))
