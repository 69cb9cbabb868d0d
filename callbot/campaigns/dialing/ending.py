"""The end of an attempt: its outcome, what is learnt of the resident, and what follows.

All in one transaction: an attempt never ends without its retry or its flag.
"""

from datetime import datetime

from sqlalchemy import bindparam, exists, select
from sqlmodel import Session, col

from callbot.campaigns.dialing.attempts import (
    ACTOR,
    new_attempt,
    note,
    recent_attempts,
)
from callbot.campaigns.dialing.flags import flag_of_call, raise_flag
from callbot.campaigns.dialing.line import call_heard, carrier_works
from callbot.campaigns.dialing.second_contacts import learn, plan_next
from callbot.campaigns.dialing.steps import END, END_AS_RUNG, take
from callbot.campaigns.dialing.verification import settle_alerts
from callbot.campaigns.rules.local_day import local_date
from callbot.campaigns.rules.policy import CampaignPolicy
from callbot.campaigns.rules.priority import urgency_at
from callbot.campaigns.rules.retry import (
    Decision,
    FlagWanted,
    GiveUp,
    Retry,
    Rule,
    after_contact,
    decide,
    final,
)
from callbot.db import Database
from callbot.dialog.events import Outcome
from callbot.models import (
    Alert,
    AnswerRow,
    Attempt,
    Call,
    Campaign,
    CampaignState,
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

TOLD_BY_A_PERSON = (
    Outcome.COMPLETED,
    Outcome.REFUSED,
    Outcome.OPTED_OUT,
    Outcome.WRONG_NUMBER,
    Outcome.NOT_SELF,
    Outcome.CALLBACK_REQUESTED,
)
"""Outcomes that no call has without being heard."""

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
    reached_network: bool = False,
) -> bool:
    """Ends an attempt held by `node`; False if it is no longer held, and nothing is changed.

    permanent: the number can never be reached. may_have_rung: count it as a ring to be safe.
    reached_network: its line works, whatever became of the call.
    """
    with database.session() as session:
        rung = may_have_rung or outcome in REACHED_THE_PHONE
        step = END_AS_RUNG if rung else END
        if not take(
            session, step, attempt_id, holder=node, with_outcome=outcome, why=detail, now=now
        ):
            return False
        attempt, resident, campaign, call, verifies = session.execute(
            _ENDED, {"attempt": attempt_id}
        ).one()
        if reached_network:
            carrier_works(session, attempt.line, now)
        if outcome in TOLD_BY_A_PERSON:
            call_heard(session, attempt.line, now)
        _close_call(attempt, call, now)
        if attempt.second_contact_id is None:
            _learn(session, resident, outcome, now, permanent=permanent)
        else:
            learn(session, attempt, now, permanent=permanent)
        decision = _decision(session, attempt, resident, campaign, call, now, permanent=permanent)
        note(
            *(session, attempt, now, "attempt_ended"),
            number=attempt.number,
            outcome=outcome.value,
            rang=attempt.rang_at is not None,
        )
        if call is not None:
            _record_members(session, attempt, call, now)
        if verifies:
            settle_alerts(session, attempt, call, now)
        if isinstance(decision, Retry):
            _plan_retry(session, attempt, resident, campaign, call, decision, now)
        else:
            _give_up(session, attempt, resident, campaign, call, decision, now)
    return True


_ENDED = (
    select(
        Attempt, Resident, Campaign, Call, exists().where(col(Alert.attempt_id) == col(Attempt.id))
    )
    .join(Resident, col(Resident.id) == col(Attempt.resident_id))
    .join(Campaign, col(Campaign.id) == col(Attempt.campaign_id))
    .outerjoin(Call, col(Call.attempt_id) == col(Attempt.id))
    .where(col(Attempt.id) == bindparam("attempt"))
    .execution_options(populate_existing=True)
)
"""An attempt, with all that its end is judged by: its call if it was answered, and whether an alert
waits for it."""


def _close_call(attempt: Attempt, call: Call | None, now: datetime) -> None:
    """A call is never left open after its attempt."""
    if call is not None and call.ended_at is None:
        call.ended_at = now
        call.outcome = call.outcome or attempt.outcome


