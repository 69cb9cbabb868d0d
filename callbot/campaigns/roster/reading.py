"""Rows of a roster, checked: what can be stored, and every problem by row and column."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from callbot.campaigns.roster import values
from callbot.campaigns.roster.file import Cell, RosterFileError, Sheet, read_sheets
from callbot.campaigns.roster.headings import (
    REQUIRED,
    Column,
    Headings,
    accepted,
    find_headings,
    repeats,
)
from callbot.campaigns.rules.window import Preferred
from callbot.models import Relation, household_key, mask_phone

TOTALS = ("合计", "总计", "小计", "共计", "total", "sum")


@dataclass(frozen=True)
class RosterRow:
    """One resident as the file has them; None where the file says nothing.

    phone: empty for a member of a household who has no number of their own, or shares one.
    """

    row: int
    name: str
    phone: str
    exposed_on: date
    community: str | None = None
    grid: str | None = None
    address: str | None = None
    came_from: str | None = None
    transport: str | None = None
    locale: str | None = None
    note: str | None = None
    preferred: Preferred | None = None
    time_zone: str | None = None
    twice_daily: bool | None = None
    key_person: bool | None = None
    household: str | None = None
    contact_phone: str | None = None
    contact_name: str | None = None
    contact_relation: Relation | None = None

    @property
    def key(self) -> str:
        """What the resident is known by: the number, or else household and name."""
        return self.phone or household_key(self.household or "", self.name)


@dataclass(frozen=True)
class Problem:
    """A cell that cannot be taken. `row` as in the sheet; `value` with phone numbers masked."""

    row: int
    column: str
    value: str
    problem: str
    remedy: str


@dataclass
class Roster:
    """A file as read."""

    file: Path
    sheet: str
    rows: list[RosterRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_roster(
    path: Path, today: date, progress: Callable[[int, int], None] | None = None
) -> Roster:
    """Reads and checks a whole file.

    today: in the office's time zone. progress: told rows done and rows in all. Raises
    RosterFileError when it is not a roster at all; single bad rows are in `problems`.
    """
    sheet, headings = _roster_sheet(path)
    roster = Roster(path, sheet.name, notes=_notes_on(headings))
    first_row_of: dict[str, RosterRow] = {}
    below = sheet.rows[headings.row :]
    for number, cells in enumerate(below, start=headings.row + 1):
        if progress is not None and number % 200 == 0:
            progress(number - headings.row, len(below))
        texts = [values.text(cell) for cell in cells]
        if not any(texts) or repeats(headings, texts):
            continue
        if _is_remark(headings, texts):
            roster.notes.append(f"row {number}: no resident in it; left out")
            continue
        row, problems = _read_row(headings, number, cells, texts, today)
        if row is not None and row.phone in first_row_of:
            row = _sharing(row, first_row_of[row.phone])
        if row is not None and row.key in first_row_of:
            problems.append(_twin(headings, row, first_row_of[row.key]))
        roster.problems += problems
        if row is not None and not problems:
            roster.rows.append(row)
            first_row_of[row.key] = row
    if progress is not None:
        progress(len(below), len(below))
    if not roster.rows and not roster.problems:
        raise RosterFileError(path, f"no residents below the headings in row {headings.row}")
    return roster


def _roster_sheet(path: Path) -> tuple[Sheet, Headings]:
    """The first sheet that looks like a roster."""
    for sheet in read_sheets(path):
        headings = find_headings(sheet)
        if headings is None:
            continue
        if headings.missing:
            wanted = "; ".join(
                f"{column.value} ({accepted(column)})" for column in headings.missing
            )
            where = f"sheet {sheet.name}, row {headings.row}" if sheet.name else "the headings"
            raise RosterFileError(path, f"{where}: a column is missing: {wanted}")
        return sheet, headings
    wanted = "; ".join(f"{column.value} ({accepted(column)})" for column in REQUIRED)
    raise RosterFileError(path, f"no row of headings found; needed are {wanted}")


def _notes_on(headings: Headings) -> list[str]:
    notes = [f"column {text}: not needed for calls, not taken in" for text in headings.never_kept]
    return notes + [f"column {text}: unknown, not taken in" for text in headings.unknown]


def _is_remark(headings: Headings, texts: Sequence[str]) -> bool:
    """Totals, signatures and notes below the table."""
    own = [next((texts[i] for i in _filled(headings, column, texts)), "") for column in REQUIRED]
    return not any(own) or own[0].casefold() in TOTALS


def _sharing(row: RosterRow, other: RosterRow) -> RosterRow:
    """A row with the number of an earlier one of the same household has none of its own."""
    together = row.household is not None and row.household == other.household
    return replace(row, phone="") if together and row.name != other.name else row


def _twin(headings: Headings, row: RosterRow, other: RosterRow) -> Problem:
    if not row.phone:
        same, remedy = "name and household", "keep one row for each resident"
    else:
        same, remedy = "number", f"keep one row, or give both the same {Column.HOUSEHOLD}"
    return Problem(
        row.row,
        headings.text(Column.PHONE),
        mask_phone(row.phone),
        f"the same {same} as in row {other.row}",
        remedy,
    )


def _filled(headings: Headings, column: Column, texts: Sequence[str]) -> list[int]:
    """Where in the row the column's cells are, those that hold something."""
    return [i for i in headings.columns.get(column, ()) if i < len(texts) and texts[i]]


