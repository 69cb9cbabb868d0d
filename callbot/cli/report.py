"""`callbot report`: the day's workbook."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from callbot import datafile
from callbot.cli.db import AsJson, ShowPhones, open_office
from callbot.cli.output import note, print_json, print_table
from callbot.config import Settings
from callbot.review.labels import labels_for
from callbot.review.report import report_data, write_report

SYMPTOM_NAMES = "symptom-names.yaml"


def report_command(
    out: Annotated[Path, typer.Option("--out", help="the workbook to write, .xlsx")],
    day: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="default: today")
    ] = None,
    locale: Annotated[str, typer.Option("--locale", help="zh-CN or en-US")] = "zh-CN",
    show_phones: ShowPhones = False,
    as_json: AsJson = False,
) -> None:
    """Writes the day's report; numbers are in clear in the workbook, masked in --json."""
    with open_office() as office:
        wanted = day.date() if day else office.now.astimezone(office.settings.zone).date()
        written = write_report(
            office.database,
            wanted,
            office.settings.zone,
            out,
            symptom_names=symptom_names(office.settings, locale),
            locale=locale,
        )
    if as_json:
        print_json(report_data(written, show_phones=show_phones))
        return
    labels = labels_for(locale)
    figures = [
        (label, _figure(getattr(written.summary, key), is_rate=key in labels.rates))
        for key, label in labels.summary.items()
    ]
    print_table(_title(labels.title, wanted), ("", ""), figures)
    note(f"written to {escape(str(out))}")


def symptom_names(settings: Settings, locale: str) -> dict[str, str]:
    """Names of symptoms by code, as they are read back to residents."""
    names, _ = datafile.load(settings.prompts_dir / SYMPTOM_NAMES, dict[str, dict[str, str]])
    return names.get(locale, {})


def _title(title: str, day: date) -> str:
    return f"{title} {day}"


def _figure(value: float | None, *, is_rate: bool) -> str:
    if value is None:
        return "–"
    return f"{value:.1%}" if is_rate else str(value)
