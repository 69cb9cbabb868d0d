"""What residents say, and what it means, from the tables in tests/utterances."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel, ConfigDict

from callbot.dialog.answers import AnyValue, Hypothesis, Intent, Kind, Status, is_calm
from callbot.dialog.understanding import Lexicon, Resemblance, Understanding, understand, weighed
from callbot.dialog.understanding.second_opinion import RESTS_ON_EXAMPLES

TABLES = sorted((Path(__file__).parents[2] / "utterances").glob("*.yaml"))

ALTERNATIVE_STEP = 0.02
"""How much less confident each alternative is than the hypothesis before it."""


class Expected(BaseModel):
    """What an utterance means.

    status: where it does not follow from the intent. value: what the answer holds at least; None
    if nothing is said of it. told: the same of answers to other kinds of question.
    """

    model_config = ConfigDict(extra="forbid")

    intent: Intent
    status: Status | None = None
    value: dict[str, Any] | None = None
    told: tuple[dict[str, Any], ...] = ()


class Said(BaseModel):
    model_config = ConfigDict(extra="forbid")

    question: Kind
    text: str
    alternatives: tuple[str, ...] = ()
    expect: Expected

    @property
    def hypotheses(self) -> list[Hypothesis]:
        return [
            Hypothesis(text=text, confidence=1 - place * ALTERNATIVE_STEP)
            for place, text in enumerate((self.text, *self.alternatives))
        ]


@cache
def _table(path: Path) -> tuple[Said, ...]:
    rows = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return tuple(Said.model_validate(row) for row in rows)


def _holds(value: AnyValue | None, expected: Mapping[str, Any]) -> bool:
    return value is not None and value.model_dump(mode="json").items() >= expected.items()


def _told_by_examples(got: Understanding) -> bool:
    """Left open by the rules, and told by what people say who answer alike: the graver of both, and
    read back."""
    told = got.value is not None and not is_calm(got.value)
    return told and got.confidence <= RESTS_ON_EXAMPLES


def _wrong(got: Understanding, expect: Expected) -> bool:
    if expect.intent is Intent.UNCLEAR and _told_by_examples(got):
        return False
    unclear = expect.intent in (Intent.UNCLEAR, Intent.SILENCE)
    return (
        got.intent is not expect.intent
        or (expect.status is not None and got.status is not expect.status)
        or (got.status is Status.UNCLEAR) != unclear
        or (expect.intent is Intent.UNCLEAR and got.value is not None)
        or (expect.value is not None and not _holds(got.value, expect.value))
        or not all(any(_holds(v, told) for v in got.volunteered) for told in expect.told)
    )


# A test for each row would cost ten times what the understanding does.
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_residents_are_understood(
    lexicons: dict[str, Lexicon], examples: dict[str, Resemblance], path: Path, kind: Kind
) -> None:
    rows = [said for said in _table(path) if said.question is kind]
    lexicon, known = lexicons[path.stem], examples[path.stem]
    got = [
        weighed(understand(kind, said.hypotheses, lexicon), kind, said.hypotheses, lexicon, known)
        for said in rows
    ]
    wrong = [(said.text, g) for said, g in zip(rows, got, strict=True) if _wrong(g, said.expect)]
    assert wrong == []


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_a_table_has_every_kind_of_question_and_every_request(path: Path) -> None:
    table = _table(path)
    assert {said.question for said in table} == set(Kind)
    assert {said.expect.intent for said in table} >= set(Intent) - {Intent.SILENCE}


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_no_utterance_is_listed_twice(path: Path) -> None:
    asked = [(said.question, said.text, said.alternatives) for said in _table(path)]
    assert len(asked) == len(set(asked))
