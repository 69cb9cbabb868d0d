"""One person who was entered twice: the second entry is kept, no longer called, and shown with the
first. Nothing is rewritten, so that it can be undone like any change of a plan."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from callbot.campaigns.follow_up.changes import apply
from callbot.campaigns.rules.period import FollowUpError
from callbot.models import Change, FollowUp, PlanChange, Resident, record


def doubles_of(rows: Session, resident_id: int) -> Sequence[Resident]:
    """Entries that were merged into this one."""
    statement = select(Resident).where(Resident.merged_into_id == resident_id)
    return rows.exec(statement.order_by(col(Resident.id))).all()


def merge(
    rows: Session, kept: Resident, double: Resident, reason: str, now: datetime, *, actor: str
) -> PlanChange | None:
    """`double` is the same person as `kept`: from now on only `kept` is called.

    A wish not to be called holds for the person, so it goes over. Raises FollowUpError.
    """
    assert kept.id is not None and double.id is not None
    if kept.id == double.id:
        raise FollowUpError("choose another entry than the resident's own")
    if kept.merged_into_id is not None:
        raise FollowUpError(f"resident {kept.id} was merged into {kept.merged_into_id}; use that")
    if double.merged_into_id is not None or doubles_of(rows, double.id):
        raise FollowUpError(f"resident {double.id} is part of a merger already; undo that first")
    if not reason.strip():
        raise FollowUpError("give a reason; it is kept with the change")
    if double.opted_out_at is not None and kept.opted_out_at is None:
        kept.opted_out_at = double.opted_out_at
        record(rows, now, actor, "opted_out", resident_id=kept.id, detail={"as": double.id})
    values = {
        "merged_into_id": kept.id,
        "follow_up": FollowUp.CANCELLED,
        "paused_until": None,
        "asked_with_id": None,
        "household": "",
    }
    record(rows, now, actor, Change.MERGED.value, resident_id=kept.id, detail={"with": double.id})
    return apply(rows, double, Change.MERGED, values, reason, now, actor=actor)
