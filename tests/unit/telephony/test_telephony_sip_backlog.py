"""Frames that wait in the SIP stack, by what has been sent when."""

import pytest

from callbot.telephony.sip.backlog import Backlog

FRAMES_A_SECOND = 50
BEGAN_S = 86_000.013


def looked_at(backlog: Backlog, *unsent: int) -> list[int]:
    """Once a second, with so many frames of those since the beginning not sent."""
    return [
        backlog.frames(BEGAN_S + second, second * FRAMES_A_SECOND - frames)
        for second, frames in enumerate(unsent)
    ]


def test_a_call_that_keeps_up_has_nothing_to_work_off() -> None:
    assert looked_at(Backlog(), 0, 0, 0, 0) == [0, 0, 0, 0]


def test_what_has_piled_up_is_told_once_it_has_been_seen_twice() -> None:
    assert looked_at(Backlog(), 0, 0, 2, 2, 5, 5) == [0, 0, 0, 2, 2, 5]


def test_a_stall_that_is_made_up_for_is_none() -> None:
    assert looked_at(Backlog(), 0, 0, 9, 0, 0) == [0, 0, 0, 0, 0]


def test_it_is_reckoned_from_the_best_moment_so_far() -> None:
    assert looked_at(Backlog(), 3, 3, 1, 4, 4) == [0, 0, 0, 0, 3]


def test_a_call_that_was_on_hold_begins_anew() -> None:
    backlog = Backlog()
    looked_at(backlog, 0, 0)
    backlog.begin_anew()
    assert looked_at(backlog, 700, 700, 702, 702) == [0, 0, 0, 2]


@pytest.mark.parametrize("early_s", [0.0, 0.007, 0.0199])
def test_when_within_a_frame_one_looks_makes_no_frame_of_it(early_s: float) -> None:
    backlog = Backlog()
    backlog.frames(BEGAN_S, 0)
    assert backlog.frames(BEGAN_S + 1.0 + early_s, FRAMES_A_SECOND) == 0
    assert backlog.frames(BEGAN_S + 2.0, 2 * FRAMES_A_SECOND) == 0
