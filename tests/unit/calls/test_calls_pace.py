"""How long the bot waits for more, by what it has learned of the resident in this call."""

from hypothesis import given
from hypothesis import strategies as st

from callbot.calls.pace import LONGEST_PATIENCE_MS, UNFINISHED_PATIENCE_MS, Pace
from callbot.dialog.session import Weight

QUESTION_MS = 600


def patience_ms(pace: Pace, weight: Weight = Weight.UNDERSTOOD) -> int:
    return pace.patience_ms(QUESTION_MS, weight)


def fluent() -> Pace:
    pace = Pace()
    pace.answered()
    pace.answered()
    return pace


def test_a_stranger_is_given_the_questions_patience() -> None:
    assert patience_ms(Pace()) == QUESTION_MS


def test_someone_fluent_is_answered_sooner_once_understood() -> None:
    understood, doubtful = patience_ms(fluent()), patience_ms(fluent(), Weight.DOUBTFUL)
    assert understood < doubtful < QUESTION_MS
    assert patience_ms(fluent(), Weight.UNFINISHED) > QUESTION_MS


def test_a_pause_in_mid_answer_is_outlasted_the_next_time() -> None:
    pace = fluent()
    pace.paused(900)
    assert patience_ms(pace) > 900


def test_a_breath_at_a_comma_is_no_slowness() -> None:
    pace = fluent()
    pace.paused(300)
    assert 300 < patience_ms(pace) < QUESTION_MS


def test_a_pause_is_outlasted_by_more_where_nothing_was_understood_yet() -> None:
    pace = fluent()
    pace.paused(500)
    assert 500 < patience_ms(pace) < patience_ms(pace, Weight.DOUBTFUL)


def test_the_stop_of_a_consonant_is_no_pause() -> None:
    pace = fluent()
    pace.paused(180)
    assert patience_ms(pace) == patience_ms(fluent())


def test_each_turn_taken_too_early_makes_the_bot_wait_longer() -> None:
    pace = Pace()
    pace.cut_off()
    once = patience_ms(pace)
    pace.cut_off()
    assert QUESTION_MS < once < patience_ms(pace)


def test_half_a_number_is_waited_on() -> None:
    assert patience_ms(fluent(), Weight.UNFINISHED) >= UNFINISHED_PATIENCE_MS


@given(
    st.lists(st.integers(0, 5000), max_size=5),
    st.integers(0, 9),
    st.integers(0, 9),
    st.integers(300, 3000),
    st.sampled_from(Weight),
)
def test_nobody_is_waited_for_without_end_nor_cut_short(
    pauses: list[int], cuts: int, answers: int, question_ms: int, weight: Weight
) -> None:
    pace = Pace()
    for quiet_ms in pauses:
        pace.paused(quiet_ms)
    for _ in range(cuts):
        pace.cut_off()
    for _ in range(answers):
        pace.answered()
    waited = pace.patience_ms(question_ms, weight)
    assert 300 <= waited <= max(LONGEST_PATIENCE_MS, question_ms)
    longest = max(pauses, default=0)
    if longest >= 300:
        assert waited > min(longest, LONGEST_PATIENCE_MS - 1)
    if cuts:
        assert waited >= question_ms
