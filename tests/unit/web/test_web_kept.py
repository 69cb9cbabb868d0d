"""Figures kept a moment: nobody waits twice, and a change is told."""

import threading
from collections.abc import Callable

import pytest

from callbot.db import DatabaseUnavailable
from callbot.web import kept as kept_figures
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


class Slow:
    """Lasts until it is let go; `begun` counts who has come in."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.let_go = threading.Semaphore(1)
        self.told = threading.Semaphore(0)
        self.figure = 0
        self.now_s = 0.0

    def kept(self) -> Kept[int]:
        """With one figure, half a minute old."""
        kept = Kept(self, self.told.release, now_s=lambda: self.now_s)
        kept.get()
        self.begun.acquire()
        self.now_s = 30.0
        return kept

    def __call__(self) -> int:
        self.begun.release()
        self.let_go.acquire(timeout=30)
        self.figure += 1
        return self.figure


def test_a_figure_is_reckoned_by_one_at_a_time_however_many_ask_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept_figures, "SOONEST_S", 0.0)
    slow = Slow()
    kept, told = slow.kept(), slow.told
    assert [kept.get() for _ in range(20)] == [1] * 20
    assert slow.begun.acquire(timeout=30)
    assert [kept.get() for _ in range(20)] == [1] * 20
    assert not slow.begun.acquire(timeout=0.2), "a second one"
    slow.let_go.release()
    assert told.acquire(timeout=30)
    assert slow.begun.acquire(timeout=30), "for those who asked after the one before had begun"
    slow.let_go.release()
    assert told.acquire(timeout=30)
    assert kept.get() == 3
    kept.close()


def test_what_was_reckoned_before_somebody_did_something_is_not_kept() -> None:
    slow = Slow()
    kept, told = slow.kept(), slow.told
    kept.get()
    assert slow.begun.acquire(timeout=30)
    kept.forget()
    slow.let_go.release()
    assert told.acquire(timeout=30)
    slow.let_go.release()
    assert kept.get() == 3
