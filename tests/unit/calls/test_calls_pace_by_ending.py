"""How long the bot waits for more where a language's endings tell whether an answer is whole."""

import pytest

from callbot.calls.pace import UNFINISHED_PATIENCE_MS
from callbot.calls.pace_by_ending import BEHIND_ALL_MS, LONGEST_BEHIND_SENTENCE_MS, PaceByEnding
from callbot.dialog.session import Weight

QUESTION_MS = 600
SENTENCE_MS = 700
WHOLE = (Weight.COMPLETE, Weight.UNDERSTOOD, Weight.TOLD)
A_SENTENCE = (Weight.BRIEF, Weight.BEGUN)
A_PART = (Weight.DOUBTFUL, Weight.FAINT, Weight.UNFINISHED, Weight.LEADING, None)


def waits(*cut_off: tuple[int, Weight | None]) -> dict[Weight | None, int]:
    """By weight, for somebody who was cut off after so many milliseconds of quiet."""
    pace = PaceByEnding(SENTENCE_MS)
    for quiet_ms, weight in cut_off:
        pace.cut_off(quiet_ms, weight)
    return {weight: pace.patience_ms(QUESTION_MS, weight) for weight in (*Weight, None)}


def test_a_complete_answer_is_taken_at_once_and_the_less_was_told_the_longer_is_waited() -> None:
    wait = waits()
    assert wait[Weight.COMPLETE] == 0
    assert wait[Weight.UNDERSTOOD] == wait[Weight.TOLD] == BEHIND_ALL_MS < QUESTION_MS
    assert {wait[weight] for weight in A_SENTENCE} == {SENTENCE_MS}
    assert wait[Weight.DOUBTFUL] == wait[Weight.FAINT] == SENTENCE_MS
    assert wait[Weight.UNFINISHED] == wait[Weight.LEADING] == UNFINISHED_PATIENCE_MS


@pytest.mark.parametrize("weight", [*Weight, None])
def test_a_pause_that_was_waited_for_makes_no_answer_slower(weight: Weight | None) -> None:
    pace = PaceByEnding(SENTENCE_MS)
    pace.paused(650, weight)
    pace.answered()
    assert {w: pace.patience_ms(QUESTION_MS, w) for w in (*Weight, None)} == waits()


@pytest.mark.parametrize("weight", [*A_SENTENCE, *A_PART])
def test_who_was_cut_off_in_mid_answer_is_outlasted_the_next_time(weight: Weight | None) -> None:
    wait = waits((960, weight))
    assert wait[weight] > 960
    assert all(wait[whole] == waits()[whole] for whole in WHOLE)


def test_who_was_cut_off_within_a_sentence_is_not_waited_for_behind_one() -> None:
    assert all(waits((960, Weight.DOUBTFUL))[told] == SENTENCE_MS for told in A_SENTENCE)


@pytest.mark.parametrize("weight", WHOLE)
def test_who_adds_to_what_sounded_whole_is_outlasted_everywhere(weight: Weight) -> None:
    assert min(waits((720, weight)).values()) > 720
    assert waits((5000, weight))[weight] == LONGEST_BEHIND_SENTENCE_MS


def test_nobody_is_waited_for_without_end() -> None:
    assert max(waits(*((5000, weight) for weight in (*Weight, None))).values()) < 2000
