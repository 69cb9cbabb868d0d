"""What nearly everybody says is understood in every form in which it is said."""

from pathlib import Path
from typing import Any

import pytest

from callbot.datafile import load
from callbot.dialog.answers import Hypothesis, Intent, Kind
from callbot.dialog.understanding import Lexicon, understand
from callbot.dialog.understanding.words.patterns import expand

FORMS, _ = load(Path(__file__).with_name("everyday_forms.yaml"), dict[str, list[dict[str, Any]]])
CASES = [
    pytest.param(locale, entry, id=f"{locale}-{entry['kind']}")
    for locale, entries in FORMS.items()
    for entry in entries
]


@pytest.mark.parametrize(("locale", "entry"), CASES)
def test_every_form_of_what_everybody_says_is_understood(
    locale: str, entry: dict[str, Any], lexicons: dict[str, Lexicon]
) -> None:
    missed = [
        words
        for form in entry["forms"]
        for words in (" ".join(phrase.split()) for phrase in expand(form))
        if not _means(Kind(entry["kind"]), words, lexicons[locale], entry["means"])
    ]
    assert not missed


def _means(kind: Kind, words: str, lexicon: Lexicon, means: dict[str, Any]) -> bool:
    got = understand(kind, [Hypothesis(text=words)], lexicon)
    if got.intent is not Intent.ANSWER or got.value is None:
        return False
    value = got.value.model_dump(mode="json")
    return all(value[name] == wanted for name, wanted in means.items())
