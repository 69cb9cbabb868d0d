"""Why an attempt ended as it did, for a clerk: `Attempt.detail` in the language of page or report.

Rows hold what the network said, in its own words, and what Callbot wrote beside it, in English.
Callbot's sentences are found again and translated; the network's words, and sentences of rows that
are older than a change of words, are shown as they stand.
"""

import re
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from callbot import telephony
from callbot.datafile import load
from callbot.dialog.events import Outcome
from callbot.models import CampaignState, FollowUp
from callbot.models.blocker_words import TERMS, WORDS
from callbot.review.sentences import Sentences

WRITTEN_IN: Final = "en-US"
FILES: Final = "reasons.{}.yaml"
"""Of a language, beside the carriers whose sentences they hold."""

_CODED: Final = re.compile(r"(.+) (\d{3})")
"""A state with the network's code, such as `no-answer 480`."""

_ADVISED: Final = re.compile(r"(.+) \((.+)\)")


class _Marks(NamedTuple):
    between: str
    opening: str
    closing: str


_MARKS: Final = {"zh-CN": _Marks("；", "（", "）")}


def call_reason(detail: str, language: str) -> str:
    """language: one of review.labels.LOCALES."""
    return detail if language == WRITTEN_IN else _Reasons.of(language).told(detail)


class _Reasons:
    def __init__(self, language: str) -> None:
        terms = TERMS[language].items()
        self._names = {_written(term): told for term, told in terms}
        self._states = {
            _written(term): told
            for term, told in terms
            if isinstance(term, CampaignState | FollowUp)
        }
        self._sentences = Sentences(_translations(language).items())
        self._marks = _MARKS[language]

    @staticmethod
    @cache
    def of(language: str) -> "_Reasons":
        return _Reasons(language)

    def told(self, words: str) -> str:
        return self._in_parts(words) or self._sentence(words) or words

    def _in_parts(self, words: str) -> str | None:
        """What the network said and then our advice, one of our sentences after another, or a
        state with a code."""
        at = len(words)
        while (at := words.rfind("; ", 0, at)) > 0:
            if last := self._sentence(words[at + 2 :]):
                return f"{self.told(words[:at])}{self._marks.between}{last}"
        if (advised := _ADVISED.fullmatch(words)) and (advice := self._sentence(advised[2])):
            return f"{self.told(advised[1])}{self._marks.opening}{advice}{self._marks.closing}"
        if (coded := _CODED.fullmatch(words)) and (state := self._sentence(coded[1])):
            return f"{state} {coded[2]}"
        return None

    def _sentence(self, words: str) -> str | None:
        return self._sentences.translated(words, self._fill)

    def _fill(self, name: str | None, value: str) -> str:
        # A follow-up and a call are each `completed`, which is not one word in Chinese.
        known = self._states if name == "state" else self._names if name else {}
        return known.get(value) or self.told(value)


def _written(term: StrEnum) -> str:
    """A member of an enum in an English sentence."""
    return term.value.replace("_", " ")


def _translations(language: str) -> dict[str, str]:
    files = [Path(__file__).with_name(f"call_{FILES.format(language)}")]
    for folder in telephony.__path__:
        files += sorted(Path(folder).rglob(FILES.format(language)))
    found = {_written(t): told for t, told in TERMS[language].items() if isinstance(t, Outcome)}
    found |= {WORDS[WRITTEN_IN][key]: told for key, told in WORDS[language].items()}
    for file in files:
        found |= load(file, dict[str, str])[0]
    return found
