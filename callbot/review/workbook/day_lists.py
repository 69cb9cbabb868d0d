"""One day in lists: its summary, a line for each resident, flag and call."""

from collections.abc import Mapping, Sequence

from xlsxwriter.worksheet import Worksheet

from callbot.dialog.events import Severity
from callbot.models import FlagState
from callbot.review.call_reasons import call_reason
from callbot.review.day import DayReport, FlagLine, ResidentLine
from callbot.review.labels import Labels
from callbot.review.workbook.sheets import LINE_HEIGHT_POINTS, Sheets, Value

RESIDENT_WIDTHS = (9, 10, 16, 12, 10, 11, 28, 34, 8, 9, 16, 9, 16, 9, 14, 20, 15, 6, 26)
CELSIUS_COLUMN = 8
FLAG_WIDTHS = (9, 10, 16, 12, 10, 28, 36, 17, 9, 12, 32, 7)
ATTEMPT_WIDTHS = (10, 16, 17, 8, 9, 9, 14, 44)
SUMMARY_WIDTHS = (34, 16)


class DayLists:
    """Writes four sheets. symptom_names: by code; a code without a name stands for itself.

    locale: of the labels.
    """

    def __init__(
        self,
        sheets: Sheets,
        report: DayReport,
        labels: Labels,
        symptom_names: Mapping[str, str],
        locale: str,
    ) -> None:
        self._sheets = sheets
        self._report = report
        self._labels = labels
        self._symptom_names = symptom_names
        self._locale = locale
        self._people = {line.resident_id: line for line in report.residents}

    def write(self) -> None:
        self._write_summary()
        self._write_residents()
        self._write_flags()
        self._write_attempts()

    # -- sheets --------------------------------------------------------------------------------

    def _write_summary(self) -> None:
        labels, summary = self._labels, self._report.summary
        sheet = self._sheets.sheet(labels.sheets[0], SUMMARY_WIDTHS, landscape=False)
        sheet.set_default_row(LINE_HEIGHT_POINTS + 4)
        self._sheets.put(sheet, 0, 0, labels.title, self._sheets.head)
        self._sheets.put(sheet, 0, 1, self._report.day)
        row = 1
        for key, label in labels.summary.items():
            self._sheets.put(sheet, row, 0, label)
            style = self._sheets.rate if key in labels.rates else self._sheets.cell
            self._sheets.put(sheet, row, 1, getattr(summary, key), style)
            row += 1
        reasons = {flag.rule: flag.reason for flag in self._report.flags}
        outcomes = {outcome.value: label for outcome, label in labels.outcomes.items()}
        for title, figures, names in (
            (labels.by_rule, summary.by_rule, reasons),
            (labels.by_outcome, summary.by_outcome, outcomes),
        ):
            row += 1
            self._sheets.put(sheet, row, 0, title, self._sheets.head)
            self._sheets.put(sheet, row, 1, None, self._sheets.head)
            for key, count in figures.items():
                row += 1
                self._sheets.put(sheet, row, 0, names.get(key, key))
                self._sheets.put(sheet, row, 1, count)
            row += 1

    def _write_residents(self) -> None:
        sheet = self._table(1, self._labels.resident_columns, RESIDENT_WIDTHS, 2)
        for row, line in enumerate(self._report.residents, start=1):
            severity = line.flags[0].severity if line.flags else None
            self._sheets.put_row(sheet, row, self._resident_cells(line), RESIDENT_WIDTHS)
            if severity is not None:
                self._put_severity(sheet, row, severity)
            if line.celsius is not None:
                self._sheets.put_celsius(sheet, row, CELSIUS_COLUMN, line.celsius)

    def _put_severity(self, sheet: Worksheet, row: int, severity: Severity) -> None:
        style = self._sheets.severity[severity]
        self._sheets.put(sheet, row, 0, self._labels.severities[severity], style)

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
        sheet = self._table(2, self._labels.flag_columns, FLAG_WIDTHS, 2)
        for row, flag in enumerate(self._report.flags, start=1):
            self._sheets.put_row(sheet, row, self._flag_cells(flag), FLAG_WIDTHS)
            self._put_severity(sheet, row, flag.severity)

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
        sheet = self._table(3, self._labels.attempt_columns, ATTEMPT_WIDTHS, 1)
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
                call_reason(attempt.detail, self._locale),
            )
            self._sheets.put_row(sheet, row, cells, ATTEMPT_WIDTHS)

    def _table(
        self, index: int, columns: Sequence[str], widths: Sequence[int], frozen_columns: int
    ) -> Worksheet:
        rows = (self._report.residents, self._report.flags, self._report.attempts)[index - 1]
        name = self._labels.sheets[index]
        return self._sheets.table(name, columns, widths, len(rows), frozen_columns=frozen_columns)


def _quoted(words: str) -> str:
    """Flags hold words heard in their quotation marks already."""
    return words if not words or "「" in words else f"「{words}」"


def _evidence(line: ResidentLine) -> str:
    """What was heard, for each flag once; else all that was not understood."""
    heard = [flag.evidence for flag in line.flags if flag.evidence]
    heard += [line.heard[question] for question in line.unclear if question in line.heard]
    return "\n".join(_quoted(words) for words in dict.fromkeys(heard))
