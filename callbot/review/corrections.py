"""A reviewer corrects an answer; the script's rules are held against the call once more."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select, update

from callbot.db import Database
from callbot.dialog.answers import Answer, AnyValue, Status
from callbot.dialog.assessment import findings
from callbot.dialog.events import Flagged
from callbot.dialog.script import Script
from callbot.dialog.state import SessionState
from callbot.errors import BadInput
from callbot.models import AnswerRow, Attempt, Call, FindingRow, Flag, record, standing_answers

OFFICE_LOCALE = "zh-CN"

ScriptOf = Callable[[str], Script]
"""A script by its name, as it is now."""


@dataclass(frozen=True)
class Judgement:
    """Which rules hold on the answers as they stand now, by which version of the script."""

    rules: frozenset[str]
    script_version: str


def judge_call(database: Database, call_id: str, script_of: ScriptOf) -> Judgement:
    """Raises BadInput when the call is not there or its script no longer is."""
    with database.reading() as rows:
        call = _call(rows, call_id)
        script = script_of(call.script)
        held = _findings(script, call, standing_answers(rows, call_id), already=())
        return Judgement(frozenset(finding.rule for finding in held), script.version)


def correct_answer(
    database: Database,
    call_id: str,
    question: str,
    value: AnyValue,
    now: datetime,
    *,
    reviewer: str,
    script_of: ScriptOf,
) -> list[str]:
    """Puts a value in place of what was understood; returns the rules that hold anew.

    The answer before stays, superseded. Rules that no longer hold close nothing: a person decides
    on a flag. Raises BadInput for a call or question that is not there.
    """
    with database.session() as rows:
        call = _call(rows, call_id)
        old = standing_answers(rows, call_id).get(question)
        if old is None:
            raise BadInput(f"the call has no answer to {question!r}")
        rows.execute(
            update(AnswerRow)
            .where(
                col(AnswerRow.call_id) == call_id,
                col(AnswerRow.resident_id) == call.resident_id,
                col(AnswerRow.question) == question,
            )
            .values(superseded=True)
        )
        rows.add(
            AnswerRow(
                call_id=call_id,
                resident_id=call.resident_id,
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
        anew = list(
            _findings(
                script, call, standing_answers(rows, call_id), already=_known_rules(rows, call_id)
            )
        )
        for finding in anew:
            _raise_flag(rows, call, finding, script.version, now)
        told = {"call": call_id, "question": question, "rules": [f.rule for f in anew]}
        record(rows, now, reviewer, "answer_corrected", resident_id=call.resident_id, detail=told)
        return [finding.rule for finding in anew]


def _call(rows: Session, call_id: str) -> Call:
    call = rows.get(Call, call_id)
    if call is None:
        raise BadInput(f"there is no call {call_id}")
    return call


def _known_rules(rows: Session, call_id: str) -> Sequence[str]:
    own = (FindingRow.call_id == call_id, col(FindingRow.resident_id).is_(None))
    return rows.exec(select(FindingRow.rule).where(*own)).all()


def _findings(
    script: Script, call: Call, answers: dict[str, Answer], *, already: Sequence[str]
) -> Iterator[Flagged]:
    """The rules about the resident, held against the answers as they stand now."""
    state = SessionState.model_validate_json(call.session) if call.session else _blank(call)
    now = {
        "answers": answers,
        "flagged": list(already),
        "members": [],
        "outcome": call.outcome,
    }
    return findings(script, state.model_copy(update=now), urgent_only=False)


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
    rows: Session, call: Call, finding: Flagged, script_version: str, now: datetime
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
    rows.add(FindingRow(**told, script_version=script_version, found_at=now))
    rows.add(Flag(**told, resident_id=call.resident_id, campaign_id=campaign_id, raised_at=now))
