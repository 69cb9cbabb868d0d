"""The end of an attempt: its outcome, what is learnt of the resident, and what follows.

All in one transaction: an attempt never ends without its retry or its flag.
"""

from datetime import datetime

from sqlmodel import Session, select

from callbot.campaigns.dialing.attempts import ACTOR, move, new_attempt, recent_attempts
from callbot.campaigns.dialing.second_contacts import learn, plan_next
from callbot.campaigns.dialing.verification import settle_alerts
from callbot.campaigns.rules.eligibility import local_date
from callbot.campaigns.rules.policy import CampaignPolicy
from callbot.campaigns.rules.priority import urgency_at
from callbot.campaigns.rules.retry import (
    Decision,
    FlagWanted,
    GiveUp,
    Rule,
    after_contact,
    decide,
)
from callbot.db import Database
from callbot.dialog.events import Outcome
from callbot.models import (
    LIVE_STATES,
    AnswerRow,
    Attempt,
    AttemptState,
    Call,
    Campaign,
    CampaignState,
    Flag,
    FollowUp,
    NumberProblem,
    Occasion,
    Priority,
    Resident,
    opt_out_number,
    record,
)
from callbot.models.campaigns import priority_of

REACHED_THE_PHONE = (Outcome.NO_ANSWER, Outcome.BUSY, Outcome.REJECTED, Outcome.VOICEMAIL)
"""Outcomes that count as a ring even if the carrier reported none: the person may have noticed."""

GOING_ON = (CampaignState.RUNNING, CampaignState.PAUSED)
RESUMABLE = (Outcome.PARTIAL, Outcome.FAILED, Outcome.CALLBACK_REQUESTED)


def end_attempt(
    database: Database,
    attempt_id: str,
    outcome: Outcome,
    now: datetime,
    *,
    node: str,
    detail: str = "",
    permanent: bool = False,
    may_have_rung: bool = False,
) -> bool:
    """Ends an attempt held by `node`; False if it is no longer held, and nothing is changed.

    permanent: the number can never be reached. may_have_rung: count it as a ring to be safe.
    """
    with database.session() as session:
        if not move(
            session,
            attempt_id,
            node=node,
            since=LIVE_STATES,
            to=AttemptState.ENDED,
            outcome=outcome,
            detail=detail,
            ended_at=now,
            lease_until=None,
        ):
            return False
        attempt = session.get_one(Attempt, attempt_id, populate_existing=True)
        if attempt.rang_at is None and (may_have_rung or outcome in REACHED_THE_PHONE):
            attempt.rang_at = attempt.placed_at or now
        call = _close_call(session, attempt, now)
        resident = session.get_one(Resident, attempt.resident_id)
        if attempt.second_contact_id is None:
            _learn(session, resident, outcome, now, permanent=permanent)
        else:
            learn(session, attempt, now, permanent=permanent)
        _record_end(session, attempt, now)
        _record_members(session, attempt, call, now)
        _follow(session, attempt, resident, call, now, permanent=permanent)
    return True


def _close_call(session: Session, attempt: Attempt, now: datetime) -> Call | None:
    """The attempt's call, if it was answered; never left open after its attempt."""
    call = session.exec(select(Call).where(Call.attempt_id == attempt.id)).first()
    if call is not None and call.ended_at is None:
        call.ended_at = now
        call.outcome = call.outcome or attempt.outcome
    return call


def _learn(
    session: Session, resident: Resident, outcome: Outcome, now: datetime, *, permanent: bool
) -> None:
    if outcome is Outcome.OPTED_OUT:
        opt_out_number(session, resident.phone_hash, now)
    elif outcome is Outcome.WRONG_NUMBER:
        resident.number_problem = NumberProblem.WRONG_PERSON
    elif permanent:
        resident.number_problem = NumberProblem.INVALID


def _record_end(session: Session, attempt: Attempt, now: datetime) -> None:
    record(
        session,
        now,
        ACTOR,
        "attempt_ended",
        resident_id=attempt.resident_id,
        campaign_id=attempt.campaign_id,
        detail={
            "attempt": attempt.id,
            "number": attempt.number,
            "outcome": attempt.outcome,
            "rang": attempt.rang_at is not None,
        },
    )


def _record_members(session: Session, attempt: Attempt, call: Call | None, now: datetime) -> None:
    """In the history of all others of the household who were asked about."""
    if call is None:
        return
    others = session.exec(
        select(AnswerRow.resident_id)
        .where(AnswerRow.call_id == call.id, AnswerRow.resident_id != attempt.resident_id)
        .distinct()
    )
    for other in others:
        detail = {"call": call.id, "outcome": attempt.outcome}
        campaign_id = attempt.campaign_id
        act = "asked_in_household_call"
        record(session, now, ACTOR, act, resident_id=other, campaign_id=campaign_id, detail=detail)


