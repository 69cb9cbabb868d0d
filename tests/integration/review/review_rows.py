"""Residents, attempts and answers for the tests of reports."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from callbot import vault
from callbot.dialog.answers import Kind, Status
from callbot.dialog.events import Outcome
from callbot.models import AnswerRow, Attempt, AttemptState, Call, Resident

NINE = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
"""Nine o'clock in Shanghai."""


def add_resident(
    session: Session,
    number: int,
    name: str,
    community: str = "金海社区",
    grid: str = "第一网格",
) -> int:
    phone = f"+86138000000{number:02d}"
    session.add(
        Resident(
            id=number,
            name=name,
            phone=phone,
            phone_hash=vault.look_up_hash(phone),
            community=community,
            grid=grid,
            exposed_on=date(2026, 11, 19),
            imported_at=NINE,
        )
    )
    session.flush()
    return number


def add_attempt(
    session: Session,
    resident_id: int,
    number: int,
    outcome: Outcome | None,
    at: datetime = NINE,
    *,
    campaign_id: int = 1,
    rang: bool = True,
) -> str:
    """Returns the id of its call, if it was answered."""
    attempt_id = f"a{campaign_id}-{resident_id}-{number}-{at:%d}"
    answered = outcome in (Outcome.COMPLETED, Outcome.PARTIAL)
    session.add(
        Attempt(
            id=attempt_id,
            campaign_id=campaign_id,
            resident_id=resident_id,
            number=number,
            state=AttemptState.ENDED,
            due_at=at,
            placed_at=at,
            rang_at=at if rang else None,
            answered_at=at if answered else None,
            ended_at=at + timedelta(seconds=75),
            outcome=outcome,
        )
    )
    session.flush()
    if answered:
        session.add(
            Call(
                id=f"c-{attempt_id}",
                attempt_id=attempt_id,
                resident_id=resident_id,
                script="quarantine",
                script_version="1",
                locale="zh-CN",
                started_at=at,
            )
        )
        session.flush()
    return f"c-{attempt_id}"


def add_answer(
    session: Session,
    call_id: str,
    resident_id: int,
    question: str,
    kind: Kind,
    value: dict[str, Any] | None,
    *,
    heard: str = "",
    status: Status = Status.CLEAR,
) -> None:
    session.add(
        AnswerRow(
            call_id=call_id,
            resident_id=resident_id,
            question=question,
            kind=kind,
            status=status,
            value=value,
            heard=heard,
            answered_at=NINE,
        )
    )
