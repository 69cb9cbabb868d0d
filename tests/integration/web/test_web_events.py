"""Alerts of doors, cameras and vehicles: signed, taken once, and turned into a flag."""

import asyncio
import hashlib
import hmac
import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlmodel import select
from web_office import NOW, Console

from callbot.config import Settings
from callbot.models import Flag, FollowUp, Resident
from callbot.models.alerts import Alert
from callbot.web.app import Office
from callbot.web.events_api import FRESH_S, HEADER, signed

SECRET = "a secret of the tests"
EVENT = {
    "id": "door-17",
    "source": "door_sensor",
    "kind": "door_opened",
    "phone": "+8613800000002",
    "at": NOW.isoformat(),
}


@pytest.fixture
def office(console: Console) -> Console:
    given = Settings(data_dir=console.office.settings.data_dir, events_secret=SECRET)
    console.app.state.office = Office(given, console.office.database, console.clock)
    return console


def signature(told: bytes, *, at: float = NOW.timestamp(), secret: str = SECRET) -> str:
    signed = f"{int(at)}.".encode() + told
    return f"t={int(at)},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


async def send(console: Console, event: Any, header: str | None = None) -> httpx.Response:
    told = event if isinstance(event, bytes) else json.dumps(event).encode()
    async with console.browser() as system:
        return await system.post(
            "/api/events",
            content=told,
            headers={HEADER: (header or signature(told)).encode("latin-1")},
        )


def flags(console: Console) -> list[Flag]:
    with console.office.database.reading() as rows:
        return list(rows.exec(select(Flag).where(Flag.rule == "alert_door_opened")))


async def test_an_alert_is_a_flag_and_sent_again_it_is_the_same(office: Console) -> None:
    assert (await send(office, EVENT)).status_code == 201
    office.clock.at = NOW.replace(minute=2)
    again = await send(office, EVENT)
    assert again.status_code == 200
    [flag] = flags(office)
    assert again.json() == {"id": "door-17", "flag": flag.id, "attempt": None}
    assert flag.resident_id == 2


async def test_a_door_that_swings_is_one_flag(office: Console) -> None:
    for number in range(5):
        await send(office, EVENT | {"id": f"door-{number}"})
    assert len(flags(office)) == 1


async def test_who_is_not_followed_up_raises_no_flag(office: Console) -> None:
    with office.office.database.session() as rows:
        rows.get_one(Resident, 2).follow_up = FollowUp.COMPLETED
    assert (await send(office, EVENT)).json()["flag"] is None
    assert not flags(office)


@pytest.mark.parametrize(
    "header",
    [
        "none",
        "t=1,v1=",
        "t=²,v1=00",
        signature(json.dumps(EVENT).encode(), secret="another"),
        signature(b"another body"),
        signature(json.dumps(EVENT).encode(), at=NOW.timestamp() - FRESH_S - 1),
    ],
)
async def test_what_is_not_signed_now_and_for_this_is_refused(office: Console, header: str) -> None:
    assert (await send(office, EVENT, header)).status_code == 403
    assert not flags(office)


async def test_without_a_secret_nothing_is_taken(console: Console) -> None:
    told = json.dumps(EVENT).encode()
    assert (await send(console, told, signature(told, secret=""))).status_code == 403


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (EVENT | {"phone": "+8613899999999"}, 404),
        (EVENT | {"kind": "earthquake"}, 422),
        (EVENT | {"at": "2026-11-22T10:00:00"}, 422),
        (EVENT | {"more": 1}, 422),
        ([], 422),
        (b"{", 422),
        (b"\xff", 422),
        (b"[" * 20_000, 413),
    ],
)
async def test_what_is_no_event_is_refused_in_words(
    office: Console, event: Any, status: int
) -> None:
    response = await send(office, event)
    assert response.status_code == status
    assert response.json()["problem"]


@given(told=some.binary(max_size=64), header=some.text(max_size=64))
@settings(suppress_health_check=list(HealthCheck), max_examples=200, deadline=None)
def test_no_header_that_was_not_made_with_the_secret_is_a_signature(
    told: bytes, header: str
) -> None:
    assert not signed(SECRET, header, told, NOW)


MANGLED = some.one_of(
    some.none(),
    some.booleans(),
    some.integers(),
    some.floats(),
    some.text(),
    some.lists(some.integers(), max_size=3),
    some.sampled_from(["door_opened", "+8613800000002", "9" * 400, "2026-11-22T10:00:00+08:00"]),
)
EVENTS = some.one_of(
    some.dictionaries(some.one_of(some.sampled_from([*EVENT]), some.text()), MANGLED, max_size=7),
    some.dictionaries(some.sampled_from([*EVENT]), MANGLED).map(lambda wrong: EVENT | wrong),
    MANGLED,
)


async def test_whatever_is_signed_is_answered_and_never_with_a_failure(office: Console) -> None:
    """Each status means what it says: only what was taken, or is known, leaves an alert."""

    @given(event=EVENTS)
    @settings(suppress_health_check=list(HealthCheck), max_examples=60, deadline=None)
    def gather(event: Any) -> None:
        tried.append(event)

    tried: list[Any] = []
    gather()
    seen: set[tuple[str, str]] = set()
    for event in tried:
        told = json.dumps(event).encode()
        answer = await send(office, told)
        assert answer.status_code in {200, 201, 404, 422}, event
        taken = answer.status_code in {200, 201}
        assert ("flag" if taken else "problem") in answer.json()
        if taken:
            seen.add((event["source"], event["id"]))
        forged = await send(office, told, signature(told, secret="guessed"))
        assert forged.status_code == 403
    with office.office.database.reading() as rows:
        assert {(alert.source, alert.number) for alert in rows.exec(select(Alert))} == seen


async def test_the_same_event_from_two_doors_at_once_is_one_flag(office: Console) -> None:
    answers = await asyncio.gather(*(send(office, EVENT) for _ in range(4)))
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.json()["flag"] for answer in answers}) == 1
    assert len(flags(office)) == 1
