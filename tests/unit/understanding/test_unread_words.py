"""What is not understood is never taken for health: nothing else may be filed as "normal"."""

from pathlib import Path

import pytest
import yaml

from callbot.dialog.answers import (
    AnyValue,
    Contacts,
    Hypothesis,
    Kind,
    Movements,
    Symptoms,
    Temperature,
)
from callbot.dialog.understanding import Lexicon, understand

TABLES = Path(__file__).parents[2] / "utterances"
UNKNOWN = {"zh-CN": "饕餮", "en-US": " zorbling ", "ko-KR": "뷁쉛"}


def _calm(value: AnyValue | None) -> bool:
    match value:
        case Symptoms():
            return not value.present and not value.household
        case Movements():
            return not value.went_out
        case Contacts():
            return not value.contact
        case Temperature():
            return value.reported == "normal"
        case _:
            return False


def _calm_answers(lexicon: Lexicon) -> list[tuple[Kind, str]]:
    """What the table calls calm, without what is calm by a number."""
    rows = yaml.safe_load((TABLES / f"{lexicon.locale}.yaml").read_text(encoding="utf-8"))
    found = []
    for row in rows:
        kind, text = Kind(row["question"]), row["text"]
        if "alternatives" in row or lexicon.number_reader.measures(text):
            continue
        if _calm(understand(kind, [Hypothesis(text=text)], lexicon).value):
            found.append((kind, text))
    return found


@pytest.mark.parametrize("locale", UNKNOWN)
def test_a_calm_answer_with_an_unknown_word_is_asked_again(
    lexicons: dict[str, Lexicon], locale: str
) -> None:
    lexicon, word = lexicons[locale], UNKNOWN[locale]
    answers = _calm_answers(lexicon)
    still_calm = [
        spoiled
        for kind, text in answers
        for spoiled in (f"{text},{word}", f"{word}{text}")
        if _calm(understand(kind, [Hypothesis(text=spoiled)], lexicon).value)
    ]
    assert len(answers) > 100
    assert still_calm == []


def test_harmless_words_leave_an_answer_calm(lexicons: dict[str, Lexicon]) -> None:
    english, korean = lexicons["en-US"], lexicons["ko-KR"]
    for text in ("no I've been reading the newspaper in bed", "No, we watched television."):
        got = understand(Kind.CONTACTS, [Hypothesis(text=text)], english)
        assert got.value == Contacts(contact=False)
    got = understand(Kind.SYMPTOMS, [Hypothesis(text="잠도 푹 자고 아픈 데 없어요")], korean)
    assert isinstance(got.value, Symptoms)
    assert not got.value.present
