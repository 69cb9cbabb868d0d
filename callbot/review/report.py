"""The daily report as a workbook a clerk works with, and as plain data for programs."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from callbot.db import Database
from callbot.errors import BadInput
from callbot.models import mask_phone
from callbot.review.day import DayReport, day_report
from callbot.review.labels import labels_for
from callbot.review.workbook import workbook_of
from callbot.whole_file import write_whole


def write_report(
    database: Database,
    day: date,
    zone: ZoneInfo,
    path: Path,
    *,
    symptom_names: Mapping[str, str] | None = None,
    locale: str = "zh-CN",
) -> DayReport:
    """Writes the day's workbook and returns what it says.

    zone: the office's. symptom_names: by code; a code without a name stands for itself. Raises
    BadInput for a file that is not .xlsx or cannot be written.
    """
    if path.suffix.lower() != ".xlsx":
        raise BadInput(f"{path}: the report is a workbook; give a name ending in .xlsx")
    labels = labels_for(locale)
    report = day_report(database, day, zone)
    write_whole(path, workbook_of(report, labels, zone, symptom_names or {}))
    return report


def report_data(report: DayReport, *, show_phones: bool = False) -> dict[str, Any]:
    """The report as plain data; phone numbers masked unless asked for."""
    data = asdict(report)
    for line in data["residents"]:
        if not show_phones:
            line["phone"] = mask_phone(line["phone"])
    return data
