"""An office of many residents with days of calls behind it, made up in one go.

Rows are written as they lie in the database, private columns as cipher texts: encrypting a million
answers one by one would take minutes and change no figure.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Table, column, insert, table
from sqlmodel import Session, SQLModel

from callbot import vault
from callbot.db import Database
from callbot.dialog.events import Outcome
from callbot.models import (
    AnswerRow,
    Attempt,
    Call,
    Campaign,
    CampaignState,
    Flag,
    History,
    Resident,
    Ticket,
    TrialCall,
    TrialState,
    Turn,
)
from callbot.models.columns import Private, PrivateList, PrivateObject

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and of how much."""

ANSWERS_OF_A_CALL = 5
STORED_AT_ONCE = 5000
DAYS = 14
COMMUNITIES, GRIDS = 15, 8
RULES = (
    ("fever", "high", "体温37.3度以上"),
    ("went_out", "high", "外出"),
    ("unclear", "normal", "未听清"),
)
QUESTIONS = ("temperature", "symptoms", "movements", "contacts", "needs")
VALUES = {
    "temperature": '{"celsius": 36.5}',
    "symptoms": '{"present": []}',
    "movements": '{"went_out": false}',
    "contacts": '{"contact": false}',
    "needs": '{"text": "", "nothing": true}',
}
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN = "秀英建国丽娟志强桂兰勇军敏静伟芳磊娜杰涛明霞平辉玲鹏"


@dataclass(frozen=True)
class Size:
    residents: int
    answers: int
    flags: int


def fill_office(database: Database, size: Size, now: datetime, progress: Progress) -> None:
    """Into an empty database: residents in their follow-up, calls on days up to today, flags."""
    maker = _Maker(size, now)
    with database.session() as session:
        session.add(maker.campaign())
        session.flush()
        session.add(maker.trial_call())
    tables: tuple[tuple[type[SQLModel], Iterator[dict[str, Any]]], ...] = (
        (Resident, maker.residents()),
        (Attempt, maker.attempts()),
        (Call, maker.calls()),
        (Turn, maker.turns()),
        (AnswerRow, maker.answers()),
        (Flag, maker.flags()),
        (Ticket, maker.tickets()),
        (History, maker.history()),
    )
    for done, (model, rows) in enumerate(tables):
        progress("making the office", done, len(tables))
        while chunk := list(islice(rows, STORED_AT_ONCE)):
            with database.session() as session:
                _store(session, model, chunk)


