"""Who lives together: one call for all of them, and extension by an exposure in the household."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from callbot.campaigns.follow_up.changes import (
    apply,
    extend_by,
    new_act,
    period_of,
    today_of,
)
from callbot.campaigns.rules.period import FollowUpError
from callbot.models import Change, FollowUp, PlanChange, Resident

LARGEST_HOUSEHOLD = 12
"""More would not fit one call, nor one flat: a mistake in the roster."""

FOLLOWED = (FollowUp.ACTIVE, FollowUp.PAUSED)


def members_of(rows: Session, resident: Resident) -> Sequence[Resident]:
    """All who live with the resident, themselves included."""
    if not resident.household:
        return (resident,)
    statement = select(Resident).where(Resident.household == resident.household)
    return rows.exec(statement.order_by(col(Resident.id))).all()


def asked_with(rows: Session, speaker: Resident, now: datetime) -> list[Resident]:
    """Of whom `speaker` is asked in the same call: whose period covers today."""
    members = rows.exec(
        select(Resident)
        .where(
            Resident.asked_with_id == speaker.id,
            Resident.follow_up == FollowUp.ACTIVE,
            col(Resident.opted_out_at).is_(None),
        )
        .order_by(col(Resident.id))
    )
    return [m for m in members if m.exposed_on <= today_of(m, now) <= m.release_date]


def live_together(
    rows: Session,
    residents: Sequence[Resident],
    name: str,
    now: datetime,
    *,
    actor: str,
) -> list[PlanChange]:
    """Makes them one household of that name, each still called for themselves."""
    if not name.strip():
        raise FollowUpError("give the household a name or number")
    act_id = new_act()
    made = [
        apply(
            rows,
            resident,
            Change.HOUSEHOLD_CHANGED,
            {"household": name.strip()},
            "",
            now,
            actor=actor,
            act_id=act_id,
        )
        for resident in residents
    ]
    rows.flush()
    if residents and len(members_of(rows, residents[0])) > LARGEST_HOUSEHOLD:
        raise FollowUpError(
            f"household {name.strip()} would have more than {LARGEST_HOUSEHOLD} members; "
            "use another name for it"
        )
    return [change for change in made if change is not None]


def leave(rows: Session, resident: Resident, now: datetime, *, actor: str) -> PlanChange | None:
    """Out of the household, and called for themselves again."""
    _not_answering_for_others(rows, resident)
    values = {"household": "", "asked_with_id": None}
    return apply(rows, resident, Change.HOUSEHOLD_CHANGED, values, "", now, actor=actor)


def _not_answering_for_others(rows: Session, resident: Resident) -> None:
    other = rows.exec(select(Resident.id).where(Resident.asked_with_id == resident.id)).first()
    if other is not None:
        raise FollowUpError(
            f"resident {resident.id} answers for resident {other} of the household; "
            "let another one answer, or call each one, first"
        )


def call_together(
    rows: Session, speaker: Resident, now: datetime, *, actor: str
) -> list[PlanChange]:
    """One call for the household: `speaker` is rung, and asked about all others.

    Raises FollowUpError if another member's period lasts longer: nobody would ask about them then.
    """
    members = members_of(rows, speaker)
    if len(members) < 2:
        raise FollowUpError(f"resident {speaker.id} has no household; put it together first")
    for member in members:
        if member.release_date > speaker.release_date and member.follow_up in FOLLOWED:
            raise FollowUpError(
                f"resident {member.id} is followed up until {member.release_date}, longer than "
                f"resident {speaker.id}; choose them, or extend the household's periods first"
            )
    act_id = new_act()
    made = [
        apply(
            rows,
            member,
            Change.HOUSEHOLD_CHANGED,
            {"asked_with_id": None if member.id == speaker.id else speaker.id},
            "",
            now,
            actor=actor,
            act_id=act_id,
        )
        for member in members
    ]
    return [change for change in made if change is not None]


def call_each(rows: Session, resident: Resident, now: datetime, *, actor: str) -> list[PlanChange]:
    """Each member of the household is called for themselves."""
    act_id = new_act()
    made = [
        apply(
            rows,
            member,
            Change.HOUSEHOLD_CHANGED,
            {"asked_with_id": None},
            "",
            now,
            actor=actor,
            act_id=act_id,
        )
        for member in members_of(rows, resident)
    ]
    return [change for change in made if change is not None]


def extend_household(
    rows: Session, exposed: Resident, reason: str, now: datetime, *, actor: str
) -> list[PlanChange]:
    """Lets the period of all who live with `exposed` end no earlier than theirs.

    One act: it is undone for all of them together. Raises FollowUpError without a reason, or if
    nobody's period is shorter.
    """
    if not reason.strip():
        raise FollowUpError("give a reason; it is kept with the change")
    act_id = new_act()
    made = [
        extend_by(rows, member, exposed, reason, now, actor=actor, act_id=act_id)
        for member in members_of(rows, exposed)
        if member.id != exposed.id and member.follow_up is not FollowUp.CANCELLED
    ]
    changed = [change for change in made if change is not None]
    if not changed:
        raise FollowUpError(
            f"nobody of the household of resident {exposed.id} ends before "
            f"{period_of(exposed).last_day}; nothing to extend"
        )
    return changed