def _follow(
    session: Session,
    attempt: Attempt,
    resident: Resident,
    call: Call | None,
    now: datetime,
    *,
    permanent: bool,
) -> None:
    campaign = session.get_one(Campaign, attempt.campaign_id)
    recent = recent_attempts(session, attempt.resident_id, now)
    policy = CampaignPolicy.model_validate(campaign.policy)
    settle_alerts(session, attempt, call, now)
    decision: Decision
    if campaign.occasion is Occasion.ALERT:
        decision = GiveUp("an alert is verified by one call")
    elif attempt.second_contact_id is not None:
        decision = after_contact(resident, attempt, recent, now)
    else:
        decision = decide(
            policy,
            resident,
            attempt,
            recent,
            now,
            permanent=permanent,
            callback_at=None if call is None else call.callback_at,
        )
    if isinstance(decision, GiveUp):
        if decision.flag is not None and not _ask_another(
            session, attempt, resident, campaign, decision.flag, now
        ):
            raise_flag(session, attempt, decision.flag, now, call_id=call.id if call else None)
    elif campaign.state in GOING_ON and resident.opted_out_at is None:
        same_day = local_date(resident, decision.at) == local_date(resident, now)
        session.add(
            new_attempt(
                attempt.resident_id,
                attempt.campaign_id,
                decision.at,
                number=attempt.number + 1 if same_day else 1,
                requested=decision.requested,
                urgency=urgency_at(
                    resident,
                    policy.hours,
                    decision.at,
                    requested=decision.requested,
                    flagged=priority_of(attempt.urgency) is Priority.KEY,
                ),
                resumes_call_id=resumed_call(attempt, call),
            )
        )
    _record_decision(session, attempt, decision, now)


def _ask_another(
    session: Session,
    attempt: Attempt,
    resident: Resident,
    campaign: Campaign,
    wanted: FlagWanted,
    now: datetime,
) -> bool:
    """Instead of the flag for a visit: the next second contact is asked, if there is one."""
    if wanted.rule is not Rule.UNREACHABLE or campaign.state not in GOING_ON:
        return False
    if resident.opted_out_at is not None or resident.follow_up is not FollowUp.ACTIVE:
        return False
    policy = CampaignPolicy.model_validate(campaign.policy)
    planned = plan_next(session, attempt, resident, policy, now)
    if planned is None:
        return False
    session.add(planned.attempt)
    record(
        session,
        now,
        ACTOR,
        "second_contact_called",
        resident_id=resident.id,
        campaign_id=campaign.id,
        detail={"contact": planned.contact_id, "due_at": planned.attempt.due_at.isoformat()},
    )
    return True


def resumed_call(attempt: Attempt, call: Call | None) -> str | None:
    """The unfinished call to go on with: this one, or the one this attempt tried to go on with."""
    if call is not None and attempt.outcome in RESUMABLE:
        return call.id
    return attempt.resumes_call_id


def _record_decision(session: Session, attempt: Attempt, decision: Decision, now: datetime) -> None:
    if isinstance(decision, GiveUp):
        act, detail = "gave_up_for_today", {"reason": decision.reason}
    else:
        act, detail = "retry_planned", {"due_at": decision.at.isoformat()}
    record(
        session,
        now,
        ACTOR,
        act,
        resident_id=attempt.resident_id,
        campaign_id=attempt.campaign_id,
        detail={"attempt": attempt.id, **detail},
    )


def raise_flag(
    session: Session,
    attempt: Attempt,
    wanted: FlagWanted,
    now: datetime,
    *,
    call_id: str | None = None,
) -> None:
    """Flags the resident, unless the dialogue has already flagged this call for a person."""
    if call_id is not None:
        flagged = select(Flag.id).where(Flag.call_id == call_id).limit(1)
        if session.exec(flagged).first() is not None:
            return
    session.add(
        Flag(
            resident_id=attempt.resident_id,
            campaign_id=attempt.campaign_id,
            call_id=call_id,
            rule=wanted.rule.value,
            severity=wanted.severity,
            reason=wanted.reason,
            raised_at=now,
        )
    )
    record(
        session,
        now,
        ACTOR,
        "flagged",
        resident_id=attempt.resident_id,
        campaign_id=attempt.campaign_id,
        detail={"rule": wanted.rule.value, "severity": wanted.severity.value},
    )
