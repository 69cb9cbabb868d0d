"""Pages are told of a change one after another, each as soon as those before it allow."""

from callbot.web.live import Turns


def test_many_at_once_are_spread_evenly() -> None:
    turns = Turns(per_s=4)
    assert [turns.wait_s(100.0) for _ in range(4)] == [0.0, 0.25, 0.5, 0.75]


def test_a_turn_that_was_given_out_is_not_given_again_to_who_comes_meanwhile() -> None:
    turns = Turns(per_s=4)
    turns.wait_s(100.0)
    turns.wait_s(100.0)
    assert turns.wait_s(100.125) == 0.375


def test_time_in_which_nobody_asked_is_not_saved_up() -> None:
    turns = Turns(per_s=4)
    turns.wait_s(100.0)
    assert [turns.wait_s(160.0), turns.wait_s(160.0)] == [0.0, 0.25]
