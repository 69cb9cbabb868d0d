"""How long the bot waits for more, by what it has learned of the resident in this call."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.calls.pace import (
    LONGEST_BREATH_MS,
    LONGEST_PATIENCE_MS,
    UNFINISHED_PATIENCE_MS,
    Breath,
    Pace,
)
from callbot.dialog.session import Weight

QUESTION_MS = 600
ANSWERED = (Weight.UNDERSTOOD, Weight.BEGUN, Weight.COMPLETE)
NOT_YET = (Weight.DOUBTFUL, Weight.UNFINISHED, None)


def patience_ms(pace: Pace, weight: Weight = Weight.UNDERSTOOD) -> int:
    return pace.patience_ms(QUESTION_MS, weight)


def fluent() -> Pace:
    pace = Pace()
    pace.answered()
    pace.answered()
    return pace


def test_a_stranger_is_given_the_questions_patience() -> None:
    assert patience_ms(Pace()) == QUESTION_MS


def test_a_complete_answer_is_taken_at_once() -> None:
    assert patience_ms(Pace(), Weight.COMPLETE) == 0


def test_someone_fluent_is_answered_sooner_once_understood() -> None:
    understood, doubtful = patience_ms(fluent()), patience_ms(fluent(), Weight.DOUBTFUL)
    assert understood < doubtful < QUESTION_MS
    assert patience_ms(fluent(), Weight.UNFINISHED) > QUESTION_MS


@pytest.mark.parametrize("weight", NOT_YET)
def test_a_pause_in_mid_answer_is_outlasted_the_next_time(weight: Weight | None) -> None:
    pace = fluent()
    pace.paused(900, weight)
    assert patience_ms(pace) > 900
    assert patience_ms(pace, Weight.COMPLETE) == 0


@pytest.mark.parametrize("weight", ANSWERED)
def test_a_pause_behind_an_answer_teaches_no_more_patience_than_a_breath_takes(
    weight: Weight,
) -> None:
    """ "No. … I feel fine today": there the bot may answer."""
    pace = fluent()
    pace.paused(1100, weight)
    assert patience_ms(pace) == patience_ms(pace, Weight.COMPLETE) == LONGEST_BREATH_MS
    assert patience_ms(pace, Weight.DOUBTFUL) == patience_ms(fluent(), Weight.DOUBTFUL)


@pytest.mark.parametrize("weight", ANSWERED)
def test_a_breath_behind_an_answer_is_outlasted_the_next_time(weight: Weight) -> None:
    pace = fluent()
    pace.paused(450, weight)
    assert 450 < patience_ms(pace) < QUESTION_MS
    assert 450 < patience_ms(pace, Weight.COMPLETE) < QUESTION_MS


def test_where_people_take_a_breath_behind_a_yes_they_are_waited_for_from_the_first_time() -> None:
    pace = Pace(Breath(behind_answer_ms=450))
    assert patience_ms(pace, Weight.COMPLETE) == 450
    pace.paused(250, Weight.COMPLETE)
    assert patience_ms(pace, Weight.COMPLETE) == 450


def test_behind_a_mere_yes_they_are_waited_for_longer_and_only_there() -> None:
    pace = Pace(Breath(behind_answer_ms=420, behind_word_ms=520))
    assert patience_ms(pace, Weight.BRIEF) == 520
    assert patience_ms(pace, Weight.COMPLETE) == 420
    pace.paused(300, Weight.BRIEF)
    assert patience_ms(pace, Weight.BRIEF) == 520
    assert patience_ms(pace, Weight.COMPLETE) == 420


def test_behind_a_mere_no_or_a_list_of_signs_they_are_waited_for_as_behind_a_yes() -> None:
    pace = Pace(Breath(behind_answer_ms=420, behind_word_ms=520))
    pace.answered()
    pace.answered()
    assert patience_ms(pace, Weight.BEGUN) == 520 > patience_ms(pace, Weight.UNDERSTOOD)
    assert patience_ms(fluent(), Weight.BEGUN) == patience_ms(fluent(), Weight.UNDERSTOOD)


@pytest.mark.parametrize("weight", [Weight.UNDERSTOOD, Weight.COMPLETE])
def test_behind_few_words_they_are_waited_for_longer_and_behind_many_less(
    weight: Weight,
) -> None:
    """ "Yes, please, … I was hoping that somebody would call"."""
    pace = Pace(Breath(behind_answer_ms=440, behind_word_ms=560))
    pace.answered()
    pace.answered()
    waited = [pace.patience_ms(500, weight, words) for words in range(1, 12)]
    assert waited[:3] == [560, 500, 500]
    assert waited[3:7] == [440] * 4 == [pace.patience_ms(500, weight)] * 4
    assert waited[7:] == [400] * 4


def test_a_pause_behind_a_yes_hardly_heard_teaches_what_one_behind_a_yes_does() -> None:
    """ "Yes, … I went to the hardware store": whole sentences are not waited on for longer."""
    hardly, surely, lost = (Pace(Breath(behind_answer_ms=440, behind_word_ms=560)) for _ in "123")
    hardly.paused(480, Weight.FAINT)
    surely.paused(480, Weight.BRIEF)
    lost.paused(480, Weight.DOUBTFUL)
    for weight in (*ANSWERED, Weight.BRIEF):
        assert hardly.patience_ms(500, weight) == surely.patience_ms(500, weight)
    assert hardly.patience_ms(500, Weight.COMPLETE) == 480
    for weight in (Weight.FAINT, Weight.DOUBTFUL):
        assert hardly.patience_ms(500, weight) == lost.patience_ms(500, weight) > 480 + 200


def test_in_a_language_without_a_breath_a_word_hardly_heard_makes_nothing_slower() -> None:
    pace = Pace()
    pace.paused(480, Weight.FAINT)
    assert pace.patience_ms(500, Weight.COMPLETE) == 0


def test_in_a_language_without_a_breath_the_words_of_an_answer_count_for_nothing() -> None:
    assert {Pace().patience_ms(500, Weight.COMPLETE, words) for words in range(12)} == {0}


def test_behind_what_may_be_a_yes_that_was_hardly_heard_they_are_waited_for_as_long() -> None:
    pace = Pace(Breath(behind_answer_ms=420, behind_word_ms=520))
    pace.answered()
    pace.answered()
    assert patience_ms(fluent(), Weight.DOUBTFUL) < patience_ms(pace, Weight.DOUBTFUL) == 520


def test_who_takes_a_long_breath_takes_it_behind_a_yes_as_well() -> None:
    pace = Pace()
    pace.paused(450, Weight.COMPLETE)
    assert patience_ms(pace, Weight.BRIEF) == patience_ms(pace, Weight.COMPLETE) > 450


def test_who_takes_a_long_breath_behind_a_yes_takes_nearly_as_long_a_one_elsewhere() -> None:
    """ "Yes, … sir", then "Goodness no, there is ice on the steps. … I stayed in"."""
    pace = fluent()
    pace.paused(450, Weight.BRIEF)
    assert patience_ms(pace, Weight.BRIEF) > patience_ms(pace, Weight.COMPLETE) == 450
    pace.cut_off(530, Weight.BRIEF)
    assert (
        LONGEST_BREATH_MS
        >= patience_ms(pace, Weight.BRIEF)
        > patience_ms(pace, Weight.COMPLETE)
        == 530
    )


def test_a_breath_at_a_comma_is_no_slowness() -> None:
    pace = fluent()
    pace.paused(300, None)
    assert 300 < patience_ms(pace) < QUESTION_MS


def test_a_pause_is_outlasted_by_more_where_nothing_was_understood_yet() -> None:
    pace = fluent()
    pace.paused(500, Weight.DOUBTFUL)
    assert 500 < patience_ms(pace) < patience_ms(pace, Weight.DOUBTFUL)


def test_the_stop_of_a_consonant_is_no_pause() -> None:
    pace = fluent()
    pace.paused(180, Weight.COMPLETE)
    pace.paused(180, None)
    assert patience_ms(pace) == patience_ms(fluent())
    assert patience_ms(pace, Weight.COMPLETE) == 0


@pytest.mark.parametrize("weight", [Weight.UNDERSTOOD, Weight.DOUBTFUL])
def test_who_was_cut_off_while_telling_something_is_given_the_time_it_takes(weight: Weight) -> None:
    """ "I have a cough … and a fever"."""
    pace = fluent()
    pace.cut_off(950, weight)
    assert patience_ms(pace) > 950
    assert patience_ms(pace, Weight.DOUBTFUL) > 950


def test_who_was_cut_off_behind_a_yes_is_waited_for_a_breath_and_is_no_fluent_speaker_yet() -> None:
    pace = fluent()
    pace.cut_off(500, Weight.COMPLETE)
    assert 500 < patience_ms(pace, Weight.COMPLETE) <= LONGEST_BREATH_MS
    assert patience_ms(pace) == QUESTION_MS
    pace.answered()
    pace.answered()
    assert 500 < patience_ms(pace) < QUESTION_MS


def test_half_a_number_is_waited_on() -> None:
    assert patience_ms(fluent(), Weight.UNFINISHED) >= UNFINISHED_PATIENCE_MS


WEIGHTS = st.sampled_from([*Weight, None])
PAUSES = st.lists(st.tuples(st.integers(0, 5000), WEIGHTS), max_size=5)


@given(PAUSES, PAUSES, st.integers(0, 9), st.integers(300, 3000), WEIGHTS)
def test_nobody_is_waited_for_without_end_nor_cut_short(
    pauses: list[tuple[int, Weight | None]],
    cuts: list[tuple[int, Weight | None]],
    answers: int,
    question_ms: int,
    weight: Weight | None,
) -> None:
    pace = Pace()
    for quiet_ms, so_far in pauses:
        pace.paused(quiet_ms, so_far)
    for quiet_ms, so_far in cuts:
        pace.cut_off(quiet_ms, so_far)
    for _ in range(answers):
        pace.answered()
    waited = pace.patience_ms(question_ms, weight)
    if weight in {Weight.BRIEF, Weight.COMPLETE}:
        assert 0 <= waited <= LONGEST_BREATH_MS
        return
    assert 300 <= waited <= max(LONGEST_PATIENCE_MS, question_ms)
    in_mid_answer = [quiet_ms for quiet_ms, so_far in pauses if so_far in NOT_YET]
    longest = max(in_mid_answer + [ms for ms, so_far in cuts if so_far in NOT_YET], default=0)
    if longest >= 300:
        assert waited > min(longest, LONGEST_PATIENCE_MS - 1)
    if cuts and answers < 2:
        assert waited >= question_ms