def _learn(
    session: Session, resident: Resident, outcome: Outcome, now: datetime, *, permanent: bool
) -> None:
    if outcome is Outcome.OPTED_OUT:
        opt_out_number(session, resident.phone_hash, now)
    elif outcome is Outcome.WRONG_NUMBER:
        resident.number_problem = NumberProblem.WRONG_PERSON
    elif permanent:
        resident.number_problem = NumberProblem.INVALID


def _record_members(session: Session, attempt: Attempt, call: Call, now: datetime) -> None:
    """In the history of all others of the household who were asked about."""
    others = session.scalars(
        select(col(AnswerRow.resident_id))
        .where(col(AnswerRow.call_id) == call.id, col(AnswerRow.resident_id) != attempt.resident_id)
        .distinct()
    )
    for other in others:
        detail = {"call": call.id, "outcome": attempt.outcome}
        campaign_id = attempt.campaign_id
        act = "asked_in_household_call"
        record(session, now, ACTOR, act, resident_id=other, campaign_id=campaign_id, detail=detail)


def _decision(
    session: Session,
    attempt: Attempt,
    resident: Resident,
    campaign: Campaign,
    call: Call | None,
    now: datetime,
    *,
    permanent: bool,
) -> Decision:
    if campaign.occasion is Occasion.ALERT:
        return GiveUp("an alert is verified by one call")
    assert attempt.outcome is not None
    own = attempt.second_contact_id is None
    if own and (given_up := final(attempt.outcome, permanent=permanent)) is not None:
        # Most attempts: what was before need not be read.
        return given_up
    recent = recent_attempts(session, attempt.resident_id, now)
    if not own:
        return after_contact(resident, attempt, recent, now)
    policy = CampaignPolicy.model_validate(campaign.policy)
    callback_at = None if call is None else call.callback_at
    return decide(policy, resident, attempt, recent, now, callback_at=callback_at)


def _plan_retry(
    session: Session,
    attempt: Attempt,
    resident: Resident,
    campaign: Campaign,
    call: Call | None,
    retry: Retry,
    now: datetime,
) -> None:
    if campaign.state not in GOING_ON or resident.opted_out_at is not None:
        why = "the campaign is over" if resident.opted_out_at is None else "opted out"
        note(session, attempt, now, "gave_up_for_today", reason=why)
        return
    same_day = local_date(resident, retry.at) == local_date(resident, now)
    urgency = urgency_at(
        resident,
        CampaignPolicy.model_validate(campaign.policy).hours,
        retry.at,
        requested=retry.requested,
        flagged=priority_of(attempt.urgency) is Priority.KEY,
    )
    session.add(
        new_attempt(
            attempt.resident_id,
            attempt.campaign_id,
            retry.at,
            number=attempt.number + 1 if same_day else 1,
            requested=retry.requested,
            urgency=urgency,
            resumes_call_id=resumed_call(attempt, call),
        )
    )
    note(session, attempt, now, "retry_planned", due_at=retry.at.isoformat())


def _give_up(
    session: Session,
    attempt: Attempt,
    resident: Resident,
    campaign: Campaign,
    call: Call | None,
    given_up: GiveUp,
    now: datetime,
) -> None:
    wanted = given_up.flag
    if wanted is not None and not _ask_another(session, attempt, resident, campaign, wanted, now):
        flag_attempt(session, attempt, wanted, now, call_id=call.id if call else None)
    note(session, attempt, now, "gave_up_for_today", reason=given_up.reason)


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


def flag_attempt(
    session: Session,
    attempt: Attempt,
    wanted: FlagWanted,
    now: datetime,
    *,
    call_id: str | None = None,
) -> None:
    """Flags the resident, unless the dialogue has already flagged this call for a person."""
    if call_id is not None and flag_of_call(session, call_id) is not None:
        return
    raise_flag(
        session,
        attempt.resident_id,
        wanted.rule.value,
        wanted.reason,
        now,
        severity=wanted.severity,
        campaign_id=attempt.campaign_id,
        call_id=call_id,
    )
