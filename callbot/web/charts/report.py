"""The charts of a report: what became of follow-ups by day, answers by hour, temperatures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, log10

from callbot.dialog.answers import ABNORMAL_CELSIUS
from callbot.review.figures import Figures, HourFigures

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 20, 30
INNER_WIDTH, INNER_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
WIDEST_COLUMN = 48.0
MOST_LABELS = 16

PARTS = ("completed", "partial", "otherwise", "unreachable", "not_called")
"""What follow-ups came to, as attributes of Figures; together they are all that were due."""

SPARK_WIDTH, SPARK_HEIGHT, SPARK_MARGIN = 180, 44, 5
COLDEST_CELSIUS, HOTTEST_CELSIUS = 35.5, 40.5


@dataclass(frozen=True)
class Block:
    """A part of a column, and how much it stands for."""

    part: str
    y: float
    height: float
    count: int


@dataclass(frozen=True)
class ChartColumn:
    """`label`: below the column, empty where there is no room; `above`: over it."""

    x: float
    middle: float
    width: float
    label: str
    above: str
    top: float
    blocks: Sequence[Block]


@dataclass(frozen=True)
class ColumnChart:
    """`ticks` are (position, label) of the lines across."""

    columns: Sequence[ChartColumn]
    ticks: Sequence[tuple[float, str]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT


def day_chart(by_day: Mapping[date, Figures]) -> ColumnChart:
    """A column for each day, of what its follow-ups came to."""
    most = _round_up(max((figures.due for figures in by_day.values()), default=0))
    every = ceil(len(by_day) / MOST_LABELS)
    columns = []
    for number, (day, figures) in enumerate(by_day.items()):
        base, blocks = 0, []
        for part in PARTS:
            count = getattr(figures, part)
            if count:
                blocks.append(Block(part, _y((base + count) / most), _height(count / most), count))
            base += count
        label = f"{day:%m-%d}" if number % every == 0 else ""
        columns.append(_column(number, len(by_day), label, "", _y(base / most), blocks))
    return ColumnChart(columns, [(_y(n / 4), f"{most * n // 4}") for n in range(5)])


def hour_chart(hours: Sequence[HourFigures]) -> ColumnChart:
    """A column for each hour from the first to the last, of the share of calls answered."""
    by_hour = {each.hour: each for each in hours}
    shown = range(min(by_hour, default=0), max(by_hour, default=-1) + 1)
    columns = []
    for number, hour in enumerate(shown):
        rate = by_hour[hour].response_rate if hour in by_hour else None
        height = rate or 0.0
        blocks = (
            [Block("rate", _y(height), _height(height), by_hour[hour].answered)] if rate else []
        )
        above = "" if rate is None else f"{rate:.0%}"
        columns.append(_column(number, len(shown), f"{hour}", above, _y(height), blocks))
    return ColumnChart(columns, [(_y(n / 4), f"{n * 25}%") for n in range(5)])


def _column(
    number: int, of: int, label: str, above: str, top: float, blocks: Sequence[Block]
) -> ChartColumn:
    room = INNER_WIDTH / of
    width = min(WIDEST_COLUMN, room * 0.72)
    middle = LEFT + (number + 0.5) * room
    return ChartColumn(middle - width / 2, middle, width, label, above, top - 5, blocks)


def _y(share: float) -> float:
    return TOP + (1 - share) * INNER_HEIGHT


def _height(share: float) -> float:
    return share * INNER_HEIGHT


def _round_up(count: int) -> int:
    """To four times a number of one digit and zeros, so that the lines across have round labels."""
    quarter = max(1, ceil(count / 4))
    unit: int = 10 ** int(log10(quarter))
    return 4 * unit * ceil(quarter / unit)


def shares(figures: Figures) -> list[tuple[str, float, float]]:
    """(part, start, width) of a bar of 100 units, of what follow-ups came to."""
    start, found = 0.0, []
    for part in PARTS:
        width = 100 * getattr(figures, part) / figures.due if figures.due else 0.0
        if width:
            found.append((part, start, width))
        start += width
    return found


@dataclass(frozen=True)
class Sparkline:
    """`points` are (x, y, day, ℃, whether abnormal); `limit`: the height of 37.3 ℃."""

    points: Sequence[tuple[float, float, date, float, bool]]
    limit: float
    width: int = SPARK_WIDTH
    height: int = SPARK_HEIGHT

    @property
    def curve(self) -> str:
        return " ".join(f"{x:.1f},{y:.1f}" for x, y, *_ in self.points)


def sparkline(days: Sequence[date], by_day: Mapping[date, float]) -> Sparkline:
    """Temperatures over the days of the report; all residents' on one scale."""

    def x(day: date) -> float:
        step = (SPARK_WIDTH - 2 * SPARK_MARGIN) / max(1, len(days) - 1)
        return SPARK_MARGIN + (day - days[0]).days * step

    def y(celsius: float) -> float:
        within = min(max(celsius, COLDEST_CELSIUS), HOTTEST_CELSIUS)
        share = (HOTTEST_CELSIUS - within) / (HOTTEST_CELSIUS - COLDEST_CELSIUS)
        return SPARK_MARGIN + share * (SPARK_HEIGHT - 2 * SPARK_MARGIN)

    points = [(x(d), y(c), d, c, c >= ABNORMAL_CELSIUS) for d, c in by_day.items()]
    return Sparkline(points, y(ABNORMAL_CELSIUS))
