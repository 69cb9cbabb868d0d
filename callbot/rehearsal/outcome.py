"""What came of each resident: read from the follow-up database and the carrier's measurements."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlmodel import col, select

from callbot.db import Database
from callbot.dialog.answers import Intent
from callbot.dialog.events import Outcome
from callbot.models import AnswerRow, Attempt, AttemptState, Call, Flag, Resident, Turn
from callbot.telephony.simulated.measurement import LineReport


@dataclass(frozen=True)
class ResidentResult:
    """One resident's line of `callbot simulate`; answers and turns are of the last call.

    response_ms: measured in the sound at the carrier, over all calls; none in a rehearsal
    without sound. fillers: said by the bot while it was still making out what it heard; each ends
    a response. understood_ms: fillers passed over, from the end of what was said to the bot's next
    words, in the node's own count of sound, of the last call. barge_in_ms, spoken_turns and
    early_cuts: as in LineReport, over all calls. detail: the carrier's words at the end of the last
    attempt, or why it was given up.
    """

    phone: str
    outcome: Outcome | None
    attempts: int
    answers: dict[str, dict[str, Any]]
    flags: tuple[dict[str, str], ...]
    turns: tuple[dict[str, Any], ...] = ()
    response_ms: tuple[int, ...] = ()
    duration_ms: int = 0
    first_word_ms: tuple[int, ...] = ()
    barge_in_ms: tuple[int, ...] = ()
    spoken_turns: int = 0
    early_cuts: int = 0
    fillers: int = 0
    understood_ms: tuple[int, ...] = ()
    recording: str = ""
    detail: str = ""

    @property
    def sent_for_help(self) -> bool:
        """Sent to the emergency number, which ends a call early and as it should."""
        urgent = any(flag["rule"] == Intent.EMERGENCY for flag in self.flags)
        return urgent and self.outcome is Outcome.PARTIAL

    def as_json(self) -> dict[str, Any]:
        """The shape that callers of `callbot simulate` rely on."""
        return {
            "phone": self.phone,
            "outcome": self.outcome,
            "attempts": self.attempts,
            "answers": self.answers,
            "flags": list(self.flags),
            "turns": list(self.turns),
            "response_ms": list(self.response_ms),
            "duration_ms": self.duration_ms,
            "spoken_turns": self.spoken_turns,
            "early_cuts": self.early_cuts,
            "barge_in_ms": list(self.barge_in_ms),
        }


def results(
    database: Database,
    report_of: Callable[[str], LineReport | None],
    fillers: Collection[str] = (),
) -> list[ResidentResult]:
    """Every resident in the order of import. report_of: the carrier's report on an attempt id.

    fillers: what the bot says while it thinks, in any language.
    """
    with database.reading() as rows:
        residents = rows.exec(select(Resident).order_by(col(Resident.id))).all()
        return [_result(rows, resident, report_of, fillers) for resident in residents]


def _result(
    rows: Any,
    resident: Resident,
    report_of: Callable[[str], LineReport | None],
    fillers: Collection[str],
) -> ResidentResult:
    attempts = rows.exec(
        select(Attempt)
        .where(col(Attempt.resident_id) == resident.id)
        .where(col(Attempt.state) == AttemptState.ENDED, col(Attempt.outcome).is_not(None))
        .order_by(col(Attempt.placed_at))
    ).all()
    placed = [attempt for attempt in attempts if attempt.placed_at is not None]
    calls = rows.exec(
        select(Call).where(col(Call.resident_id) == resident.id).order_by(col(Call.started_at))
    ).all()
    reports = [report for a in placed if (report := report_of(a.id)) is not None]
    turns = _turns(rows, calls[-1].id) if calls else ()
    said = [turn for turn in turns if not _fills(turn, fillers)]
    return ResidentResult(
        phone=resident.phone,
        outcome=placed[-1].outcome if placed else None,
        attempts=len(placed),
        answers=_answers(rows, calls),
        flags=tuple(
            {"rule": flag.rule, "severity": flag.severity.value, "reason": flag.reason}
            for flag in rows.exec(
                select(Flag).where(col(Flag.resident_id) == resident.id).order_by(col(Flag.id))
            )
        ),
        turns=turns,
        response_ms=tuple(round(ms) for report in reports for ms in report.response_ms),
        duration_ms=round(sum(report.duration_ms for report in reports)),
        first_word_ms=tuple(round(r.first_word_ms) for r in reports if r.first_word_ms is not None),
        barge_in_ms=tuple(round(ms) for report in reports for ms in report.barge_in_ms),
        spoken_turns=sum(report.spoken_turns for report in reports),
        early_cuts=sum(report.early_cuts for report in reports),
        fillers=len(turns) - len(said),
        understood_ms=tuple(
            after["start_ms"] - turn["end_ms"]
            for turn, after in pairwise(said)
            if (turn["speaker"], after["speaker"]) == ("resident", "bot")
        ),
        recording=calls[-1].recording if calls else "",
        detail=placed[-1].detail if placed else "",
    )


def _fills(turn: dict[str, Any], fillers: Collection[str]) -> bool:
    """One that was cut short ends in an ellipsis."""
    words = turn["text"].rstrip("…")
    filler = bool(words) and any(filler.startswith(words) for filler in fillers)
    return filler and turn["speaker"] == "bot"


def _answers(rows: Any, calls: list[Call]) -> dict[str, dict[str, Any]]:
    """The latest answer to each question; a resumed call goes on from the one before it."""
    kept: dict[str, dict[str, Any]] = {}
    for call in calls:
        for row in rows.exec(
            select(AnswerRow)
            .where(col(AnswerRow.call_id) == call.id, col(AnswerRow.superseded).is_(False))
            .order_by(col(AnswerRow.id))
        ):
            kept[row.question] = {
                "status": row.status.value,
                "value": row.value,
                "heard": row.heard,
                "confidence": round(row.confidence, 3),
            }
    return kept


def _turns(rows: Any, call_id: str) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "speaker": turn.speaker,
            "text": turn.text,
            "start_ms": turn.start_ms,
            "end_ms": turn.end_ms,
            "question": turn.question or None,
        }
        for turn in rows.exec(
            select(Turn).where(col(Turn.call_id) == call_id).order_by(col(Turn.position))
        )
    )