def _store(session: Session, model: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    session.execute(insert(_as_it_lies(model, tuple(rows[0]))), rows)


def _as_it_lies(model: type[SQLModel], names: tuple[str, ...]) -> Any:
    """The model's table, with private columns taken as the cipher texts they hold."""
    made: Table = model.__table__  # type: ignore[attr-defined]
    private = (Private, PrivateList, PrivateObject)
    return table(
        made.name,
        *(
            column(name)
            if isinstance(made.c[name].type, private)
            else column(name, made.c[name].type)
            for name in names
        ),
    )


class _Maker:
    """Rows of each table; the same for the same size and moment."""

    def __init__(self, size: Size, now: datetime) -> None:
        self._size = size
        self._now = now
        self._calls_each = max(1, size.answers // (ANSWERS_OF_A_CALL * size.residents))
        self._nothing = vault.encrypt("")
        self._no_list = vault.encrypt("[]")

    def campaign(self) -> Campaign:
        return Campaign(
            id=1,
            name="每日随访",
            script="quarantine",
            state=CampaignState.RUNNING,
            created_at=self._now - timedelta(days=DAYS),
            started_at=self._now - timedelta(days=DAYS),
        )

    def trial_call(self) -> TrialCall:
        """A clerk's, of a whole conversation."""
        lines = [[("bot", "resident")[n % 2], "今天有没有发烧、咳嗽？"] for n in range(20)]
        return TrialCall(
            id="trial-1",
            campaign_id=1,
            script="quarantine",
            locale="zh-CN",
            phone="+8613900000009",
            phone_hash="",
            asked_by="otto",
            asked_at=self._now - timedelta(hours=1),
            state=TrialState.ENDED,
            ended_at=self._now - timedelta(minutes=58),
            outcome=Outcome.COMPLETED,
            told={"lines": lines, "flags": [["high", "体温37.3度以上"]]},
        )

    def residents(self) -> Iterator[dict[str, Any]]:
        """The first is at the last day of the follow-up, the others anywhere within it."""
        chosen = random.Random(0)
        today: date = self._now.date()
        names = [
            vault.encrypt(chosen.choice(SURNAMES) + "".join(chosen.choices(GIVEN, k=2)))
            for _ in range(5000)
        ]
        addresses = [vault.encrypt(f"海滨路{n % 200 + 1}号{n // 200 + 1}单元") for n in range(5000)]
        for number in range(1, self._size.residents + 1):
            phone = f"+86138{number:08d}"
            days = 14 if number == 1 else chosen.randrange(self._calls_each, 15)
            yield {
                "id": number,
                "name": chosen.choice(names),
                "phone": vault.encrypt(phone),
                "phone_hash": vault.look_up_hash(phone),
                "address": chosen.choice(addresses),
                "community": f"第{number % COMMUNITIES + 1}社区",
                "grid": f"第{number // COMMUNITIES % GRIDS + 1}网格",
                "locale": "zh-CN",
                "time_zone": "Asia/Shanghai",
                "exposed_on": today - timedelta(days=days),
                "follow_up_days": 14,
                "came_from": "",
                "transport": "",
                "note": self._nothing,
                "follow_up": "active",
                "key_person": False,
                "imported_at": self._now - timedelta(days=10),
            }

    def _dials(self) -> Iterator[tuple[int, int, datetime, bool]]:
        """(resident, days ago, moment, answered): everyone once a day, today's mornings first."""
        for days_ago in range(self._calls_each):
            for number in range(1, self._size.residents + 1):
                at = self._now - timedelta(days=days_ago, seconds=60 + number % 5000)
                yield number, days_ago, at, number % 10 != 0

    def attempts(self) -> Iterator[dict[str, Any]]:
        for number, days_ago, at, answered in self._dials():
            yield {
                "id": f"attempt-{days_ago}-{number}",
                "campaign_id": 1,
                "resident_id": number,
                "urgency": 0,
                "number": 1,
                "state": "ended",
                "due_at": at,
                "requested": False,
                "line": "",
                "reserved_by": "",
                "placed_at": at,
                "rang_at": at,
                "answered_at": at if answered else None,
                "ended_at": at + timedelta(seconds=50),
                "outcome": "completed" if answered else "no_answer",
                "detail": "",
            }

    def calls(self) -> Iterator[dict[str, Any]]:
        for number, days_ago, at, _ in self._dials():
            yield {
                "id": f"call-{days_ago}-{number}",
                "attempt_id": f"attempt-{days_ago}-{number}",
                "resident_id": number,
                "script": "quarantine",
                "script_version": "0123456789ab",
                "locale": "zh-CN",
                "started_at": at,
                "ended_at": at + timedelta(seconds=50),
                "outcome": "completed",
                "recording": "",
                "recording_problem": "",
                "session": self._nothing,
            }

    def turns(self) -> Iterator[dict[str, Any]]:
        """Of one call in a hundred: a page shows the turns of one call only."""
        said = vault.encrypt("今天有没有发烧、咳嗽，或者别的不舒服？")
        for number, days_ago, _, _ in self._dials():
            for position in range(14) if number % 100 == 1 else ():
                yield {
                    "call_id": f"call-{days_ago}-{number}",
                    "position": position,
                    "speaker": "resident" if position % 2 else "bot",
                    "question": QUESTIONS[position // 2 % len(QUESTIONS)],
                    "text": said,
                    "start_ms": position * 3000,
                    "end_ms": position * 3000 + 2500,
                    "interrupted": False,
                }

    def answers(self) -> Iterator[dict[str, Any]]:
        values = {question: vault.encrypt(value) for question, value in VALUES.items()}
        heard = vault.encrypt("没有")
        for number, days_ago, at, _ in self._dials():
            for question in QUESTIONS:
                yield {
                    "call_id": f"call-{days_ago}-{number}",
                    "resident_id": number,
                    "question": question,
                    "kind": "open" if question == "needs" else question,
                    "status": "clear",
                    "value": values[question],
                    "heard": heard,
                    "confidence": 0.9,
                    "alternatives": self._no_list,
                    "answered_at": at,
                    "superseded": False,
                    "corrected_by": "",
                }

    def flags(self) -> Iterator[dict[str, Any]]:
        """Of fourteen days; one in ten waits, one in a hundred of these is urgent."""
        said = vault.encrypt("「三十八度二」")
        for number in range(self._size.flags):
            rule, severity, reason = RULES[number % len(RULES)]
            waits = number % 10 == 0
            yield {
                "resident_id": number * 7 % self._size.residents + 1,
                "campaign_id": 1,
                "call_id": f"call-0-{number * 7 % self._size.residents + 1}",
                "rule": rule,
                "severity": "urgent" if number % 1000 == 0 else severity,
                "reason": reason,
                "question": "temperature",
                "evidence": said,
                "state": "open" if waits else "resolved",
                "raised_at": self._now - timedelta(minutes=number % (14 * 24 * 60)),
                "claimed_by": "" if waits else "alice",
                "resolved_at": None if waits else self._now - timedelta(minutes=number % 20_000),
                "resolution": self._nothing,
            }

    def tickets(self) -> Iterator[dict[str, Any]]:
        """One for each ten flags; one in five is still open."""
        text = vault.encrypt("想请社区代买降压药")
        for number in range(self._size.flags // 10):
            opened_at = self._now - timedelta(minutes=number * 10 % (DAYS * 24 * 60))
            is_open = number % 5 == 0
            yield {
                "resident_id": number * 7 % self._size.residents + 1,
                "kind": "complaint" if number % 7 == 0 else "request",
                "text": text,
                "state": "open" if is_open else "done",
                "owner": "" if number % 10 == 0 else "otto",
                "opened_at": opened_at,
                "opened_by": "dialer",
                "due_at": opened_at + timedelta(days=1),
                "done_at": None if is_open else opened_at + timedelta(hours=3),
                "done_by": "" if is_open else "otto",
                "result": self._nothing,
            }

    def history(self) -> Iterator[dict[str, Any]]:
        for number in range(1, self._size.residents + 1):
            yield self._act(number, self._now - timedelta(days=10), "resident_imported", {})
        for number, _, at, _ in self._dials():
            yield self._act(number, at, "attempt_ended", {"outcome": "completed"})

    def _act(self, number: int, at: datetime, act: str, detail: dict[str, str]) -> dict[str, Any]:
        return {"at": at, "actor": "dialer", "act": act, "resident_id": number, "detail": detail}
