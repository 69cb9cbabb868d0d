"""A resident's temperatures over the days of the follow-up."""

from collections.abc import Sequence
from dataclasses import dataclass

from callbot.dialog.answers import ABNORMAL_CELSIUS

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 10, 26


@dataclass(frozen=True)
class Point:
    x: float
    y: float
    day: int
    celsius: float

    @property
    def abnormal(self) -> bool:
        return self.celsius >= ABNORMAL_CELSIUS


@dataclass(frozen=True)
class Chart:
    """Everything in the SVG's own units. `ticks` and `days` are (position, label)."""

    width: int
    height: int
    points: Sequence[Point]
    ticks: Sequence[tuple[float, str]]
    days: Sequence[tuple[float, str]]
    limit: float
    left: int
    right: int
    base: int

    @property
    def curve(self) -> str:
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)


def temperature_chart(measured: Sequence[tuple[int, float | None]]) -> Chart | None:
    """measured: (day of the follow-up, degrees Celsius or None). None when nothing was measured."""
    known = [(day, celsius) for day, celsius in measured if celsius is not None]
    if not known:
        return None
    low = min(36, int(min(celsius for _, celsius in known)))
    high = max(38, int(max(celsius for _, celsius in known)) + 1)
    last_day = max(1, max(day for day, _ in measured))

    def x(day: int) -> float:
        return LEFT + day / last_day * (WIDTH - LEFT - RIGHT)

    def y(celsius: float) -> float:
        return TOP + (high - celsius) / (high - low) * (HEIGHT - TOP - BOTTOM)

    return Chart(
        WIDTH,
        HEIGHT,
        [Point(x(day), y(celsius), day, celsius) for day, celsius in known],
        [(y(degree), f"{degree} ℃") for degree in range(low, high + 1)],
        [(x(day), str(day)) for day, _ in measured if day % 2 == 0],
        y(ABNORMAL_CELSIUS),
        LEFT,
        WIDTH - RIGHT,
        HEIGHT,
    )
