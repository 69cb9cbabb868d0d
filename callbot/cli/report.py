"""`callbot report`: the workbook of a day, or of a longer period."""

from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from callbot.cli.db import AsJson, Office, ShowPhones, open_office
from callbot.cli.output import note, print_json, print_table
from callbot.dialog.answers import Kind
from callbot.dialog.script import load_symptom_names, question_ids
from callbot.errors import BadInput
from callbot.review.choice import Choice
from callbot.review.labels import labels_for
from callbot.review.ledger import Ledger
from callbot.review.report import Report, check_path, make_report, report_data, workbook_of
from callbot.whole_file import write_whole

Day = Annotated[
    datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="default: today")
]
First = Annotated[
    datetime | None,
    typer.Option("--from", formats=["%Y-%m-%d"], help="in place of --date: a period's first day"),
]
Last = Annotated[
    datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="its last day; default: today")
]


def report_command(
    out: Annotated[Path, typer.Option("--out", help="the workbook to write, .xlsx")],
    day: Day = None,
    first: First = None,
    last: Last = None,
    campaign: Annotated[int | None, typer.Option("--campaign", help="one campaign's id")] = None,
    community: Annotated[str, typer.Option("--community", help="one community")] = "",
    grid: Annotated[str, typer.Option("--grid", help="one grid of the community")] = "",
    locale: Annotated[str, typer.Option("--locale", help="zh-CN or en-US")] = "zh-CN",
    show_phones: ShowPhones = False,
    as_json: AsJson = False,
) -> None:
    """Writes the report of a day, with lists of residents, or the figures of a period.

    Numbers are in clear in the workbook, masked in --json.
    """
    check_path(out)
    labels_for(locale)
    if grid and not community:
        raise BadInput("--grid: grids of different communities share their names; add --community")
    with open_office() as office:
        since, until = _period(office, day, first, last)
        choice = Choice(since, until, campaign_id=campaign, community=community, grid=grid)
        report = _make(office, choice, lists=first is None)
        names = load_symptom_names(office.settings.prompts_dir).get(locale, {})
    write_whole(out, workbook_of(report, names, locale))
    if as_json:
        print_json(report_data(report, show_phones=show_phones))
        return
    _print(report, locale)
    note(f"written to {escape(str(out))}")


def _period(
    office: Office, day: datetime | None, first: datetime | None, last: datetime | None
) -> tuple[date, date]:
    today = office.now.astimezone(office.settings.zone).date()
    if day is not None and (first is not None or last is not None):
        raise BadInput("--date: one day, or --from and --to, not both")
    if last is not None and first is None:
        raise BadInput("--to: give --from as well")
    if first is None:
        only = day.date() if day else today
        return only, only
    return first.date(), last.date() if last else today


def _make(office: Office, choice: Choice, *, lists: bool) -> Report:
    with closing(Ledger(office.database, office.settings.zone)) as ledger:
        questions = question_ids(office.settings.prompts_dir, Kind.TEMPERATURE)
        return make_report(office.database, ledger, choice, office.now, questions, lists=lists)


def _print(report: Report, locale: str) -> None:
    """The day's summary as its workbook begins; of a period its figures."""
    choice = report.figures.choice
    if report.day:
        labels, figures = labels_for(locale), report.day.summary
        print_table(
            f"{labels.title} {choice.first}",
            ("", ""),
            [(name, _figure(figures, key)) for key, name in labels.summary.items()],
        )
        if not (report.day.attempts or report.day.flags):
            note(f"no calls and no flags on {choice.first}")
        return
    names, total = labels_for(locale).of_figures, report.figures.total
    print_table(
        f"{names.title} {choice.first} – {choice.last}",
        ("", ""),
        [(name, _figure(total, key)) for key, name in names.figures.items()],
    )


def _figure(figures: object, key: str) -> str:
    value = getattr(figures, key)
    if value is None:
        return "–"
    if key.endswith("_rate"):
        return f"{value:.1%}"
    return f"{value:.1f}" if isinstance(value, float) else str(value)
