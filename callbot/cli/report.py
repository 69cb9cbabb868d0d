"""`callbot report`: the day's workbook."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from callbot.cli.db import AsJson, ShowPhones, open_office
from callbot.cli.output import note, print_json, print_table
from callbot.dialog.script import load_symptom_names
from callbot.review.labels import labels_for
from callbot.review.report import report_data, write_report


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
            symptom_names=load_symptom_names(office.settings.prompts_dir).get(locale, {}),
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
    print_table(f"{labels.title} {wanted}", ("", ""), figures)
    if not (written.attempts or written.flags):
        note(f"no calls and no flags on {wanted}")
    note(f"written to {escape(str(out))}")


def _figure(value: float | None, *, is_rate: bool) -> str:
    if value is None:
        return "–"
    return f"{value:.1%}" if is_rate else str(value)
