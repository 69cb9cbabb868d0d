"""Making a campaign: a script with its wording in view, whom to call, the list before launch."""

from collections import defaultdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from pydantic import BaseModel, Field, ValidationError, field_validator
from starlette.responses import Response

from callbot.campaigns import campaign
from callbot.campaigns.alerts import verifies
from callbot.campaigns.planning.preview import outlook, residents
from callbot.campaigns.planning.warnings import warnings
from callbot.campaigns.rules.policy import Audience, CampaignFile, CampaignPolicy
from callbot.dialog.script import Script, script_names
from callbot.dialog.trial import third_day
from callbot.errors import BadInput
from callbot.models import Occasion, Resident
from callbot.web.desk import Desk, Operating, same_origin
from callbot.web.language import language_of
from callbot.web.pages.campaigns import reached, within
from callbot.web.places import known_values
from callbot.web.previews import Previews

router = APIRouter(dependencies=[Depends(same_origin)])

PREVIEWED = 200
"""Rows of a preview that are listed; all of them are counted."""

MOST_REASONS = 20


class NewCampaign(BaseModel):
    """What the form holds. Fields of one name several times over are lists."""

    name: str = Field(default="", max_length=100)
    script: str = ""
    ends_on: date | None = None
    community: list[str] = []
    grid: list[str] = []
    locale: list[str] = []
    came_from: list[str] = []
    key_persons: bool = False
    flagged: bool = False
    first_day: int | None = None
    last_day: int | None = None
    twice_daily: bool = False
    on_alert: bool = False

    @field_validator("ends_on", "first_day", "last_day", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return value or None

    @property
    def days_reversed(self) -> bool:
        return self.last_day is not None and (self.first_day or 0) > self.last_day

    @property
    def audience(self) -> Audience:
        """Raises ValidationError for days that make no sense."""
        return Audience(
            communities=tuple(self.community),
            grids=tuple(self.grid),
            locales=tuple(self.locale),
            came_from=tuple(self.came_from),
            key_persons=self.key_persons,
            first_day=self.first_day,
            last_day=self.last_day,
            flagged=self.flagged,
        )

    @property
    def file(self) -> CampaignFile:
        """Raises ValidationError where something is missing."""
        return CampaignFile(
            **CampaignPolicy(twice_daily=self.twice_daily).model_dump(),
            name=self.name,
            script=self.script,
            ends_on=self.ends_on,
            occasion=Occasion.ALERT if self.on_alert else Occasion.DAILY,
            audience=self.audience,
        )


@router.get("/campaigns/new")
def new_campaign_page(script: str = "quarantine", desk: Desk = Operating) -> Response:
    return _form_page(desk, NewCampaign(script=script))


@router.post("/campaigns/new")
def create_campaign(form: Annotated[NewCampaign, Form()], desk: Desk = Operating) -> Response:
    """What was filled in stays on the page when something is wrong with it."""
    if not form.name.strip():
        return _form_page(desk, form, "请填写名称。")
    if form.days_reversed:
        return _form_page(desk, form, "随访天数的先后不对：“从第”几天不能晚于“到第”几天。")
    try:
        script = desk.scripts.script(form.script)
        wanted = form.file
    except (BadInput, ValidationError):
        return _form_page(desk, form, "请选择话术，并核对随访天数和最后一天。")
    if form.on_alert and not verifies(script.file):
        return _form_page(desk, form, "这份话术不问去过哪里，不能核实告警。")
    if not within(desk.visitor.areas, wanted.audience):
        return _form_page(desk, form, "请选择您负责的社区。")
    made = campaign.create(desk.database, wanted, desk.now, actor=desk.visitor.name)
    return desk.back(f"/campaigns/{made}", desk.say("任务已建立，尚未开始。请先核对名单。"))


def _form_page(desk: Desk, form: NewCampaign, problem: str = "") -> Response:
    names = script_names(desk.office.settings.prompts_dir)
    chosen = desk.scripts.script(form.script if form.script in names else names[0])
    choices = {
        name: known_values(desk.database, desk.visitor.areas, column)
        for name, column in (
            ("community", Resident.community),
            ("grid", Resident.grid),
            ("came_from", Resident.came_from),
            ("locale", Resident.locale),
        )
    }
    return desk.page(
        "campaigns/new.html",
        status=422 if problem else 200,
        problem=desk.say(problem) if problem else "",
        form=form,
        scripts=[desk.scripts.script(name) for name in names],
        script=chosen,
        spoken=_spoken(desk, chosen),
        choices=choices,
    )


def _spoken(desk: Desk, script: Script) -> dict[str, list[tuple[str, str]]]:
    """What a call with nothing to report sounds like: (question or "", sentence) by language."""
    spoken: dict[str, list[tuple[str, str]]] = {}
    for locale, wording in sorted(script.wordings.items(), reverse=True):
        sentences = [
            *(("", wording.prompts[prompt]) for prompt in script.file.opening),
            *((q.id, wording.questions[q.id].ask[0]) for q in script.order()),
            ("", wording.prompts[script.file.goodbye]),
        ]
        values = third_day(
            script,
            locale,
            desk.now.date(),
            resident="…",
            office=desk.office.settings.office_in(locale),
            office_phone=desk.office.settings.office_phone,
        )
        filled = defaultdict(lambda: "…", values)
        spoken[locale] = [(question, text.format_map(filled)) for question, text in sentences]
    return spoken


@router.get("/campaigns/{campaign_id}/preview")
def preview_page(campaign_id: int, desk: Desk = Operating) -> Response:
    """Who will be called today and when; who will not, and why; when it will be done."""
    chosen = reached(desk, campaign_id)
    language = language_of(desk.request)
    zone = desk.office.settings.zone
    previews: Previews = desk.request.app.state.previews
    as_of, _, seen = previews.get(campaign_id)
    called = seen.first(PREVIEWED, called=True)
    not_called = seen.first(PREVIEWED, called=False)
    # Who is not called for several reasons counts under the first.
    reasons = seen.not_called(lambda verdict: verdict.reasons[0].said(language))
    context: dict[str, Any] = {
        "as_of": as_of,
        "called": called,
        "called_count": seen.due.total(),
        "not_called": not_called,
        "not_called_count": reasons.total(),
        "residents": residents(desk.database, [*called, *not_called]),
        "reasons": reasons.most_common(MOST_REASONS),
        "outlook": outlook(desk.database, campaign_id, seen.due, desk.now, zone),
        "warnings": warnings(desk.database, campaign_id, desk.now, zone, language),
    }
    return desk.page(
        "campaigns/preview.html",
        campaign=chosen,
        audience=Audience.model_validate(chosen.audience),
        **context,
    )
