"""Why a person is not called now: an enum for programs, words for people in each language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from callbot.errors import BadInput
from callbot.models.blocker_words import TERMS, WORDS

SOURCE = "en-US"


class Blocker(StrEnum):
    """Why a person is not called now."""

    CAMPAIGN_NOT_RUNNING = "campaign_not_running"
    CAMPAIGN_OVER = "campaign_over"
    NO_ALERT = "no_alert"
    OTHER_AUDIENCE = "other_audience"
    OPTED_OUT = "opted_out"
    NUMBER_PROBLEM = "number_problem"
    NOT_FOLLOWED_UP = "not_followed_up"
    PAUSED = "paused"
    ASKED_WITH = "asked_with"
    BEFORE_PERIOD = "before_period"
    AFTER_PERIOD = "after_period"
    DONE_TODAY = "done_today"
    OPEN_ATTEMPT = "open_attempt"
    RINGS_TODAY = "rings_today"
    RINGS_IN_24_HOURS = "rings_in_24_hours"
    FAILURES_TODAY = "failures_today"
    TOO_SOON = "too_soon"
    OUTSIDE_HOURS = "outside_hours"


PASSING = frozenset({Blocker.OPEN_ATTEMPT, Blocker.TOO_SOON, Blocker.OUTSIDE_HOURS})
"""Blockers that time alone removes on the same day."""

Fact = str | int | StrEnum


@dataclass(frozen=True)
class Reason:
    """A blocker with the facts that its words name; `until` when it is known when it ends.

    variant: which of several wordings of the same blocker.
    """

    blocker: Blocker
    until: datetime | None = None
    variant: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def words(self) -> str:
        return self.said(SOURCE)

    def said(self, locale: str) -> str:
        """Raises BadInput for a language that reasons are not written in."""
        if locale not in WORDS:
            raise BadInput(f"no reasons in {locale!r}; use one of {', '.join(WORDS)}")
        key = f"{self.blocker}.{self.variant}" if self.variant else self.blocker.value
        told = {name: _term(locale, fact) for name, fact in self.facts.items()}
        return WORDS[locale][key].format_map(told)


def _term(locale: str, fact: Fact) -> Fact:
    """Members of an enum by their name in the language, everything else as it is."""
    if isinstance(fact, StrEnum):
        return TERMS[locale].get(fact) or fact.value.replace("_", " ")
    return fact
