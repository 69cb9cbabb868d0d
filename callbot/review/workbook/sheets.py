"""Sheets of a workbook: formats, tables, charts, and cells that are never taken for formulas."""

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time
from math import ceil
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from callbot.dialog.answers import ABNORMAL_CELSIUS
from callbot.dialog.events import Severity

SEVERITY_COLOURS = {
    Severity.URGENT: "#F8CBAD",
    Severity.HIGH: "#FFE699",
    Severity.NORMAL: "#E2EFDA",
}

FONT = {"font_name": "Microsoft YaHei", "font_size": 10}
LINE_HEIGHT_POINTS = 16.0

Value = str | int | float | datetime | date | None


class Sheets:
    """Writes into one workbook. zone: the office's; footer: printed on every page."""

    def __init__(self, workbook: xlsxwriter.Workbook, zone: ZoneInfo, footer: str) -> None:
        self.workbook = workbook
        self._zone = zone
        self._footer = footer
        cell = {**FONT, "border": 1, "border_color": "#BFBFBF", "valign": "vcenter"}
        cell["text_wrap"] = True
        red = {"bold": True, "font_color": "#C00000"}
        self.head = workbook.add_format({**cell, "bold": True, "bg_color": "#D9E2F3"})
        self.cell = workbook.add_format(cell)
        self.rate = workbook.add_format({**cell, "num_format": "0.0%"})
        self.decimal = workbook.add_format({**cell, "num_format": "0.0"})
        self.fever = workbook.add_format({**cell, **red, "num_format": "0.0"})
        self.moment = workbook.add_format(
            {**cell, "num_format": "yyyy-mm-dd hh:mm", "align": "left"}
        )
        self.day = workbook.add_format({**cell, "num_format": "yyyy-mm-dd", "align": "left"})
        self.severity = {
            severity: workbook.add_format({**cell, "bg_color": colour, "bold": True})
            for severity, colour in SEVERITY_COLOURS.items()
        }

    def sheet(self, name: str, widths: Sequence[int], *, landscape: bool) -> Worksheet:
        """An empty sheet for A4 paper, as many pages long as it takes."""
        sheet = self.workbook.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer(f"&L{self._footer.replace('&', '&&')}&R&P / &N")
        return sheet

    def table(
        self,
        name: str,
        columns: Sequence[str | date],
        widths: Sequence[int],
        rows: int,
        *,
        frozen_columns: int,
    ) -> Worksheet:
        """A sheet with a heading that stays in view, and a filter over so many rows."""
        sheet = self.sheet(name, widths, landscape=True)
        for column, title in enumerate(columns):
            self.put(sheet, 0, column, title, self.head if isinstance(title, str) else None)
        sheet.set_row(0, row_height(columns, widths))
        sheet.freeze_panes(1, frozen_columns)
        sheet.autofilter(0, 0, max(1, rows), len(columns) - 1)
        sheet.repeat_rows(0)
        return sheet

    def put_row(
        self, sheet: Worksheet, row: int, cells: Sequence[Value], widths: Sequence[int]
    ) -> None:
        sheet.set_row(row, row_height(cells, widths))
        for column, value in enumerate(cells):
            self.put(sheet, row, column, value)

    def put(
        self, sheet: Worksheet, row: int, column: int, value: Value, style: Format | None = None
    ) -> None:
        """Text always as text: never taken for a formula or a link, whatever was said."""
        if value is None:
            sheet.write_blank(row, column, None, style or self.cell)
        elif isinstance(value, datetime):
            local = value.astimezone(self._zone).replace(tzinfo=None)
            sheet.write_datetime(row, column, local, style or self.moment)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, datetime.combine(value, time()), style or self.day)
        elif isinstance(value, str):
            sheet.write_string(row, column, value, style or self.cell)
        else:
            sheet.write_number(row, column, value, style or self.cell)

    def put_celsius(self, sheet: Worksheet, row: int, column: int, celsius: float | None) -> None:
        hot = celsius is not None and celsius >= ABNORMAL_CELSIUS
        self.put(sheet, row, column, celsius, self.fever if hot else self.decimal)


def row_height(cells: Sequence[Value], widths: Sequence[int]) -> float:
    """In points, so that every wrapped line shows: not all programs fit rows by themselves."""
    lines = [
        sum(max(1, ceil(_width(line) / (width - 1))) for line in cell.split("\n"))
        for cell, width in zip(cells, widths, strict=True)
        if isinstance(cell, str)
    ]
    return LINE_HEIGHT_POINTS * max(lines, default=1) + 4


def _width(text: str) -> int:
    """In columns of a spreadsheet: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)
