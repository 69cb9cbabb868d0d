"""`callbot resident list` and `show`: residents with their plan, and all that was done to it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from sqlmodel import col, select

from callbot.campaigns.follow_up import changes, contacts
from callbot.cli.db import AsJson, Office, ShowPhones, open_office
from callbot.cli.output import print_json, print_table
from callbot.cli.person import Who, find_resident, told
from callbot.models import (
    FollowUp,
    PlanChange,
    Resident,
    SecondContact,
    StaffContact,
    mask_phone,
)


def list_residents(
    follow_up: Annotated[FollowUp | None, typer.Option("--follow-up")] = None,
    community: Annotated[str | None, typer.Option("--community")] = None,
    household: Annotated[str | None, typer.Option("--household")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000)] = 200,
    show_phones: ShowPhones = False,
    as_json: AsJson = False,
) -> None:
    """Residents with their period."""
    statement = select(Resident).order_by(col(Resident.id)).limit(limit)
    for wanted, column in (
        (follow_up, Resident.follow_up),
        (community, Resident.community),
        (household, Resident.household),
    ):
        if wanted is not None:
            statement = statement.where(col(column) == wanted)
    with open_office() as office, office.database.reading() as rows:
        shown = [_shown(r, office.now, show_phones=show_phones) for r in rows.exec(statement)]
    if as_json:
        print_json(shown)
        return
    columns = ("id", "name", "phone", "community", "household", "state", "day", "last_day")
    print_table(
        f"{len(shown)} residents", columns, [[row[name] for name in columns] for row in shown]
    )


def _shown(resident: Resident, now: datetime, *, show_phones: bool) -> dict[str, Any]:
    day = (changes.today_of(resident, now) - resident.exposed_on).days
    state = resident.follow_up.value
    if resident.follow_up is FollowUp.PAUSED and resident.paused_until is not None:
        state += f" until {resident.paused_until}"
    window = resident.window_start and resident.window_end
    return {
        "id": resident.id,
        "name": resident.name,
        "phone": resident.phone if show_phones else mask_phone(resident.phone),
        "community": resident.community,
        "grid": resident.grid,
        "household": resident.household,
        "asked_with": resident.asked_with_id,
        "state": state,
        "day": f"{day} of {resident.last_day_number}",
        "exposed_on": resident.exposed_on,
        "last_day": resident.release_date,
        "window": f"{resident.window_start:%H:%M}-{resident.window_end:%H:%M}" if window else "",
        "time_zone": resident.time_zone,
        "twice_daily": resident.twice_daily,
        "key_person": resident.key_person,
        "opted_out_at": resident.opted_out_at,
    }


def show_resident(who: Who, show_phones: ShowPhones = False, as_json: AsJson = False) -> None:
    """One resident: the plan, its changes, second contacts, staff's contacts."""
    with open_office() as office, office.database.reading() as rows:
        resident = find_resident(rows, who)
        assert resident.id is not None
        plan = _shown(resident, office.now, show_phones=show_phones)
        done = changes.changes_of(rows, resident.id)
        second = contacts.second_contacts(rows, resident.id)
        staff = contacts.staff_contacts(rows, resident.id)
        if as_json:
            listed = [
                {**vars(each), "undone_at": change.undone_at, "reason": change.reason}
                for change, each in zip(done, told(done), strict=True)
            ]
            print_json({**plan, "changes": listed, **_contacts(second, staff, show_phones)})
            return
        print_table(
            f"resident {resident.id}",
            ("", ""),
            [
                (key.replace("_", " "), value)
                for key, value in plan.items()
                if value not in ("", None)
            ],
        )
        _print_changes(office, done)
        _print_contacts(second, show_phones=show_phones)
        _print_staff(office, staff)


def _contacts(
    second: Sequence[SecondContact], staff: Sequence[StaffContact], show_phones: bool
) -> dict[str, Any]:
    return {
        "second_contacts": [
            {
                "id": contact.id,
                "relation": contact.relation,
                "name": contact.name,
                "phone": contact.phone if show_phones else mask_phone(contact.phone),
                "state": _contact_state(contact),
            }
            for contact in second
        ],
        "staff_contacts": [c.model_dump(exclude={"resident_id"}) for c in staff],
    }


def _print_changes(office: Office, done: Sequence[PlanChange]) -> None:
    print_table(
        "changes, newest first",
        ("id", "when", "what", "from", "to", "reason", "by"),
        [
            (
                change.id,
                office.local(change.at),
                change.change.value.replace("_", " ")
                + (f"\nundone by {change.undone_by}" if change.undone_at else ""),
                _fields(change.before, change.after),
                _fields(change.after, change.before),
                change.reason,
                change.actor,
            )
            for change in done
        ],
    )


def _print_contacts(second: Sequence[SecondContact], *, show_phones: bool) -> None:
    print_table(
        "second contacts",
        ("id", "relation", "name", "phone", "state"),
        [
            (
                contact.id,
                contact.relation.value,
                contact.name,
                contact.phone if show_phones else mask_phone(contact.phone),
                _contact_state(contact),
            )
            for contact in second
        ],
    )


def _print_staff(office: Office, staff: Sequence[StaffContact]) -> None:
    print_table(
        "contacts by staff",
        ("day", "when", "how", "reached", "by", "note"),
        [
            (c.day, office.local(c.at), c.way.value, "yes" if c.reached else "no", c.actor, c.note)
            for c in staff
        ],
    )


def _fields(values: dict[str, Any], others: dict[str, Any]) -> str:
    """Those that differ, as they are read by a person."""
    return "\n".join(
        f"{name.replace('_', ' ')}: {'–' if value in (None, '') else value}"
        for name, value in values.items()
        if value != others[name]
    )


def _contact_state(contact: SecondContact) -> str:
    if contact.opted_out_at is not None:
        return "asked not to be called"
    return "number does not work" if contact.unusable else ""
