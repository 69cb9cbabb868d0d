"""Second contacts of a resident, and what staff themselves reached by call or visit."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from callbot import vault
from callbot.campaigns.follow_up.changes import today_of
from callbot.campaigns.roster.values import WrongValue
from callbot.campaigns.roster.values import phone as read_phone
from callbot.campaigns.rules.period import FollowUpError
from callbot.models import Relation, Resident, SecondContact, StaffContact, Way, record

MOST_CONTACTS = 5


class KnownContact(FollowUpError):
    """The number is a second contact of the resident already."""


def second_contacts(rows: Session, resident_id: int) -> Sequence[SecondContact]:
    """In the order in which they are asked; without those removed."""
    return rows.exec(
        select(SecondContact)
        .where(SecondContact.resident_id == resident_id, col(SecondContact.removed_at).is_(None))
        .order_by(col(SecondContact.position), col(SecondContact.id))
    ).all()


def all_second_contacts(rows: Session, resident_id: int) -> Sequence[SecondContact]:
    """Those removed among them, so that a removal can be undone."""
    statement = select(SecondContact).where(SecondContact.resident_id == resident_id)
    return rows.exec(statement.order_by(col(SecondContact.position), col(SecondContact.id))).all()


def add_second_contact(
    rows: Session,
    resident: Resident,
    relation: Relation,
    name: str,
    phone: str,
    now: datetime,
    *,
    actor: str,
) -> SecondContact:
    """Behind those who are there. Raises FollowUpError."""
    number = _number(phone)
    assert resident.id is not None
    known = second_contacts(rows, resident.id)
    phone_hash = vault.look_up_hash(number)
    if phone_hash == resident.phone_hash:
        raise FollowUpError("this is the resident's own number; give another one")
    if any(contact.phone_hash == phone_hash for contact in known):
        raise KnownContact("this number is a second contact of the resident already")
    if len(known) >= MOST_CONTACTS:
        raise FollowUpError(f"a resident has at most {MOST_CONTACTS} second contacts; remove one")
    last = rows.exec(
        select(func.max(SecondContact.position)).where(SecondContact.resident_id == resident.id)
    ).one()
    contact = SecondContact(
        resident_id=resident.id,
        position=(last or 0) + 1,
        relation=relation,
        name=name.strip(),
        phone=number,
        phone_hash=phone_hash,
        opted_out_at=_opted_out_at(rows, phone_hash),
    )
    rows.add(contact)
    rows.flush()
    detail = {"contact": contact.id, "relation": relation.value}
    record(rows, now, actor, "second_contact_added", resident_id=resident.id, detail=detail)
    return contact


def _number(phone: str) -> str:
    try:
        return read_phone(phone)
    except WrongValue as wrong:
        raise FollowUpError(f"the second contact's number: {wrong.problem}; {wrong.remedy}") from (
            wrong
        )


def _opted_out_at(rows: Session, phone_hash: str) -> datetime | None:
    """Who asked not to be called is not called as somebody's contact either."""
    asked = rows.exec(
        select(SecondContact.opted_out_at).where(
            SecondContact.phone_hash == phone_hash, col(SecondContact.opted_out_at).is_not(None)
        )
    ).first()
    if asked is not None:
        return asked
    return rows.exec(
        select(Resident.opted_out_at).where(
            Resident.phone_hash == phone_hash, col(Resident.opted_out_at).is_not(None)
        )
    ).first()


def remove_second_contact(
    rows: Session, contact: SecondContact, now: datetime, *, actor: str
) -> None:
    contact.removed_at = now
    detail = {"contact": contact.id}
    record(
        rows, now, actor, "second_contact_removed", resident_id=contact.resident_id, detail=detail
    )


def restore_second_contact(
    rows: Session, contact: SecondContact, now: datetime, *, actor: str
) -> None:
    """Undoes a removal."""
    if contact.removed_at is None:
        raise FollowUpError(f"second contact {contact.id} was not removed")
    contact.removed_at = None
    detail = {"contact": contact.id}
    record(
        rows, now, actor, "second_contact_restored", resident_id=contact.resident_id, detail=detail
    )


def note_staff_contact(
    rows: Session,
    resident: Resident,
    way: Way,
    now: datetime,
    *,
    reached: bool,
    actor: str,
    note: str = "",
    day: date | None = None,
) -> StaffContact:
    """Staff called or visited. day: which day of the follow-up it answers, if not today."""
    today = today_of(resident, now)
    day = day or today
    if not resident.exposed_on <= day <= today:
        raise FollowUpError(f"{day} is no day of this follow-up up to today, {today}")
    assert resident.id is not None
    contact = StaffContact(
        resident_id=resident.id,
        day=day,
        at=now,
        actor=actor,
        way=way,
        reached=reached,
        note=note.strip(),
    )
    rows.add(contact)
    rows.flush()
    detail = {"way": way.value, "reached": reached, "day": str(day)}
    record(rows, now, actor, "staff_contact", resident_id=resident.id, detail=detail)
    return contact


def staff_contacts(rows: Session, resident_id: int) -> Sequence[StaffContact]:
    """Newest first."""
    statement = select(StaffContact).where(StaffContact.resident_id == resident_id)
    return rows.exec(statement.order_by(col(StaffContact.id).desc())).all()
