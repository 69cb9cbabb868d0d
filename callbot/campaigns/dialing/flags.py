"""Flags that the campaign itself raises, so that a person looks at somebody."""

from datetime import datetime

from sqlmodel import Session, col, select

from callbot.campaigns.dialing.attempts import ACTOR
from callbot.dialog.events import Severity
from callbot.models import Flag, record


def raise_flag(
    session: Session,
    resident_id: int,
    rule: str,
    reason: str,
    now: datetime,
    *,
    severity: Severity = Severity.HIGH,
    campaign_id: int | None = None,
    call_id: str | None = None,
) -> Flag:
    """reason: in the office's language. The flag is in the resident's history, too."""
    flag = Flag(
        resident_id=resident_id,
        campaign_id=campaign_id,
        call_id=call_id,
        rule=rule,
        severity=severity,
        reason=reason,
        raised_at=now,
    )
    session.add(flag)
    record(
        session,
        now,
        ACTOR,
        "flagged",
        resident_id=resident_id,
        campaign_id=campaign_id,
        detail={"rule": rule, "severity": severity.value},
    )
    return flag


def flag_of_call(session: Session, call_id: str) -> int | None:
    """That by which the dialogue has told a person of the call already."""
    of_call = select(Flag.id).where(Flag.call_id == call_id).order_by(col(Flag.id)).limit(1)
    return session.exec(of_call).first()
