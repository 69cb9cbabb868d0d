"""What the alert of a door, a camera or a gate leads to: a verification call, or a flag at once."""

from datetime import datetime

from sqlmodel import select

from callbot import vault
from callbot.campaigns.dialing.verification import call_at_once, flag_alert
from callbot.db import Database
from callbot.dialog.answers import Kind
from callbot.dialog.script_file import ScriptFile
from callbot.errors import BadInput
from callbot.models import Alert, AlertKind, FollowUp, Resident, record

FOLLOWED_UP = (FollowUp.ACTIVE, FollowUp.PAUSED)


class NobodyOfThisNumber(BadInput):
    """No resident has this phone number."""


def verifies(script: ScriptFile) -> bool:
    """Whether a call by this script can clear an alert: it asks where the resident has been.

    A campaign that waits for alerts is made by `campaign.create` of a CampaignFile whose `occasion`
    is ALERT, with such a script; by any other, everybody who is rung would be left to a person.
    """
    return any(question.kind is Kind.MOVEMENTS for question in script.order())


def take_alert(
    database: Database,
    source: str,
    number: str,
    kind: AlertKind,
    phone: str,
    happened_at: datetime,
    now: datetime,
) -> Alert:
    """phone: E.164. An event that is known already is given back as it was taken, also if it is
    sent twice in one moment.

    Raises NobodyOfThisNumber.
    """
    with database.session() as session:
        known = session.get(Alert, (source, number))
        if known is not None:
            return known
        # Locked, so that two alerts at once do not plan two calls.
        resident = session.exec(
            select(Resident)
            .where(Resident.phone_hash == vault.look_up_hash(phone))
            .with_for_update(key_share=True)
        ).first()
        if resident is None or resident.id is None:
            raise NobodyOfThisNumber("no resident has this phone number")
        # Whoever held the lock before may have taken this very event.
        known = session.get(Alert, (source, number))
        if known is not None:
            return known
        alert = Alert(
            source=source,
            number=number,
            resident_id=resident.id,
            kind=kind,
            happened_at=happened_at,
            received_at=now,
        )
        if resident.follow_up in FOLLOWED_UP:
            verification = call_at_once(session, resident, now)
            if verification.attempt is not None:
                alert.attempt_id = verification.attempt.id
            else:
                alert.flag_id = flag_alert(session, resident.id, kind, now, verification.why_not)
        session.add(alert)
        detail = {"kind": kind.value, "flag": alert.flag_id, "attempt": alert.attempt_id}
        record(session, now, source, "alert_received", resident_id=resident.id, detail=detail)
        return alert
