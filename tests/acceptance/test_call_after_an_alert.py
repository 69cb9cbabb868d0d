"""A door opens, the resident is rung at once, and what they say clears the alert or does not."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import datetime

import httpx
import pytest
import pytest_asyncio
from acceptance_people import resident
from sqlmodel import col, select

from callbot.dialog.events import Outcome
from callbot.models import Alert, AnswerRow, Attempt, Call, Flag, History, Occasion
from callbot.rehearsal.campaign import CampaignRehearsal, Stage
from callbot.review.choice import Choice
from callbot.review.figures import PeriodReport, report_on
from callbot.review.ledger import Ledger
from callbot.web.app import Office, create_app
from callbot.web.events_api import HEADER

SECRET = "a secret of the tests"
AT_HOME, WENT_OUT = 1, 2

PEOPLE = [
    resident(AT_HOME, says={"at_home": "在家", "movements": "没有出门"}),
    resident(WENT_OUT, says={"at_home": "在家", "movements": "刚才去了超市"}),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def played(new_stage: Callable[..., Stage]) -> Stage:
    """Both doors open, and both residents are rung and answer."""
    stage = new_stage(
        PEOPLE,
        script="verification",
        occasion=Occasion.ALERT,
        settings={"events_secret": SECRET},
    )
    app = create_app(Office(stage.settings, stage.database, stage.clock))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://console.test"
    ) as door_system:
        for person in PEOPLE:
            told = door_opened(person.phone, stage.clock.now())
            taken = await door_system.post(
                "/api/events", content=told, headers={HEADER: signature(told, stage.clock.now())}
            )
            assert taken.status_code == 201, taken.text
    await CampaignRehearsal(stage).play()
    return stage


def door_opened(phone: str, at: datetime) -> bytes:
    event = {"id": phone, "source": "door_sensor", "kind": "door_opened", "phone": phone}
    return json.dumps({**event, "at": at.isoformat()}).encode()


def signature(told: bytes, at: datetime) -> str:
    signed = f"{int(at.timestamp())}.".encode() + told
    digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={int(at.timestamp())},v1={digest}"


@pytest.fixture
def report(played: Stage) -> Iterator[PeriodReport]:
    ledger = Ledger(played.database, played.settings.zone)
    now = played.clock.now()
    today = now.astimezone(played.settings.zone).date()
    yield report_on(ledger, Choice(today, today), now)
    ledger.close()


def said_to_be(played: Stage, number: int) -> dict[str, object]:
    with played.database.reading() as rows:
        answers = rows.exec(
            select(AnswerRow).where(
                AnswerRow.resident_id == number, col(AnswerRow.superseded).is_(False)
            )
        )
        return {answer.question: answer.value for answer in answers}


def test_each_alert_is_verified_by_one_whole_call(played: Stage) -> None:
    with played.database.reading() as rows:
        attempts = rows.exec(select(Attempt).order_by(col(Attempt.resident_id))).all()
        calls = rows.exec(select(Call)).all()
    assert [(a.resident_id, a.outcome) for a in attempts] == [
        (AT_HOME, Outcome.COMPLETED),
        (WENT_OUT, Outcome.COMPLETED),
    ]
    assert {call.attempt_id for call in calls} == {attempt.id for attempt in attempts}


def test_who_says_to_have_stayed_at_home_clears_the_alert(played: Stage) -> None:
    answers = said_to_be(played, AT_HOME)
    assert answers["at_home"] == {"yes": True}
    assert answers["movements"] == {"went_out": False, "places": [], "when": [], "transport": []}
    with played.database.reading() as rows:
        acts = rows.exec(select(History.act).where(History.resident_id == AT_HOME)).all()
        flags = rows.exec(select(Flag).where(Flag.resident_id == AT_HOME)).all()
    assert "alert_cleared" in acts
    assert flags == []


def test_who_admits_to_have_gone_out_is_flagged_by_what_they_said(played: Stage) -> None:
    movements = said_to_be(played, WENT_OUT)["movements"]
    assert isinstance(movements, dict)
    assert (movements["went_out"], movements["places"]) == (True, ["超市"])
    with played.database.reading() as rows:
        [flag] = rows.exec(select(Flag).where(Flag.resident_id == WENT_OUT)).all()
        alert = rows.exec(select(Alert).where(Alert.resident_id == WENT_OUT)).one()
    assert flag.rule == "went_out"
    assert alert.flag_id == flag.id


def test_the_day_s_report_counts_both(report: PeriodReport) -> None:
    total = report.total
    assert (total.due, total.called, total.completed, total.flagged) == (2, 2, 2, 1)
    assert [(rule.rule, rule.flags) for rule in report.rules] == [("went_out", 1)]
