"""Roster files made by tests, and what became of them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import xlsxwriter
from sqlmodel import select

from callbot.campaigns.roster.store import ImportReport, import_roster
from callbot.db import Database
from callbot.models import (
    Resident,
)

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
HEAD = "姓名,电话,返回日期\n"

SAMPLE = Path(__file__).parents[3] / "callbot" / "rehearsal" / "sample-roster.xlsx"


def bring_in(
    database: Database,
    path: Path,
    *,
    skip_bad: bool = False,
    dry_run: bool = False,
    now: datetime = NOW,
) -> ImportReport:
    return import_roster(
        database, path, now, SHANGHAI, actor="alice", skip_bad=skip_bad, dry_run=dry_run
    )


def csv_file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return path


def xlsx_file(folder: Path, rows: Sequence[Sequence[object]]) -> Path:
    path = folder / "roster.xlsx"
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as workbook:
        sheet = workbook.add_worksheet("名册")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def residents(database: Database) -> list[Resident]:
    with database.reading() as session:
        return list(session.exec(select(Resident).order_by(Resident.id)))  # type: ignore[arg-type]
