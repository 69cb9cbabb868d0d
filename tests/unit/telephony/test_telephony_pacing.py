"""A carrier's clock."""

import asyncio
from collections.abc import Callable

import pytest

from callbot.bench.leaping_loop import LeapingLoop
from callbot.telephony.pacing import Metronome

Note = tuple[str, float]


def ticking(name: str, notes: list[Note], ticks: int) -> Callable[[float], bool]:
    """Notes when it ticks, so many times."""

    def tick(late_s: float) -> bool:
        del late_s
        notes.append((name, asyncio.get_running_loop().time()))
        return sum(who == name for who, _ in notes) < ticks

    return tick


async def ticked(*clocks: tuple[Metronome, float]) -> None:
    """Each is woken so many seconds after the one before."""
    for clock, after_s in clocks:
        await asyncio.sleep(after_s)
        clock.start()
        clock.wake()
    await asyncio.sleep(1.0)
    for clock, _ in clocks:
        await clock.stop()


@pytest.mark.parametrize("woken_after_s", [0.0, 0.003, 0.011, 0.0195])
def test_who_takes_what_another_clock_brings_ticks_right_after_it(woken_after_s: float) -> None:
    notes: list[Note] = []
    bringing = Metronome(ticking("brings", notes, 5), pace=1.0)
    taking = Metronome(ticking("takes", notes, 5), pace=1.0, behind_grid_s=0.002)
    with asyncio.Runner(loop_factory=LeapingLoop) as runner:
        runner.run(ticked((bringing, 0.0), (taking, woken_after_s)))
    brought = [at_s for who, at_s in notes if who == "brings"]
    taken = [at_s for who, at_s in notes if who == "takes"]
    both = [(b, t) for b in brought for t in taken if b < t < b + 0.01]
    assert len(both) >= 4
