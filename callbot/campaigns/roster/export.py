"""Residents back into a file that the import reads: .xlsx or .csv."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter
from sqlmodel import col, select

from callbot.campaigns.roster.headings import Column
from callbot.campaigns.roster.reading import Problem
from callbot.campaigns.roster.values import LANGUAGES
from callbot.db import Database
from callbot.errors import BadInput
from callbot.models import Resident
from callbot.whole_file import write_whole

WIDTHS = {Column.PHONE: 18, Column.ADDRESS: 36, Column.NOTE: 30, Column.COMMUNITY: 16}
USUAL_WIDTH = 12

_CELLS: dict[Column, Callable[[Resident], str]] = {
    Column.NAME: lambda r: r.name,
    Column.PHONE: lambda r: r.phone,
    Column.COMMUNITY: lambda r: r.community,
    Column.GRID: lambda r: r.grid,
    Column.ADDRESS: lambda r: r.address,
    Column.EXPOSED_ON: lambda r: r.exposed_on.isoformat(),
    Column.CAME_FROM: lambda r: r.came_from,
    Column.TRANSPORT: lambda r: r.transport,
    Column.LOCALE: lambda r: LANGUAGES[r.locale][0] if r.locale in LANGUAGES else r.locale,
    Column.PREFERRED: lambda r: (
        f"{r.window_start:%H:%M}-{r.window_end:%H:%M}" if r.window_start and r.window_end else ""
    ),
    Column.TIME_ZONE: lambda r: r.time_zone,
    Column.TWICE_DAILY: lambda r: "2" if r.twice_daily else "1",
    Column.KEY_PERSON: lambda r: "是" if r.key_person else "否",
    Column.HOUSEHOLD: lambda r: r.household,
    Column.NOTE: lambda r: r.note,
}


def export_roster(database: Database, path: Path) -> int:
    """Writes all residents; returns how many. Raises BadInput for another kind of file."""
    kind = path.suffix.lower()
    if kind not in (".xlsx", ".csv"):
        raise BadInput(f"{path}: a roster is written as .xlsx or .csv; give one of these endings")
    with database.reading() as session:
        residents = session.exec(select(Resident).order_by(col(Resident.id))).all()
    write_whole(path, _csv_of_residents(residents) if kind == ".csv" else _xlsx(residents))
    return len(residents)


def write_problems(path: Path, problems: Sequence[Problem]) -> None:
    """Every problem of an import as a .csv file. Raises BadInput if it cannot be written."""
    rows: list[Sequence[object]] = [("row", "column", "value", "problem", "what to do")]
    for p in problems:
        texts = (harmless(words) for words in (p.column, p.value, p.problem, p.remedy))
        rows.append((p.row, *texts))
    write_whole(path, _csv(rows))


def _csv_of_residents(residents: Sequence[Resident]) -> bytes:
    rows = [[column.value for column in _CELLS]]
    rows += [[harmless(cell(resident)) for cell in _CELLS.values()] for resident in residents]
    return _csv(rows)


def _csv(rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    # With the byte order mark, or spreadsheets take the text for another encoding.
    return text.getvalue().encode("utf-8-sig")


def harmless(words: str) -> str:
    """Text that a spreadsheet would run as a formula, marked as text."""
    return f"'{words}" if re.match(r"[=+\-@\t\r]", words) else words


def _xlsx(residents: Sequence[Resident]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        bold = workbook.add_format({"bold": True, "bg_color": "#DDE6F0", "border": 1})
        day = workbook.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        sheet = workbook.add_worksheet("居民名册")
        for index, column in enumerate(_CELLS):
            sheet.set_column(index, index, WIDTHS.get(column, USUAL_WIDTH))
            sheet.write_string(0, index, column.value, bold)
        for number, resident in enumerate(residents, start=1):
            for index, (column, cell) in enumerate(_CELLS.items()):
                if column is Column.EXPOSED_ON:
                    noon = datetime.combine(resident.exposed_on, datetime.min.time())
                    sheet.write_datetime(number, index, noon, day)
                else:
                    # As a string whatever it looks like: never a formula, never a link.
                    sheet.write_string(number, index, cell(resident))
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, len(residents), len(_CELLS) - 1)
    return content.getvalue()
