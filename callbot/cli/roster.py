"""`callbot roster …`: residents in and out."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from callbot.campaigns.roster.export import export_roster, write_problems
from callbot.campaigns.roster.store import ImportReport, RosterRejected, import_roster
from callbot.cli.db import AsJson, open_office
from callbot.cli.output import Stages, note, print_json, print_table

app = typer.Typer(help="Residents under follow-up.", no_args_is_help=True)

PROBLEMS_SHOWN = 20


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help=".xlsx, .xls or .csv")],
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Leave bad rows out instead of refusing the file.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check only, change nothing.")] = False,
    problems_to: Annotated[
        Path | None, typer.Option("--problems", help="Write every problem to this .csv file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Reads a roster file; with a bad row in it nothing is imported, unless --skip-bad."""
    if problems_to is not None:
        # Now, with none in it: one that cannot be written must be known before the import is done.
        write_problems(problems_to, ())
    with open_office() as office:
        try:
            with Stages() as stages:
                report = import_roster(
                    office.database,
                    file,
                    office.now,
                    office.settings.zone,
                    actor=office.actor,
                    skip_bad=skip_bad,
                    dry_run=dry_run,
                    progress=stages.show,
                )
        except RosterRejected as rejected:
            _show(rejected.report, problems_to, as_json=as_json)
            raise
    _show(report, problems_to, as_json=as_json)
    if not as_json:
        note(_counts(report))


def _show(report: ImportReport, problems_to: Path | None, *, as_json: bool) -> None:
    if problems_to is not None:
        write_problems(problems_to, report.problems)
    if as_json:
        print_json(asdict(report))
        return
    for remark in report.notes[:PROBLEMS_SHOWN]:
        note(escape(remark))
    if report.problems:
        shown = report.problems[:PROBLEMS_SHOWN]
        print_table(
            f"{len(report.problems)} problems in {report.left_out} rows",
            ("row", "column", "value", "problem", "what to do"),
            [(p.row, p.column, p.value, p.problem, p.remedy) for p in shown],
            whole=("row", "column"),
        )
        if len(report.problems) > len(shown):
            note(
                f"… and {len(report.problems) - len(shown)} more; "
                "--problems FILE.csv or --json lists all"
            )


def _counts(report: ImportReport) -> str:
    done = "would be" if report.dry_run else "were"
    return (
        f"{report.added} residents {done} added, {report.updated} updated "
        f"({report.restarted} with a new period), {report.unchanged} unchanged, "
        f"{report.left_out} rows left out"
    )


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help=".xlsx or .csv")],
    as_json: AsJson = False,
) -> None:
    """Writes all residents to a file that `roster import` reads; numbers in clear."""
    with open_office() as office:
        count = export_roster(office.database, file)
    if as_json:
        print_json({"file": str(file), "residents": count})
    else:
        note(f"{count} residents written to {escape(str(file))}")
