"""What an alert leads to: a flag for a person to look at, one at a time for each kind."""

from datetime import datetime

from sqlmodel import Session, col, select

from callbot import vault
from callbot.db import Database
from callbot.dialog.events import Severity
from callbot.errors import BadInput
from callbot.models import Flag, FlagState, FollowUp, Resident, record
from callbot.models.alerts import Alert, AlertKind

REASONS = {
    AlertKind.DOOR_OPENED: "门磁告警：房门打开",
    AlertKind.LEFT_HOME: "告警：离开住所",
    AlertKind.SEEN_OUTSIDE: "摄像头告警：在外被看到",
    AlertKind.VEHICLE_CHECKED: "车辆告警：车辆驶出",
}
FOLLOWED_UP = (FollowUp.ACTIVE, FollowUp.PAUSED)


class NobodyOfThisNumber(BadInput):
    """No resident has this phone number."""


def take_alert(
    database: Database,
    source: str,
    number: str,
    kind: AlertKind,
    phone: str,
    happened_at: datetime,
    now: datetime,
) -> Alert:
    """phone: E.164. An event that is known already is given back as it was taken.

    Raises NobodyOfThisNumber.
    """
    with database.session() as rows:
        known = rows.get(Alert, (source, number))
        if known is not None:
            return known
        resident = rows.exec(
            select(Resident).where(Resident.phone_hash == vault.look_up_hash(phone))
        ).first()
        if resident is None or resident.id is None:
            raise NobodyOfThisNumber("no resident has this phone number")
        alert = Alert(
            source=source,
            number=number,
            resident_id=resident.id,
            kind=kind,
            happened_at=happened_at,
            received_at=now,
        )
        if resident.follow_up in FOLLOWED_UP:
            alert.flag_id = _flag(rows, resident.id, kind, now)
        rows.add(alert)
        detail = {"kind": kind.value, "flag": alert.flag_id}
        record(rows, now, source, "alert_received", resident_id=resident.id, detail=detail)
        return alert


def _flag(rows: Session, resident_id: int, kind: AlertKind, now: datetime) -> int | None:
    """The one that waits already, or a new one: a door that swings is one matter, not fifty."""
    rule = f"alert_{kind.value}"
    flag = rows.exec(
        select(Flag).where(
            Flag.resident_id == resident_id,
            Flag.rule == rule,
            col(Flag.state) != FlagState.RESOLVED,
        )
    ).first()
    if flag is None:
        flag = Flag(
            resident_id=resident_id,
            rule=rule,
            severity=Severity.HIGH,
            reason=REASONS[kind],
            raised_at=now,
        )
        rows.add(flag)
        rows.flush()
    return flag.id