_OPTIONAL: dict[Column, tuple[str, Callable[[Cell], Any]]] = {
    Column.COMMUNITY: ("community", values.short_text),
    Column.GRID: ("grid", values.short_text),
    Column.ADDRESS: ("address", values.short_text),
    Column.CAME_FROM: ("came_from", values.short_text),
    Column.TRANSPORT: ("transport", values.short_text),
    Column.LOCALE: ("locale", values.locale),
    Column.PREFERRED: ("preferred", values.preferred),
    Column.TIME_ZONE: ("time_zone", values.time_zone),
    Column.TWICE_DAILY: ("twice_daily", values.twice_daily),
    Column.KEY_PERSON: ("key_person", values.yes_or_no),
    Column.HOUSEHOLD: ("household", values.short_text),
    Column.CONTACT_PHONE: ("contact_phone", values.phone),
    Column.CONTACT_NAME: ("contact_name", values.short_text),
    Column.CONTACT_RELATION: ("contact_relation", values.relation),
    Column.NOTE: ("note", values.short_text),
}


def _read_row(
    headings: Headings, number: int, cells: Sequence[Cell], texts: Sequence[str], today: date
) -> tuple[RosterRow | None, list[Problem]]:
    """texts: the cells as a person reads them."""
    problems: list[Problem] = []

    def filled(column: Column) -> list[Cell]:
        return [cells[i] for i in _filled(headings, column, texts)]

    def read(column: Column, cell: Cell, parse: Callable[[Cell], Any]) -> Any:
        try:
            return parse(cell)
        except values.WrongValue as wrong:
            shown = values.text(cell)
            if column in (Column.PHONE, Column.CONTACT_PHONE):
                shown = mask_phone(shown)
            heading = headings.text(column)
            problems.append(Problem(number, heading, shown[:40], wrong.problem, wrong.remedy))
            return None

    # The first filled cell among the columns that hold the same thing.
    name = read(Column.NAME, next(iter(filled(Column.NAME)), None), values.name)
    phone = ""
    if filled(Column.PHONE) or not filled(Column.HOUSEHOLD):
        phone = read(Column.PHONE, next(iter(filled(Column.PHONE)), None), values.phone)
    days = [
        read(Column.EXPOSED_ON, cell, lambda cell: values.exposure_date(cell, today))
        for cell in filled(Column.EXPOSED_ON) or [None]
    ]
    optional = {
        attribute: read(column, cell, parse)
        for column, (attribute, parse) in _OPTIONAL.items()
        for cell in filled(column)[:1]
    }
    if problems:
        return None, problems
    # The period runs from the last of several days.
    return RosterRow(number, name, phone, max(days), **optional), []
