"""The report as a workbook a clerk works with, and as plain data for programs."""

import io
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from sqlmodel import select

from callbot.db import Database
from callbot.errors import BadInput
from callbot.models import Campaign, mask_phone
from callbot.review.choice import Choice
from callbot.review.day import DayReport, day_report
from callbot.review.figures import Figures, PeriodReport, report_on
from callbot.review.labels import labels_for
from callbot.review.ledger import Ledger
from callbot.review.temperatures import Temperatures, temperature_lines
from callbot.review.workbook.day_lists import DayLists
from callbot.review.workbook.figure_sheets import FigureSheets
from callbot.review.workbook.sheets import Sheets

MOST_TEMPERATURES = 500
"""Residents with a line of temperatures in a workbook; each figure has to be decrypted."""


@dataclass(frozen=True)
class Report:
    """Figures, and of a single day the residents, flags and calls behind them, if wanted.

    campaigns: names by id.
    """

    zone: ZoneInfo
    figures: PeriodReport
    campaigns: dict[int, str]
    temperatures: Temperatures
    day: DayReport | None


def make_report(
    database: Database,
    ledger: Ledger,
    choice: Choice,
    now: datetime,
    temperature_questions: Collection[str],
    *,
    lists: bool,
    most_temperatures: int = MOST_TEMPERATURES,
) -> Report:
    """lists: with names and phone numbers; of one day only. Raises BadInput for more."""
    if lists and choice.first != choice.last:
        raise BadInput("lists of residents are made for one day at a time")
    zone = ledger.zone
    with database.reading() as rows:
        campaigns = {each.id or 0: each.name for each in rows.exec(select(Campaign))}
    return Report(
        zone=zone,
        figures=report_on(ledger, choice, now),
        campaigns=campaigns,
        temperatures=temperature_lines(
            database, choice, zone, temperature_questions, limit=most_temperatures
        ),
        day=day_report(database, choice, zone) if lists else None,
    )


def workbook_of(report: Report, symptom_names: Mapping[str, str], locale: str) -> bytes:
    """The content of the .xlsx file; moments in the office's time zone.

    symptom_names: by code; a code without a name stands for itself. Raises BadInput for a language
    that reports are not written in.
    """
    labels = labels_for(locale)
    names = labels.of_figures
    choice = report.figures.choice
    period = f"{choice.first}" if choice.first == choice.last else f"{choice.first} – {choice.last}"
    title = labels.title if report.day else names.title
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        sheets = Sheets(workbook, report.zone, f"{title} {period}")
        figures = FigureSheets(sheets, report.figures, names, labels)
        if report.day:
            DayLists(sheets, report.day, labels, symptom_names, locale).write()
        else:
            figures.write_summary()
        figures.write(report.campaigns, report.temperatures)
    return content.getvalue()


def check_path(path: Path) -> None:
    """Raises BadInput for a file that is not .xlsx."""
    if path.suffix.lower() != ".xlsx":
        raise BadInput(f"{path}: the report is a workbook; give a name ending in .xlsx")


def report_data(report: Report, *, show_phones: bool = False) -> dict[str, Any]:
    """The report as plain data; phone numbers masked unless asked for."""
    choice = report.figures.choice
    data: dict[str, Any] = asdict(report.day) if report.day else {"zone": report.zone.key}
    for line in data.get("residents", ()):
        if not show_phones:
            line["phone"] = mask_phone(line["phone"])
    return {
        **data,
        "first": choice.first,
        "last": choice.last,
        "figures": _figures_data(report),
        "temperatures": [
            {**asdict(line), "by_day": {str(day): value for day, value in line.by_day.items()}}
            for line in report.temperatures.lines
        ],
    }


def _figures_data(report: Report) -> dict[str, Any]:
    figures = report.figures
    place = "grid" if figures.choice.by_grid else "community"
    return {
        "as_of": figures.as_of,
        "total": _plain(figures.total),
        "by_day": [{"day": day, **_plain(each)} for day, each in figures.by_day.items()],
        f"by_{place}": [{place: key, **_plain(each)} for key, each in figures.by_place.items()],
        "by_campaign": [
            {"campaign": key, "name": report.campaigns.get(key, ""), **_plain(each)}
            for key, each in figures.by_campaign.items()
        ],
        "unreached": {
            "under_way" if outcome is None else outcome.value: count
            for outcome, count in figures.total.unreached.most_common()
        },
        "hours": [{**asdict(hour), "response_rate": hour.response_rate} for hour in figures.hours],
        "rules": [{**asdict(rule), "precision": rule.precision} for rule in figures.rules],
        "precision": figures.precision,
    }


def _plain(figures: Figures) -> dict[str, Any]:
    return {name: getattr(figures, name) for name in labels_for("en-US").of_figures.figures}
