"""A reviewer corrects an answer; the script's rules are held against the call once more."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select, update

from callbot.db import Database
from callbot.dialog.answers import AnyValue, Status
from callbot.dialog.assessment import findings
from callbot.dialog.events import Flagged
from callbot.dialog.script import Script
from callbot.dialog.state import Member, SessionState
from callbot.errors import BadInput
from callbot.models import AnswerRow, Attempt, Call, FindingRow, Flag, record, standing_answers

OFFICE_LOCALE = "zh-CN"

ScriptOf = Callable[[str], Script]
"""A script by its name, as it is now."""


@dataclass(frozen=True)
class Judgement:
    """Which rules hold on the answers as they stand now, by which version of the script.

    rules: with the member of the household about whom each holds; None is who was rung.
    """

    rules: frozenset[tuple[int | None, str]]
    script_version: str


def judge_call(database: Database, call_id: str, script_of: ScriptOf) -> Judgement:
    """Raises BadInput when the call is not there or its script no longer is."""
    with database.reading() as rows:
        call = _call(rows, call_id)
        script = script_of(call.script)
        asked = select(AnswerRow.resident_id).where(AnswerRow.call_id == call_id).distinct()
        members = [each for each in rows.exec(asked) if each != call.resident_id]
        held = frozenset(
            (member, finding.rule)
            for member in (None, *members)
            for finding in _findings(rows, script, call, member, already=())
        )
        return Judgement(held, script.version)


def correct_answer(
    database: Database,
    call_id: str,
    question: str,
    value: AnyValue,
    now: datetime,
    *,
    reviewer: str,
    script_of: ScriptOf,
    member_id: int | None = None,
) -> list[str]:
    """Puts a value in place of what was understood; returns the rules that hold anew.

    member_id: of the member of the household whom the answer is about, if not who was rung. The
    answer before stays, superseded. Rules that no longer hold close nothing: a person decides on a
    flag. Raises BadInput for a call or question that is not there.
    """
    with database.session() as rows:
        call = _call(rows, call_id)
        whose = member_id or call.resident_id
        old = standing_answers(rows, call_id, member_id).get(question)
        if old is None:
            raise BadInput(f"the call has no answer to {question!r}")
        rows.execute(
            update(AnswerRow)
            .where(
                col(AnswerRow.call_id) == call_id,
                col(AnswerRow.resident_id) == whose,
                col(AnswerRow.question) == question,
            )
            .values(superseded=True)
        )
        rows.add(
            AnswerRow(
                call_id=call_id,
                resident_id=whose,
                question=question,
                kind=old.kind,
                status=Status.CLEAR,
                value=value.model_dump(mode="json"),
                heard=old.heard,
                confidence=1.0,
                alternatives=list(old.alternatives),
                answered_at=now,
                corrected_by=reviewer,
            )
        )
        rows.flush()
        script = script_of(call.script)
        known = _known_rules(rows, call_id, member_id)
        anew = list(_findings(rows, script, call, member_id, already=known))
        told = {"call": call_id, "question": question, "rules": [f.rule for f in anew]}
        record(rows, now, reviewer, "answer_corrected", resident_id=whose, detail=told)
        for finding in anew:
            _raise_flag(rows, call, member_id, finding, script.version, now, reviewer)
        return [finding.rule for finding in anew]


def _call(rows: Session, call_id: str) -> Call:
    call = rows.get(Call, call_id)
    if call is None:
        raise BadInput(f"there is no call {call_id}")
    return call


def _known_rules(rows: Session, call_id: str, member_id: int | None) -> Sequence[str]:
    about = (FindingRow.call_id == call_id, col(FindingRow.resident_id) == member_id)
    return rows.exec(select(FindingRow.rule).where(*about)).all()


def _findings(
    rows: Session, script: Script, call: Call, member_id: int | None, *, already: Sequence[str]
) -> Iterator[Flagged]:
    """The rules about one person of the call, held against the answers as they stand now."""
    state = SessionState.model_validate_json(call.session) if call.session else _blank(call)
    sheet = {"answers": standing_answers(rows, call.id, member_id), "flagged": list(already)}
    if member_id is None:
        now = state.model_copy(update={**sheet, "members": [], "outcome": call.outcome})
        return findings(script, now, urgent_only=False)
    asked = (member for member in state.members if member.id == str(member_id))
    member = next(asked, Member(id=str(member_id), name="")).model_copy(update=sheet)
    now = state.model_copy(update={"members": [member]})
    held = findings(script, now, urgent_only=False)
    return (finding for finding in held if finding.member == member.id)


def _blank(call: Call) -> SessionState:
    """For a call whose dialogue is no longer kept: nothing but its answers is known."""
    return SessionState(
        script=call.script,
        script_version=call.script_version,
        locale=call.locale,
        office_locale=OFFICE_LOCALE,
        time_zone="UTC",
        variables={},
    )


def _raise_flag(
    rows: Session,
    call: Call,
    member_id: int | None,
    finding: Flagged,
    script_version: str,
    now: datetime,
    reviewer: str,
) -> None:
    campaign_id = rows.get_one(Attempt, call.attempt_id).campaign_id
    told: dict[str, Any] = {
        "call_id": call.id,
        "rule": finding.rule,
        "severity": finding.severity,
        "question": finding.question or "",
        "reason": finding.reason,
        "evidence": finding.evidence,
    }
    rows.add(FindingRow(**told, script_version=script_version, found_at=now, resident_id=member_id))
    whose = member_id or call.resident_id
    rows.add(Flag(**told, resident_id=whose, campaign_id=campaign_id, raised_at=now))
    about = {"call": call.id, "rule": finding.rule, "severity": finding.severity.value}
    record(rows, now, reviewer, "flagged", resident_id=whose, detail=about)
