"""Everything about one call, for the person who judges it: turns, answers, rules that held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import col, select

from callbot.db import Database
from callbot.errors import BadInput
from callbot.models import (
    AnswerRow,
    Areas,
    Attempt,
    Call,
    FindingRow,
    Flag,
    Resident,
    Turn,
    covered,
)
from callbot.review.marking import Pieces, pieces, quoted_words


class NoSuchCall(BadInput):
    """There is no such call, or it is outside the areas of whoever looks."""


@dataclass(frozen=True)
class AnswerLine:
    """The answer that stands, those before it (latest first), and the rules about the question.

    member: the name of another member of the household, whom it is about; else empty.
    """

    answer: AnswerRow
    member: str = ""
    earlier: Sequence[AnswerRow] = ()
    findings: Sequence[FindingRow] = ()
    start_ms: int | None = None


@dataclass(frozen=True)
class CallRecord:
    """`unanswered`: findings about no question, such as an emergency that was spoken of."""

    call: Call
    attempt: Attempt
    resident: Resident
    turns: Sequence[Turn]
    answers: Sequence[AnswerLine]
    flags: Sequence[Flag]
    unanswered: Sequence[FindingRow] = field(default_factory=list)

    @property
    def flagged_questions(self) -> set[str]:
        return {flag.question for flag in self.flags if flag.question}

    def pieces(self, turn: Turn) -> Pieces:
        """A turn's words with what the flags quote of it.

        Of a flagged question in which nothing quoted is found, all that was answered is.
        """
        if turn.speaker == "bot":
            return [(turn.text, False)]
        here = pieces(turn.text, self._quoted(turn.question))
        if any(quoted for _, quoted in here) or turn.question not in self.flagged_questions:
            return here
        answers = [t.text for t in self.turns if t.question == turn.question and t.speaker != "bot"]
        found = any(word in text for word in self._quoted(turn.question) for text in answers)
        return [(turn.text, not found)]

    def is_marked(self, turn: Turn) -> bool:
        return any(quoted for _, quoted in self.pieces(turn))

    def _quoted(self, question: str) -> list[str]:
        """By flags about the question, or about none: an emergency may be spoken of anywhere."""
        about = (flag for flag in self.flags if flag.question in ("", question))
        return [word for flag in about for word in quoted_words(flag.evidence)]

    @property
    def length_ms(self) -> int:
        return max((turn.end_ms for turn in self.turns), default=0)


def read_call(database: Database, call_id: str, areas: Areas = ()) -> CallRecord:
    """Raises NoSuchCall."""
    with database.reading() as rows:
        call = rows.get(Call, call_id)
        resident = rows.get(Resident, call.resident_id) if call else None
        if call is None or resident is None:
            raise NoSuchCall(f"there is no call {call_id}")
        if not covered(areas, resident.community, resident.grid):
            raise NoSuchCall(f"there is no call {call_id}")
        turns = rows.exec(
            select(Turn).where(Turn.call_id == call_id).order_by(col(Turn.position))
        ).all()
        answers = rows.exec(
            select(AnswerRow).where(AnswerRow.call_id == call_id).order_by(col(AnswerRow.id))
        ).all()
        findings = rows.exec(
            select(FindingRow).where(FindingRow.call_id == call_id).order_by(col(FindingRow.id))
        ).all()
        flags = rows.exec(select(Flag).where(Flag.call_id == call_id).order_by(col(Flag.id))).all()
        attempt = rows.get_one(Attempt, call.attempt_id)
        others = {answer.resident_id for answer in answers} - {call.resident_id}
        members = {other: rows.get_one(Resident, other).name for other in others}
    lines = _lines(answers, findings, turns, members)
    answered = {(line.answer.resident_id, line.answer.question) for line in lines}
    return CallRecord(
        call,
        attempt,
        resident,
        turns,
        lines,
        flags,
        [
            finding
            for finding in findings
            if (finding.resident_id or call.resident_id, finding.question) not in answered
        ],
    )


def _lines(
    answers: Sequence[AnswerRow],
    findings: Sequence[FindingRow],
    turns: Sequence[Turn],
    members: Mapping[int, str],
) -> list[AnswerLine]:
    """One for each person and question, in the order in which they were first answered."""
    spoken = {turn.question: turn.start_ms for turn in reversed(turns) if turn.speaker != "bot"}
    by_question: dict[tuple[int, str], list[AnswerRow]] = {}
    for answer in answers:
        by_question.setdefault((answer.resident_id, answer.question), []).append(answer)
    return [
        AnswerLine(
            given[-1],
            members.get(resident_id, ""),
            given[-2::-1],
            [
                finding
                for finding in findings
                if finding.question == question
                and finding.resident_id == (resident_id if resident_id in members else None)
            ],
            None if resident_id in members else spoken.get(question),
        )
        for (resident_id, question), given in by_question.items()
    ]
