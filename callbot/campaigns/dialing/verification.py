"""An alert is verified by one call at once; whom that does not clear is left to a person.

The call is that of a running campaign that waits for alerts. If one of today's is still to come, it
is brought forward instead, since it asks the same: nobody is rung twice for one matter. The alert
is cleared only by a completed call in which the resident clearly says to have stayed at home.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, select

from callbot.campaigns.dialing.attempts import new_attempt, note, recent_attempts
from callbot.campaigns.dialing.flags import flag_of_call, raise_flag
from callbot.campaigns.rules.eligibility import judge
from callbot.campaigns.rules.policy import CampaignPolicy
from callbot.campaigns.rules.priority import urgency_at
from callbot.dialog.answers import Answer, Kind, Status
from callbot.dialog.events import Outcome
from callbot.models import (
    Alert,
    AlertKind,
    Attempt,
    AttemptState,
    Call,
    Campaign,
    CampaignState,
    Flag,
    FlagState,
    Occasion,
    Resident,
    standing_answers,
)
from callbot.models.campaigns import PLANNED
from callbot.models.outcome_names import MANDARIN_OUTCOMES

AT_HOME = "at_home"
"""The question of prompts/verification that must not be denied."""

AT_ONCE = timedelta(minutes=10)

OFFICE_LOCALE = "zh-CN"
"""Reasons of flags are in the office's language, like those of the scripts' rules."""

REASONS = {
    AlertKind.DOOR_OPENED: "门磁告警：房门打开",
    AlertKind.LEFT_HOME: "告警：离开住所",
    AlertKind.SEEN_OUTSIDE: "摄像头告警：在外被看到",
    AlertKind.VEHICLE_CHECKED: "车辆告警：车辆驶出",
}


@dataclass(frozen=True)
class Verification:
    """The attempt that is to verify an alert; or none, and why not, in the office's language."""

    attempt: Attempt | None
    why_not: str = ""


def call_at_once(session: Session, resident: Resident, now: datetime) -> Verification:
    """Plans the call, or brings forward the one that is planned, within all rules of calling."""
    assert resident.id is not None
    waiting = session.exec(
        select(Campaign)
        .where(Campaign.state == CampaignState.RUNNING, Campaign.occasion == Occasion.ALERT)
        .order_by(col(Campaign.id))
    ).all()
    if not waiting:
        return Verification(None)
    recent = recent_attempts(session, resident.id, now)
    to_come = next((a for a in recent if a.state is AttemptState.PLANNED), None)
    if to_come is not None and _bring_forward(session, to_come, resident, recent, now):
        return Verification(to_come)
    verdicts = []
    for campaign in waiting:
        assert campaign.id is not None
        attempt = new_attempt(resident.id, campaign.id, now)
        verdict = judge(resident, campaign, recent, now, taking_up=attempt)
        if verdict.due_now:
            attempt.urgency = _urgency(resident, campaign, now)
            return _planned(session, attempt)
        verdicts.append(verdict)
    return Verification(None, f"没有打核实电话：{verdicts[0].said(OFFICE_LOCALE)}")


def _planned(session: Session, attempt: Attempt) -> Verification:
    try:
        with session.begin_nested():
            session.add(attempt)
    except IntegrityError:
        # The planner, or a caller, was faster in this very moment.
        return Verification(None, "没有打核实电话：刚刚安排了另一次来电")
    return Verification(attempt)


def _bring_forward(
    session: Session,
    attempt: Attempt,
    resident: Resident,
    recent: Sequence[Attempt],
    now: datetime,
) -> bool:
    """False for one that may not ring now, or at a time that the resident has named."""
    campaign = session.get_one(Campaign, attempt.campaign_id)
    if attempt.requested or attempt.second_contact_id is not None:
        return False
    if not judge(resident, campaign, recent, now, taking_up=attempt).due_now:
        return False
    if attempt.due_at > now:
        attempt.due_at = now
    attempt.urgency = min(attempt.urgency, _urgency(resident, campaign, now))
    return True


def _urgency(resident: Resident, campaign: Campaign, now: datetime) -> int:
    hours = CampaignPolicy.model_validate(campaign.policy).hours
    return urgency_at(resident, hours, now, flagged=True)


def settle_alerts(session: Session, attempt: Attempt, call: Call | None, now: datetime) -> None:
    """What the attempt's end says of the alerts that it was to verify."""
    alerts = _unsettled(session, attempt)
    if not alerts:
        return
    why = _why_not_cleared(session, attempt, call)
    if why is None:
        for alert in alerts:
            note(session, attempt, now, "alert_cleared", source=alert.source, alert=alert.number)
        return
    told = None if call is None else flag_of_call(session, call.id)
    for alert in alerts:
        alert.flag_id = told or flag_alert(session, attempt.resident_id, alert.kind, now, why)


def leave_late_to_a_person(session: Session, now: datetime) -> None:
    """Of calls that no line has taken up: a person learns of the alert, whether it rings or not."""
    leave_planned_to_a_person(session, now, col(Alert.received_at) < now - AT_ONCE)


def leave_planned_to_a_person(session: Session, now: datetime, which: ColumnElement[bool]) -> None:
    """which: of the attempts that are only planned, and their alerts."""
    waiting = session.exec(
        select(Attempt)
        .join(Alert, col(Alert.attempt_id) == col(Attempt.id))
        .where(PLANNED, col(Alert.flag_id).is_(None), which)
        .distinct()
    )
    for attempt in waiting.all():
        leave_to_a_person(session, attempt, now)


def leave_to_a_person(session: Session, attempt: Attempt, now: datetime) -> None:
    """The attempt will not ring at once, or at all."""
    for alert in _unsettled(session, attempt):
        why = "没能及时打核实电话"
        alert.flag_id = flag_alert(session, attempt.resident_id, alert.kind, now, why)


def _unsettled(session: Session, attempt: Attempt) -> Sequence[Alert]:
    return session.exec(
        select(Alert).where(Alert.attempt_id == attempt.id, col(Alert.flag_id).is_(None))
    ).all()


def _why_not_cleared(session: Session, attempt: Attempt, call: Call | None) -> str | None:
    outcome = attempt.outcome
    assert outcome is not None
    if call is None:
        return f"核实电话没有接通（{MANDARIN_OUTCOMES[outcome]}）"
    if outcome is not Outcome.COMPLETED:
        return f"核实通话没有完成（{MANDARIN_OUTCOMES[outcome]}）"
    if not _stayed_at_home(standing_answers(session, call.id)):
        return "核实通话中没有说明一直在家"
    return None


def _stayed_at_home(answers: dict[str, Answer]) -> bool:
    told = [answer for answer in answers.values() if answer.kind is Kind.MOVEMENTS]
    clear = all(answer.status is Status.CLEAR for answer in told)
    stayed = all((answer.value or {}).get("went_out") is False for answer in told)
    here = answers.get(AT_HOME)
    is_here = here is None or (here.value or {}).get("yes") is True
    return bool(told) and clear and stayed and is_here


def flag_alert(
    session: Session, resident_id: int, kind: AlertKind, now: datetime, why: str = ""
) -> int | None:
    """The flag that waits already, or a new one: a door that swings is one matter, not fifty."""
    rule = f"alert_{kind.value}"
    flag = session.exec(
        select(Flag).where(
            Flag.resident_id == resident_id,
            Flag.rule == rule,
            col(Flag.state) != FlagState.RESOLVED,
        )
    ).first()
    if flag is None:
        reason = "；".join(filter(None, (REASONS[kind], why)))
        flag = raise_flag(session, resident_id, rule, reason, now)
        session.flush()
    return flag.id
