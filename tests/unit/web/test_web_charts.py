"""The charts of a report say what its figures say."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.dialog.events import Outcome
from callbot.review.figures import Figures, HourFigures
from callbot.web.charts.report import (
    INNER_HEIGHT,
    MOST_LABELS,
    SPARK_HEIGHT,
    TOP,
    day_chart,
    hour_chart,
    shares,
    sparkline,
)

FIRST = date(2026, 11, 9)


def figures(completed: int, partial: int, refused: int, silent: int, not_called: int) -> Figures:
    outcomes: Counter[Outcome | None] = Counter(
        {
            Outcome.COMPLETED: completed,
            Outcome.PARTIAL: partial,
            Outcome.REFUSED: refused,
            Outcome.NO_ANSWER: silent,
            None: not_called,
        }
    )
    due = outcomes.total()
    return Figures(
        due=due,
        called=due - not_called,
        outcomes=outcomes,
        unreached=Counter({Outcome.NO_ANSWER: silent}),
    )


counts = st.integers(min_value=0, max_value=200_000)
days = st.lists(st.builds(figures, counts, counts, counts, counts, counts), min_size=1, max_size=40)


@given(days)
def test_columns_are_as_high_as_their_figures_and_stay_within_the_chart(
    drawn: list[Figures],
) -> None:
    chart = day_chart({FIRST + timedelta(days=n): each for n, each in enumerate(drawn)})
    tops = [int(label) for _, label in chart.ticks]
    most = max(each.due for each in drawn)
    assert tops == [n * tops[1] for n in range(5)]
    assert most <= tops[4] <= max(4, 2 * most)
    for column, each in zip(chart.columns, drawn, strict=True):
        assert sum(block.count for block in column.blocks) == each.due
        height = sum(block.height for block in column.blocks)
        assert height == pytest.approx(INNER_HEIGHT * each.due / tops[4])
        assert all(block.y >= TOP - 0.001 for block in column.blocks)
    assert sum(bool(column.label) for column in chart.columns) <= MOST_LABELS


@given(st.builds(figures, counts, counts, counts, counts, counts))
def test_the_parts_of_a_bar_fill_it_and_follow_each_other(each: Figures) -> None:
    end = 0.0
    for _, start, width in shares(each):
        assert start == pytest.approx(end)
        end = start + width
    assert end == pytest.approx(100 if each.due else 0)


def test_an_hour_without_calls_leaves_a_gap() -> None:
    chart = hour_chart([HourFigures(11, 4, 3), HourFigures(14, 2, 0)])
    assert [column.label for column in chart.columns] == ["11", "12", "13", "14"]
    assert [column.above for column in chart.columns] == ["75%", "", "", "0%"]
    assert [len(column.blocks) for column in chart.columns] == [1, 0, 0, 0]


def test_without_calls_there_is_an_empty_chart() -> None:
    assert hour_chart([]).columns == []


def test_a_line_of_temperatures_marks_those_from_37_3_on_and_stays_in_its_box() -> None:
    measured = {FIRST: 34.0, FIRST + timedelta(days=1): 37.2, FIRST + timedelta(days=2): 37.3}
    measured[FIRST + timedelta(days=3)] = 42.0
    drawn = sparkline(list(measured), measured)
    assert [hot for *_, hot in drawn.points] == [False, False, True, True]
    assert all(0 < y < SPARK_HEIGHT for _, y, *_ in drawn.points)
    assert [x for x, *_ in drawn.points] == sorted(x for x, *_ in drawn.points)
