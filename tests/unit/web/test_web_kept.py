"""Figures kept a moment: nobody waits twice, and a change is told."""

import threading
from collections.abc import Callable

import pytest

from callbot.db import DatabaseUnavailable
from callbot.web.kept import OLDEST_S, Kept


class Reckoning:
    """Counts how often it was asked; `told` is set when the kept figure has changed."""

    def __init__(self) -> None:
        self.figure = 1
        self.asked = 0
        self.fails = False
        self.now_s = 0.0
        self.told = threading.Event()
        self.done = threading.Event()

    def __call__(self) -> int:
        self.asked += 1
        self.done.set()
        if self.fails:
            raise DatabaseUnavailable("gone")
        return self.figure

    def kept(self, fits: Callable[[int], bool] = lambda _value: True) -> Kept[int]:
        return Kept(self, self.told.set, fits, lambda: self.now_s)


def test_the_first_who_asks_waits_and_the_next_takes_what_is_there() -> None:
    reckoning = Reckoning()
    kept = reckoning.kept()
    assert [kept.get(), kept.get(), kept.get()] == [1, 1, 1]
    assert reckoning.asked == 1


def test_a_changed_figure_is_told_and_handed_out_from_then_on() -> None:
    reckoning = Reckoning()
    kept = reckoning.kept()
    kept.get()
    reckoning.figure, reckoning.now_s = 2, 30.0
    assert kept.get() == 1
    assert reckoning.told.wait(30)
    assert kept.get() == 2


def test_an_old_figure_and_yesterdays_are_not_handed_out() -> None:
    reckoning = Reckoning()
    kept = reckoning.kept(fits=lambda figure: figure == reckoning.figure)
    kept.get()
    reckoning.figure = 2
    assert kept.get() == 2
    reckoning.figure, reckoning.now_s = 3, OLDEST_S + 1
    assert kept.get() == 3


def test_a_database_that_is_away_leaves_the_last_figure() -> None:
    reckoning = Reckoning()
    kept = reckoning.kept()
    kept.get()
    reckoning.fails, reckoning.now_s = True, 30.0
    reckoning.done.clear()
    kept.get()
    assert reckoning.done.wait(30)
    assert kept.get() == 1
    assert not reckoning.told.is_set()


def test_without_any_figure_the_reason_is_told() -> None:
    reckoning = Reckoning()
    reckoning.fails = True
    with pytest.raises(DatabaseUnavailable):
        reckoning.kept().get()
