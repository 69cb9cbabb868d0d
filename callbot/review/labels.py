"""The words of reports in the office's languages: for workbook, terminal and console."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from callbot.datafile import load
from callbot.dialog.events import Outcome, Severity
from callbot.errors import BadInput
from callbot.models import FlagState
from callbot.models.outcome_names import MANDARIN_OUTCOMES

LOCALES = ("zh-CN", "en-US")
"""Each has a file of words beside this one."""


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FigureLabels(_Words):
    """Of the figures of any period. `figures` by attribute of review.figures.Figures, in the order
    of the columns.
    """

    title: str
    period: str
    as_of: str
    figures: dict[str, str]
    by_day: str
    by_community: str
    by_grid: str
    by_campaign: str
    unreached: str
    hours: str
    rules: str
    temperatures: str
    day: str
    community: str
    grid: str
    campaign: str
    reason: str
    hour: str
    rings: str
    answered: str
    name: str
    number: str
    under_way: str
    not_filled_in: str
    no_campaign: str
    rule_columns: tuple[str, ...]
    rates: tuple[str, ...] = ("response_rate", "completion_rate")


class Labels(_Words):
    """Everything a day's report says apart from what residents said.

    of_figures: what the figures beside it are called.
    """

    of_figures: FigureLabels
    title: str
    sheets: tuple[str, str, str, str]
    summary: dict[str, str]
    resident_columns: tuple[str, ...]
    flag_columns: tuple[str, ...]
    attempt_columns: tuple[str, ...]
    by_rule: str
    by_outcome: str
    outcomes: dict[Outcome, str] = MANDARIN_OUTCOMES
    severities: dict[Severity, str]
    states: dict[FlagState, str]
    reported: dict[str, str]
    not_called: str
    not_asked: str
    unclear: str
    refused: str
    none: str
    some: str
    yes: str
    no: str
    went_out: str
    at_home: str
    earlier: str
    household: str
    day_of: str
    rates: tuple[str, ...] = ("response_rate", "completion_rate")


@cache
def labels_for(locale: str) -> Labels:
    """Raises BadInput for a language the report is not written in."""
    if locale not in LOCALES:
        raise BadInput(f"no report in {locale!r}; use one of {', '.join(LOCALES)}")
    return load(Path(__file__).with_name(f"labels.{locale}.yaml"), Labels)[0]
