"""The report's workbook: sheets, columns, colours, and what each cell says."""

import io
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from math import ceil
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from callbot.dialog.events import Severity
from callbot.models import FlagState
from callbot.review.day import DayReport, FlagLine, ResidentLine
from callbot.review.labels import Labels

SEVERITY_COLOURS = {
    Severity.URGENT: "#F8CBAD",
    Severity.HIGH: "#FFE699",
    Severity.NORMAL: "#E2EFDA",
}
FEVER_CELSIUS = 37.3
"""From here a temperature is printed in red (rules of the follow-up)."""

RESIDENT_WIDTHS = (9, 10, 16, 12, 10, 11, 28, 34, 8, 9, 16, 9, 16, 9, 14, 20, 15, 6, 26)
CELSIUS_COLUMN = 8
FLAG_WIDTHS = (9, 10, 16, 12, 10, 28, 36, 17, 9, 12, 32, 7)
ATTEMPT_WIDTHS = (10, 16, 17, 8, 9, 9, 14, 44)
SUMMARY_WIDTHS = (34, 16)

FONT = {"font_name": "Microsoft YaHei", "font_size": 10}
LINE_HEIGHT_POINTS = 16.0

Value = str | int | float | datetime | None


def workbook_of(
    report: DayReport, labels: Labels, zone: ZoneInfo, symptom_names: Mapping[str, str]
) -> bytes:
    """The content of the .xlsx file; moments in the office's time zone."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        _Writer(workbook, report, labels, zone, symptom_names).write()
    return content.getvalue()


class _Writer:
    def __init__(
        self,
        workbook: xlsxwriter.Workbook,
        report: DayReport,
        labels: Labels,
        zone: ZoneInfo,
        symptom_names: Mapping[str, str],
    ) -> None:
        self._workbook = workbook
        self._report = report
        self._labels = labels
        self._zone = zone
        self._symptom_names = symptom_names
        self._people = {line.resident_id: line for line in report.residents}
        cell = {**FONT, "border": 1, "border_color": "#BFBFBF", "valign": "vcenter"}
        cell["text_wrap"] = True
        self._head = workbook.add_format({**cell, "bold": True, "bg_color": "#D9E2F3"})
        self._cell = workbook.add_format(cell)
        self._rate = workbook.add_format({**cell, "num_format": "0.0%"})
        self._celsius = workbook.add_format({**cell, "num_format": "0.0"})
        self._fever = workbook.add_format(
            {**cell, "num_format": "0.0", "bold": True, "font_color": "#C00000"}
        )
        self._moment = workbook.add_format(
            {**cell, "num_format": "yyyy-mm-dd hh:mm", "align": "left"}
        )
        self._day = workbook.add_format({**cell, "num_format": "yyyy-mm-dd", "align": "left"})
        self._severity = {
            severity: workbook.add_format({**cell, "bg_color": colour, "bold": True})
            for severity, colour in SEVERITY_COLOURS.items()
        }

    def write(self) -> None:
        self._write_summary()
        self._write_residents()
        self._write_flags()
        self._write_attempts()

    # -- sheets --------------------------------------------------------------------------------

    def _write_summary(self) -> None:
        labels, summary = self._labels, self._report.summary
        sheet = self._workbook.add_worksheet(labels.sheets[0])
        sheet.set_default_row(LINE_HEIGHT_POINTS + 4)
        for column, width in enumerate(SUMMARY_WIDTHS):
            sheet.set_column(column, column, width)
        self._put(sheet, 0, 0, labels.title, self._head)
        at_midnight = datetime.combine(self._report.day, datetime.min.time())
        sheet.write_datetime(0, 1, at_midnight, self._day)
        row = 1
        for key, label in labels.summary.items():
            self._put(sheet, row, 0, label)
            style = self._rate if key in labels.rates else self._cell
            self._put(sheet, row, 1, getattr(summary, key), style)
            row += 1
        reasons = {flag.rule: flag.reason for flag in self._report.flags}
        outcomes = {outcome.value: label for outcome, label in labels.outcomes.items()}
        for title, figures, names in (
            (labels.by_rule, summary.by_rule, reasons),
            (labels.by_outcome, summary.by_outcome, outcomes),
        ):
            row += 1
            self._put(sheet, row, 0, title, self._head)
            self._put(sheet, row, 1, None, self._head)
            for key, count in figures.items():
                row += 1
                self._put(sheet, row, 0, names.get(key, key))
                self._put(sheet, row, 1, count)
            row += 1
        self._print_set_up(sheet, landscape=False)

    def _write_residents(self) -> None:
        sheet = self._table(1, self._labels.resident_columns, RESIDENT_WIDTHS, frozen_columns=2)
        for row, line in enumerate(self._report.residents, start=1):
            severity = line.flags[0].severity if line.flags else None
            self._put_row(sheet, row, self._resident_cells(line), RESIDENT_WIDTHS)
            if severity is not None:
                self._put(
                    sheet, row, 0, self._labels.severities[severity], self._severity[severity]
                )
            if line.celsius is not None:
                style = self._fever if line.celsius >= FEVER_CELSIUS else self._celsius
                self._put(sheet, row, CELSIUS_COLUMN, line.celsius, style)

    def _resident_cells(self, line: ResidentLine) -> tuple[Value, ...]:
        labels = self._labels
        outcome = labels.not_called if line.outcome is None else labels.outcomes[line.outcome]
        return (
            None,
            line.name,
            line.phone,
            line.community,
            line.grid,
            outcome,
            "\n".join(f"{labels.severities[f.severity]}：{f.reason}" for f in line.flags),
            _evidence(line),
            line.celsius,
            self._temperature_note(line),
            self._symptoms(line),
            self._either(line, "movements", line.went_out, labels.went_out, labels.at_home),
            "、".join(line.places),
            self._either(line, "contacts", line.contact, labels.some, labels.none),
            "、".join(line.persons),
            labels.unclear if "needs" in line.unclear else line.needs,
            labels.day_of.format(day=line.follow_up_day, days=line.follow_up_days),
            line.attempts,
            line.address,
        )

    def _temperature_note(self, line: ResidentLine) -> str:
        known = line.celsius is not None or line.temperature_reported
        return self._gap(line, "temperature", known=bool(known)) or self._labels.reported.get(
            line.temperature_reported, ""
        )

    def _symptoms(self, line: ResidentLine) -> str:
        if gap := self._gap(line, "symptoms", known=line.symptoms is not None):
            return gap
        own = "、".join(self._symptom(code) for code in line.symptoms or ()) or self._labels.none
        household = "、".join(self._symptom(code) for code in line.household_symptoms)
        return f"{own}\n{self._labels.household}{household}" if household else own

    def _symptom(self, code: str) -> str:
        return self._symptom_names.get(code, code)

    def _either(
        self, line: ResidentLine, question: str, answer: bool | None, yes: str, no: str
    ) -> str:
        gap = self._gap(line, question, known=answer is not None)
        return gap or (yes if answer else no)

    def _gap(self, line: ResidentLine, question: str, *, known: bool) -> str:
        """Why there is no answer; never left blank, lest it be read as nothing to report."""
        if question in line.unclear:
            return self._labels.unclear
        if question in line.refused:
            return self._labels.refused
        return "" if known else self._labels.not_asked

    def _write_flags(self) -> None:
        sheet = self._table(2, self._labels.flag_columns, FLAG_WIDTHS, frozen_columns=2)
        for row, flag in enumerate(self._report.flags, start=1):
            self._put_row(sheet, row, self._flag_cells(flag), FLAG_WIDTHS)
            style = self._severity[flag.severity]
            self._put(sheet, row, 0, self._labels.severities[flag.severity], style)

    def _flag_cells(self, flag: FlagLine) -> tuple[Value, ...]:
        person = self._people[flag.resident_id]
        return (
            None,
            person.name,
            person.phone,
            person.community,
            person.grid,
            flag.reason,
            _quoted(flag.evidence),
            flag.raised_at,
            self._labels.states[flag.state],
            flag.claimed_by,
            self._resolution(flag),
            flag.id,
        )

    def _resolution(self, flag: FlagLine) -> str:
        """What was done; of a flag put back into the queue, marked as an earlier note."""
        if flag.resolution and flag.state is not FlagState.RESOLVED:
            return self._labels.earlier.format(note=flag.resolution)
        return flag.resolution

    def _write_attempts(self) -> None:
        sheet = self._table(3, self._labels.attempt_columns, ATTEMPT_WIDTHS, frozen_columns=1)
        for row, attempt in enumerate(self._report.attempts, start=1):
            outcome = self._labels.not_called
            if attempt.outcome is not None:
                outcome = self._labels.outcomes[attempt.outcome]
            cells: tuple[Value, ...] = (
                attempt.resident,
                self._people[attempt.resident_id].phone,
                attempt.at,
                attempt.number,
                self._labels.yes if attempt.rang else self._labels.no,
                attempt.duration_s,
                outcome,
                attempt.detail,
            )
            self._put_row(sheet, row, cells, ATTEMPT_WIDTHS)

    # -- cells ---------------------------------------------------------------------------------

    def _table(
        self, index: int, columns: Sequence[str], widths: Sequence[int], *, frozen_columns: int
    ) -> Worksheet:
        rows = (self._report.residents, self._report.flags, self._report.attempts)[index - 1]
        sheet = self._workbook.add_worksheet(self._labels.sheets[index])
        for column, (title, width) in enumerate(zip(columns, widths, strict=True)):
            sheet.set_column(column, column, width)
            self._put(sheet, 0, column, title, self._head)
        sheet.set_row(0, _height(columns, widths))
        sheet.freeze_panes(1, frozen_columns)
        sheet.autofilter(0, 0, max(1, len(rows)), len(columns) - 1)
        sheet.repeat_rows(0)
        self._print_set_up(sheet, landscape=True)
        return sheet

    def _print_set_up(self, sheet: Worksheet, *, landscape: bool) -> None:
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer(f"&L{self._labels.title} {self._report.day}&R&P / &N")

    def _put_row(
        self, sheet: Worksheet, row: int, cells: Sequence[Value], widths: Sequence[int]
    ) -> None:
        sheet.set_row(row, _height(cells, widths))
        for column, value in enumerate(cells):
            self._put(sheet, row, column, value)

    def _put(
        self, sheet: Worksheet, row: int, column: int, value: Value, style: Format | None = None
    ) -> None:
        """Text always as text: never taken for a formula or a link, whatever was said."""
        style = style or self._cell
        if value is None:
            sheet.write_blank(row, column, None, style)
        elif isinstance(value, datetime):
            local = value.astimezone(self._zone).replace(tzinfo=None)
            sheet.write_datetime(row, column, local, self._moment)
        elif isinstance(value, str):
            sheet.write_string(row, column, value, style)
        else:
            sheet.write_number(row, column, value, style)


def _height(cells: Sequence[Value], widths: Sequence[int]) -> float:
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


def _quoted(words: str) -> str:
    """Flags hold words heard in their quotation marks already."""
    return words if not words or "「" in words else f"「{words}」"


def _evidence(line: ResidentLine) -> str:
    """What was heard, for each flag once; else all that was not understood."""
    heard = [flag.evidence for flag in line.flags if flag.evidence]
    heard += [line.heard[question] for question in line.unclear if question in line.heard]
    return "\n".join(_quoted(words) for words in dict.fromkeys(heard))
