"""A machine's clock that jumps: time goes on as before, and nobody is rung meanwhile."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from callbot.clock import SteadyClock, is_certain

NINE = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@dataclass
class Machine:
    """Its clock shows what has passed, and by how much it was set wrong."""

    passed_s: float = 0.0
    wrong_by: timedelta = timedelta()

    def now(self) -> datetime:
        return NINE + timedelta(seconds=self.passed_s) + self.wrong_by

    def elapsed_s(self) -> float:
        return self.passed_s


def steady(machine: Machine) -> SteadyClock:
    return SteadyClock(machine, machine.elapsed_s)


def test_time_goes_on_through_a_jump_of_an_hour_and_is_certain_again_when_it_is_set_right() -> None:
    machine = Machine()
    clock = steady(machine)
    machine.passed_s, machine.wrong_by = 60.0, timedelta(hours=1)
    assert not clock.certain
    assert clock.now() == NINE + timedelta(seconds=60)
    machine.passed_s, machine.wrong_by = 90.0, timedelta()
    assert clock.certain
    assert clock.now() == NINE + timedelta(seconds=90)


def test_a_clock_that_was_set_is_believed_after_as_long_as_it_jumped() -> None:
    machine = Machine()
    clock = steady(machine)
    machine.wrong_by = timedelta(minutes=-20)
    assert not clock.certain
    machine.passed_s = 20 * 60 - 1.0
    assert not clock.certain
    machine.passed_s = 20 * 60
    assert clock.certain
    assert clock.now() == NINE


def test_a_second_jump_begins_the_doubt_anew() -> None:
    machine = Machine()
    clock = steady(machine)
    machine.wrong_by = timedelta(minutes=10)
    assert not clock.certain
    machine.passed_s, machine.wrong_by = 599.0, timedelta(minutes=-10)
    assert not clock.certain
    machine.passed_s = 700.0
    assert not clock.certain


def test_small_corrections_are_followed_at_once() -> None:
    machine = Machine()
    clock = steady(machine)
    machine.passed_s, machine.wrong_by = 10.0, timedelta(seconds=-2)
    assert clock.certain
    assert clock.now() == NINE + timedelta(seconds=8)


@given(st.lists(st.tuples(st.integers(1, 900), st.sampled_from([0, 600, -600, 3600])), max_size=12))
def test_however_a_clock_jumps_no_moment_is_lived_twice_while_it_is_certain(
    steps: list[tuple[int, int]],
) -> None:
    machine = Machine()
    clock = steady(machine)
    latest = clock.now()
    for wait_s, wrong_by_s in steps:
        machine.passed_s += wait_s
        machine.wrong_by = timedelta(seconds=wrong_by_s)
        if is_certain(clock):
            assert clock.now() >= latest
            latest = clock.now()
