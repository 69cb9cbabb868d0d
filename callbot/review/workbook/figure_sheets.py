"""A report's figures in sheets: each a table, with its chart beside or below it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from callbot.review.figures import Figures, PeriodReport
from callbot.review.labels import FigureLabels, Labels
from callbot.review.temperatures import Temperatures
from callbot.review.workbook.sheets import Sheets, Value

SUMMARY_WIDTHS = (26, 18)
FIGURE_WIDTH = 11
KEY_WIDTH = 18
UNREACHED_WIDTHS = (18, 10)
HOUR_WIDTHS = (10, 10, 10, 10)
RULE_WIDTHS = (9, 32, 9, 9, 9, 9, 10)
PERSON_WIDTHS = (10, 12, 10)
SPARKLINE_WIDTH = 24
DAY_WIDTH = 11

STACKED = {
    "completed": "#1F7A6C",
    "partial": "#8CC4B6",
    "otherwise": "#B8B08D",
    "unreachable": "#D9951F",
    "not_called": "#BFC7CC",
}
"""What every follow-up due came to; together they are all of them."""

ACCENT = "#1F7A6C"
CHART_SIZE = {"width": 760, "height": 360}


class FigureSheets:
    """Writes a summary, and a sheet for each way of counting."""

    def __init__(
        self, sheets: Sheets, report: PeriodReport, names: FigureLabels, labels: Labels
    ) -> None:
        self._sheets = sheets
        self._report = report
        self._names = names
        self._labels = labels

    def write_summary(self) -> None:
        names, report = self._names, self._report
        sheet = self._sheets.sheet(self._labels.sheets[0], SUMMARY_WIDTHS, landscape=False)
        first, last = report.choice.first, report.choice.last
        rows: list[tuple[str, Value, Format | None]] = [
            (f"{names.period} ≥", first, None),
            (f"{names.period} ≤", last, None),
            (names.as_of, report.as_of, None),
        ]
        rows += [
            (name, getattr(report.total, key), self._style(key))
            for key, name in names.figures.items()
        ]
        rows.append((names.rule_columns[-1], report.precision, self._sheets.rate))
        self._sheets.put(sheet, 0, 0, names.title, self._sheets.head)
        self._sheets.put(sheet, 0, 1, None, self._sheets.head)
        for row, (name, value, style) in enumerate(rows, start=1):
            self._sheets.put(sheet, row, 0, name)
            self._sheets.put(sheet, row, 1, value, style)

    def write(self, campaigns: Mapping[int, str], temperatures: Temperatures) -> None:
        """campaigns: names by id."""
        names, report = self._names, self._report
        place = names.grid if report.choice.by_grid else names.community
        by_place = names.by_grid if report.choice.by_grid else names.by_community
        self._write_figures(names.by_day, names.day, list(report.by_day.items()))
        self._write_figures(
            by_place,
            place,
            [(key or names.not_filled_in, each) for key, each in report.by_place.items()],
        )
        self._write_figures(
            names.by_campaign,
            names.campaign,
            [(campaigns.get(k, names.no_campaign), each) for k, each in report.by_campaign.items()],
        )
        self._write_unreached()
        self._write_hours()
        self._write_rules()
        self._write_temperatures(temperatures)

    def _style(self, figure: str) -> Format | None:
        if figure in self._names.rates:
            return self._sheets.rate
        return self._sheets.decimal if figure == "rings_per_completion" else None

    def _write_figures(
        self, name: str, key_name: str, rows: Sequence[tuple[Value, Figures]]
    ) -> None:
        columns = (key_name, *self._names.figures.values())
        widths = (KEY_WIDTH, *[FIGURE_WIDTH] * len(self._names.figures))
        sheet = self._sheets.table(name, columns, widths, len(rows), frozen_columns=1)
        for row, (key, figures) in enumerate(rows, start=1):
            self._sheets.put(sheet, row, 0, key)
            for column, figure in enumerate(self._names.figures, start=1):
                value = getattr(figures, figure)
                self._sheets.put(sheet, row, column, value, self._style(figure))
        if not rows:
            return
        chart = self._sheets.workbook.add_chart({"type": "column", "subtype": "stacked"})
        for column, figure in enumerate(self._names.figures, start=1):
            if colour := STACKED.get(figure):
                chart.add_series(_series(name, column, len(rows), colour))
        if isinstance(rows[0][0], date):
            chart.set_x_axis({"date_axis": True, "num_format": "mm-dd"})
        self._place(sheet, chart, name, row=len(rows) + 2, column=0)

    def _write_unreached(self) -> None:
        names = self._names
        counted = self._report.total.unreached.most_common()
        name = names.unreached
        sheet = self._sheets.table(
            name, (names.reason, names.number), UNREACHED_WIDTHS, len(counted), frozen_columns=1
        )
        for row, (outcome, count) in enumerate(counted, start=1):
            reason = names.under_way if outcome is None else self._labels.outcomes[outcome]
            self._sheets.put(sheet, row, 0, reason)
            self._sheets.put(sheet, row, 1, count)
        if counted:
            chart = self._sheets.workbook.add_chart({"type": "bar"})
            chart.add_series(_series(name, 1, len(counted), STACKED["unreachable"]))
            chart.set_y_axis({"reverse": True})
            self._place(sheet, chart, name, row=0, column=3, legend=False)

    def _write_hours(self) -> None:
        names, hours = self._names, self._report.hours
        columns = (names.hour, names.rings, names.answered, names.figures["response_rate"])
        name = names.hours
        sheet = self._sheets.table(name, columns, HOUR_WIDTHS, len(hours), frozen_columns=1)
        for row, each in enumerate(hours, start=1):
            self._sheets.put(sheet, row, 0, f"{each.hour:02d}:00")
            self._sheets.put(sheet, row, 1, each.rings)
            self._sheets.put(sheet, row, 2, each.answered)
            self._sheets.put(sheet, row, 3, each.response_rate, self._sheets.rate)
        if hours:
            chart = self._sheets.workbook.add_chart({"type": "column"})
            chart.add_series(_series(name, 1, len(hours), STACKED["not_called"]))
            rate = self._sheets.workbook.add_chart({"type": "line"})
            rate.add_series(_series(name, 3, len(hours), ACCENT, line=True))
            rate.set_y2_axis({"num_format": "0%", "min": 0, "max": 1})
            chart.combine(rate)
            self._place(sheet, chart, name, row=0, column=5)

    def _write_rules(self) -> None:
        name, rules = self._names.rules, self._report.rules
        columns = self._names.rule_columns
        sheet = self._sheets.table(name, columns, RULE_WIDTHS, len(rules), frozen_columns=2)
        for row, each in enumerate(rules, start=1):
            severity = self._labels.severities[each.severity]
            self._sheets.put(sheet, row, 0, severity, self._sheets.severity[each.severity])
            counts: tuple[Value, ...] = (
                each.reason,
                each.flags,
                each.resolved,
                each.right,
                each.wrong,
            )
            for column, value in enumerate(counts, start=1):
                self._sheets.put(sheet, row, column, value)
            self._sheets.put(sheet, row, 6, each.precision, self._sheets.rate)
        if rules:
            chart = self._sheets.workbook.add_chart({"type": "bar"})
            chart.add_series(_series(name, 2, len(rules), ACCENT, names=1))
            chart.set_y_axis({"reverse": True})
            self._place(sheet, chart, name, row=len(rules) + 2, column=0, legend=False)

    def _write_temperatures(self, temperatures: Temperatures) -> None:
        """A line for each resident: the numbers by day, and their course drawn in one cell."""
        names, days = self._names, temperatures.days
        columns: tuple[str | date, ...] = (
            *(names.name, names.community, names.grid, names.temperatures),
            *days,
        )
        widths = (*PERSON_WIDTHS, SPARKLINE_WIDTH, *[DAY_WIDTH] * len(days))
        lines = temperatures.lines
        name = names.temperatures
        sheet = self._sheets.table(name, columns, widths, len(lines), frozen_columns=1)
        for row, line in enumerate(lines, start=1):
            self._sheets.put_row(
                sheet, row, (line.name, line.community, line.grid, None), widths[:4]
            )
            for column, day in enumerate(days, start=4):
                self._sheets.put_celsius(sheet, row, column, line.by_day.get(day))
            sheet.add_sparkline(
                row,
                3,
                {"range": _range(name, row, 4, row, 3 + len(days)), "markers": True, "min": 35},
            )

    def _place(
        self,
        sheet: Worksheet,
        chart: Any,
        title: str,
        *,
        row: int,
        column: int,
        legend: bool = True,
    ) -> None:
        chart.set_title({"name": title, "overlay": False, "name_font": {"size": 12}})
        chart.set_legend({"position": "bottom"} if legend else {"none": True})
        chart.set_size(CHART_SIZE)
        sheet.insert_chart(row, column, chart)


def _series(
    sheet: str, column: int, rows: int, colour: str, *, names: int = 0, line: bool = False
) -> dict[str, Any]:
    """A column of a table as a chart's series, named by its heading."""
    drawn = {"line": {"color": colour, "width": 2.25}, "y2_axis": True}
    return {
        "name": [sheet, 0, column],
        "categories": [sheet, 1, names, rows, names],
        "values": [sheet, 1, column, rows, column],
        "gap": 60,
        **(drawn if line else {"fill": {"color": colour}}),
    }


def _range(sheet: str, row: int, column: int, last_row: int, last_column: int) -> str:
    return f"'{sheet}'!{xl_range(row, column, last_row, last_column)}"
