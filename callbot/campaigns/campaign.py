"""What a clerk does with a campaign: create, start, pause, resume, stop, look at it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from callbot.campaigns.dialing.not_dialled import end_all_planned
from callbot.campaigns.dialing.verification import leave_planned_to_a_person
from callbot.campaigns.rules.policy import Audience, CampaignFile, CampaignPolicy
from callbot.db import Database
from callbot.errors import BadInput
from callbot.models import (
    LIVE_STATES,
    Attempt,
    AttemptState,
    Campaign,
    CampaignState,
    Flag,
    FlagState,
    record,
)


class CampaignError(BadInput):
    """The campaign does not exist, or is not in a state that allows what was asked."""


@dataclass(frozen=True)
class CampaignStatus:
    """Figures since the campaign began. `calls` are attempts that rang."""

    id: int
    name: str
    script: str
    state: CampaignState
    planned: int
    live: int
    calls: int
    outcomes: dict[str, int]
    open_flags: int
    next_due_at: datetime | None


def create(database: Database, wanted: CampaignFile, now: datetime, *, actor: str) -> int:
    """Makes a campaign, not yet started; returns its id."""
    with database.session() as session:
        campaign = Campaign(
            name=wanted.name,
            script=wanted.script,
            occasion=wanted.occasion,
            ends_on=wanted.ends_on,
            audience=wanted.audience.model_dump(mode="json"),
            policy=wanted.policy.model_dump(mode="json"),
            created_at=now,
        )
        session.add(campaign)
        session.flush()
        assert campaign.id is not None
        record(session, now, actor, "campaign_created", campaign_id=campaign.id)
        return campaign.id


def change(
    database: Database, campaign_id: int, wanted: CampaignFile, now: datetime, *, actor: str
) -> None:
    """Other rules for a campaign that is not over; holds from the next ring on.

    What was before is in the history. The script stays: calls under way speak it. Raises
    CampaignError.
    """
    with database.session() as session:
        campaign = get(session, campaign_id)
        if campaign.state in (CampaignState.STOPPED, CampaignState.FINISHED):
            raise CampaignError(
                f"campaign {campaign_id} is {campaign.state.value}; make a new one instead"
            )
        if wanted.script != campaign.script:
            raise CampaignError(
                f"campaign {campaign_id} speaks {campaign.script}; "
                "make a new campaign for another script"
            )
        if wanted.occasion is not campaign.occasion:
            raise CampaignError(
                f"campaign {campaign_id} has the occasion {campaign.occasion.value}; "
                "make a new campaign for another"
            )
        before = {name: getattr(campaign, name) for name in ("audience", "policy")}
        campaign.name, campaign.ends_on = wanted.name, wanted.ends_on
        campaign.audience = wanted.audience.model_dump(mode="json")
        campaign.policy = wanted.policy.model_dump(mode="json")
        record(session, now, actor, "campaign_policy", campaign_id=campaign_id, detail=before)


def as_file(database: Database, campaign_id: int) -> CampaignFile:
    """A campaign as the office would write it in a file. Raises CampaignError."""
    with database.reading() as session:
        campaign = get(session, campaign_id)
    return CampaignFile(
        **CampaignPolicy.model_validate(campaign.policy).model_dump(),
        name=campaign.name,
        script=campaign.script,
        occasion=campaign.occasion,
        ends_on=campaign.ends_on,
        audience=Audience.model_validate(campaign.audience),
    )


def start(database: Database, campaign_id: int, now: datetime, *, actor: str) -> None:
    """From draft to running. Raises CampaignError."""
    _change(database, campaign_id, now, actor, CampaignState.RUNNING, since=(CampaignState.DRAFT,))


def pause(database: Database, campaign_id: int, now: datetime, *, actor: str) -> None:
    """No new rings until resumed; calls under way go on. Raises CampaignError."""
    _change(database, campaign_id, now, actor, CampaignState.PAUSED, since=(CampaignState.RUNNING,))


def resume(database: Database, campaign_id: int, now: datetime, *, actor: str) -> None:
    _change(database, campaign_id, now, actor, CampaignState.RUNNING, since=(CampaignState.PAUSED,))


def stop(
    database: Database, campaign_id: int, now: datetime, *, actor: str, hang_up: bool = False
) -> None:
    """No new rings, for good. Raises CampaignError.

    Calls under way go on to their end; with `hang_up` they are cut off, within a second.
    """
    since = (CampaignState.DRAFT, CampaignState.RUNNING, CampaignState.PAUSED)
    to = CampaignState.STOPPED
    _change(database, campaign_id, now, actor, to, since=since, hang_up=hang_up)


def _change(
    database: Database,
    campaign_id: int,
    now: datetime,
    actor: str,
    to: CampaignState,
    *,
    since: Sequence[CampaignState],
    hang_up: bool = False,
) -> None:
    with database.session() as session:
        campaign = get(session, campaign_id)
        if campaign.state not in since:
            allowed = " or ".join(state.value for state in since)
            raise CampaignError(
                f"campaign {campaign_id} is {campaign.state.value}; it would have to be {allowed}"
            )
        before, campaign.state = campaign.state, to
        if campaign.started_at is None and to is CampaignState.RUNNING:
            campaign.started_at = now
        if to is CampaignState.PAUSED:
            leave_planned_to_a_person(session, now, col(Attempt.campaign_id) == campaign_id)
        if to is CampaignState.STOPPED:
            campaign.ended_at, campaign.hang_up = now, hang_up
            end_all_planned(session, campaign_id, now, "the campaign was stopped")
        record(
            session,
            now,
            actor,
            "campaign_state",
            campaign_id=campaign_id,
            detail={"before": before.value, "after": to.value},
        )


def get(session: Session, campaign_id: int) -> Campaign:
    """Raises CampaignError for an unknown id."""
    campaign = session.exec(
        select(Campaign).where(Campaign.id == campaign_id).with_for_update()
    ).first()
    if campaign is None:
        raise CampaignError(f"there is no campaign {campaign_id}; see `callbot campaign status`")
    return campaign


def running_scripts(database: Database) -> list[str]:
    """Names of the scripts that residents are being called with, in order."""
    running = select(Campaign.script).where(col(Campaign.state) == CampaignState.RUNNING)
    with database.reading() as session:
        return sorted(session.exec(running.distinct()))


def status(database: Database, campaign_id: int | None = None) -> list[CampaignStatus]:
    """Figures of one campaign, or of all, newest first. Raises CampaignError for an unknown id."""
    with database.reading() as session:
        if campaign_id is not None:
            return [_status(session, get(session, campaign_id))]
        campaigns = session.exec(select(Campaign).order_by(col(Campaign.id).desc())).all()
        return [_status(session, campaign) for campaign in campaigns]


def _status(session: Session, campaign: Campaign) -> CampaignStatus:
    assert campaign.id is not None
    mine = Attempt.campaign_id == campaign.id
    states: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    calls = 0
    for state, outcome, count, rang in session.exec(
        select(Attempt.state, Attempt.outcome, func.count(), func.count(col(Attempt.rang_at)))
        .where(mine)
        .group_by(col(Attempt.state), col(Attempt.outcome))
    ):
        states[state] += count
        calls += rang
        if outcome is not None:
            outcomes[outcome] += count
    next_due_at = session.exec(
        select(func.min(Attempt.due_at)).where(mine, Attempt.state == AttemptState.PLANNED)
    ).one()
    return CampaignStatus(
        id=campaign.id,
        name=campaign.name,
        script=campaign.script,
        state=campaign.state,
        planned=states[AttemptState.PLANNED],
        live=sum(states[state] for state in LIVE_STATES),
        calls=calls,
        outcomes={str(outcome): count for outcome, count in outcomes.items()},
        open_flags=session.exec(
            select(func.count())
            .select_from(Flag)
            .where(Flag.campaign_id == campaign.id, col(Flag.state) != FlagState.RESOLVED)
        ).one(),
        next_due_at=next_due_at,
    )
