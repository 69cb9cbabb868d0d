"""An office with a day of calls behind it, and browsers of people with different rights."""

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from fastapi import FastAPI
from sqlmodel import Session, select

from callbot import recording_file, vault
from callbot.config import Settings
from callbot.db import Database
from callbot.dialog.answers import Kind, Status
from callbot.dialog.events import Outcome, Severity
from callbot.models import (
    Account,
    AnswerRow,
    Attempt,
    AttemptState,
    Call,
    Campaign,
    FindingRow,
    Flag,
    Resident,
    Role,
    Turn,
    record,
)
from callbot.web.app import Office
from callbot.web.auth.log_ins import SESSION_COOKIE, begin_log_in

NOW = datetime.fromisoformat("2026-11-22T10:00:00+08:00")
PASSWORD = "three dry words"
HOST = "http://console.test"
HERE = ("金海社区",)


@dataclass
class PinnedClock:
    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


@dataclass
class Console:
    """The office, its application, and `as_` for the browser of one of its people."""

    app: FastAPI
    office: Office
    clock: PinnedClock
    ill: int
    well: int
    call: str
    flags: dict[str, int] = field(default_factory=dict)

    def browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app),
            base_url=HOST,
            headers={"Origin": HOST},
        )

    async def as_(self, name: str) -> httpx.AsyncClient:
        """Logged in already: checking a password takes its time, and has tests of its own."""
        with self.office.database.session() as rows:
            return self._logged_in(
                rows, rows.exec(select(Account).where(Account.name == name)).one()
            )

    def newcomer(self, role: Role, areas: tuple[str, ...] = ()) -> httpx.AsyncClient:
        """Somebody with this role and these areas, logged in."""
        with self.office.database.session() as rows:
            account = Account(
                name=secrets.token_hex(4), role=role, areas=list(areas), created_at=NOW
            )
            rows.add(account)
            rows.flush()
            return self._logged_in(rows, account)

    def _logged_in(self, rows: Session, account: Account) -> httpx.AsyncClient:
        browser = self.browser()
        browser.cookies.set(SESSION_COOKIE, begin_log_in(rows, account, self.clock.now()))
        return browser


PEOPLE: dict[str, tuple[Role, tuple[str, ...]]] = {
    "alice": (Role.REVIEWER, ("金海社区",)),
    "anna": (Role.REVIEWER, ("金海社区",)),
    "bob": (Role.REVIEWER, ("望湖社区",)),
    "vera": (Role.VIEWER, ()),
    "otto": (Role.OPERATOR, ()),
    "ada": (Role.ADMINISTRATOR, ()),
}
"""Alice may, Bob is responsible elsewhere; Charlie, who has no account, is `browser()`."""


def fill(database: Database, settings: Settings) -> None:
    with database.session() as rows:
        rows.add(Campaign(id=1, name="每日随访", script="quarantine", created_at=NOW))
        rows.flush()
        for number, (name, community) in enumerate(
            (("王秀英", "金海社区"), ("李建国", "金海社区"), ("赵丽", "望湖社区")), start=1
        ):
            rows.add(_resident(number, name, community))
            rows.flush()
            record(rows, NOW, "test", "resident_imported", resident_id=number)
        _ill_call(rows, settings)
        rows.add(_flag(2, "unreachable", Severity.HIGH, "今日多次未接通"))
        rows.add(_flag(3, "went_out", Severity.HIGH, "外出"))


def _resident(number: int, name: str, community: str) -> Resident:
    phone = f"+86138000000{number:02d}"
    return Resident(
        id=number,
        name=name,
        phone=phone,
        phone_hash=vault.look_up_hash(phone),
        address=f"海滨路{number}号",
        community=community,
        grid="第一网格",
        exposed_on=date(2026, 11, 18),
        imported_at=NOW,
    )


def _flag(resident_id: int, rule: str, severity: Severity, reason: str, **more: Any) -> Flag:
    return Flag(
        resident_id=resident_id,
        campaign_id=1,
        rule=rule,
        severity=severity,
        reason=reason,
        raised_at=NOW - timedelta(minutes=30),
        **more,
    )


def _ill_call(rows: Session, settings: Settings) -> None:
    """One completed call with 39.4 degrees and an outing, its recording, its two flags."""
    at = NOW - timedelta(minutes=35)
    rows.add(
        Attempt(
            id="attempt-1",
            campaign_id=1,
            resident_id=1,
            number=1,
            state=AttemptState.ENDED,
            due_at=at,
            placed_at=at,
            rang_at=at,
            answered_at=at,
            ended_at=at + timedelta(seconds=20),
            outcome=Outcome.COMPLETED,
        )
    )
    rows.flush()
    rows.add(
        Call(
            id="call-1",
            attempt_id="attempt-1",
            resident_id=1,
            script="quarantine",
            script_version="0123456789ab",
            locale="zh-CN",
            started_at=at,
            ended_at=at + timedelta(seconds=20),
            outcome=Outcome.COMPLETED,
            recording=f"call-1{recording_file.SEALED}",
        )
    )
    rows.flush()
    said = (
        ("bot", "temperature", "请问您今天的体温是多少？", 0, 4000),
        ("resident", "temperature", "三十九度四", 4500, 7000),
        ("bot", "movements", "今天有没有出过门？", 8000, 11000),
        ("resident", "movements", "去了超市", 12000, 14000),
    )
    for position, (speaker, question, text, start_ms, end_ms) in enumerate(said):
        rows.add(
            Turn(
                call_id="call-1",
                position=position,
                speaker=speaker,
                question=question,
                text=text,
                start_ms=start_ms,
                end_ms=end_ms,
            )
        )
    answers: tuple[tuple[str, Kind, dict[str, Any], str], ...] = (
        ("temperature", Kind.TEMPERATURE, {"celsius": 39.4}, "三十九度四"),
        ("movements", Kind.MOVEMENTS, {"went_out": True, "places": ["超市"]}, "去了超市"),
    )
    for question, kind, value, heard in answers:
        rows.add(
            AnswerRow(
                call_id="call-1",
                resident_id=1,
                question=question,
                kind=kind,
                status=Status.CLEAR,
                value=value,
                heard=heard,
                confidence=0.91,
                alternatives=["三十九度是"],
                answered_at=at,
            )
        )
    for rule, severity, question, reason in (
        ("very_high_fever", Severity.URGENT, "temperature", "体温超过39.0度"),
        ("went_out", Severity.HIGH, "movements", "外出"),
    ):
        rows.add(
            FindingRow(
                call_id="call-1",
                rule=rule,
                script_version="0123456789ab",
                severity=severity,
                question=question,
                reason=reason,
                found_at=at,
            )
        )
        rows.add(
            _flag(
                1,
                rule,
                severity,
                reason,
                call_id="call-1",
                question=question,
                evidence="「三十九度四」",
            )
        )
        rows.flush()
    _write_recording(settings.recordings / f"call-1{recording_file.SEALED}")


def _write_recording(path: Path) -> None:
    """Twenty seconds, each side a tone of its own."""
    seconds = np.arange(20 * 8000) / 8000
    sides = [np.sin(2 * np.pi * pitch * seconds) * 8000 for pitch in (200, 440)]
    file = recording_file.create(path)
    file.append(np.column_stack(sides).astype("<i2").tobytes())
    file.close()
