"""When a person speaks and since when they are quiet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.speech.endpointing import Activity, Endpointer, EndpointSettings

VOICE, QUIET, IN_BETWEEN = 0.9, 0.1, 0.35


def fed(endpointer: Endpointer, *runs: tuple[float, int]) -> list[Activity]:
    """Feeds runs of (probability, milliseconds) in frames of 20 ms."""
    return [endpointer.feed(p) for p, ms in runs for _ in range(ms // 20)]


def test_silence_is_no_utterance() -> None:
    activity = fed(Endpointer(), (QUIET, 1000))[-1]
    assert activity == Activity(False, False, 0, 0, -1, -1)


def test_a_click_does_not_begin_an_utterance() -> None:
    heard = fed(Endpointer(), (QUIET, 200), (VOICE, 40), (QUIET, 500))
    assert not any(a.started or a.speaking for a in heard)


def test_clicks_far_apart_never_add_up_to_speech() -> None:
    heard = fed(Endpointer(), *[(VOICE, 40), (QUIET, 300)] * 20)
    assert not any(a.started for a in heard)


def test_a_short_murmur_is_heard() -> None:
    heard = fed(Endpointer(), (QUIET, 300), (VOICE, 100), (QUIET, 300))
    assert [a.started for a in heard].count(True) == 1
    assert heard[-1].speech_ms == 100
    assert heard[-1].quiet_ms == 300
    assert (heard[-1].started_at_ms, heard[-1].last_voiced_at_ms) == (300, 400)


def test_a_stuttered_beginning_counts_from_its_first_voiced_frame() -> None:
    heard = fed(Endpointer(), (QUIET, 100), (VOICE, 40), (QUIET, 60), (VOICE, 40))
    assert heard[-1].started
    assert heard[-1].started_at_ms == 100


def test_a_pause_within_an_answer_does_not_begin_a_new_one() -> None:
    heard = fed(Endpointer(), (VOICE, 400), (QUIET, 600), (VOICE, 400))
    assert [a.started for a in heard].count(True) == 1
    assert heard[-1].speech_ms == 800
    assert heard[-1].quiet_ms == 0


def test_a_voice_that_fades_goes_on_but_does_not_begin() -> None:
    assert fed(Endpointer(), (IN_BETWEEN, 400))[-1].speaking is False
    assert fed(Endpointer(), (VOICE, 200), (IN_BETWEEN, 400))[-1].speech_ms == 600


def test_a_voice_in_noise_ended_when_it_faded_not_when_that_was_noticed() -> None:
    endpointer = Endpointer()
    fed(endpointer, (QUIET, 100), (VOICE, 300))
    ended = endpointer.feed(QUIET, faded_ms=64)
    assert (ended.last_voiced_at_ms, ended.quiet_ms, ended.speech_ms) == (336, 84, 236)
    later = endpointer.feed(QUIET, faded_ms=64)
    assert (later.last_voiced_at_ms, later.quiet_ms) == (336, 104), "it ends only once"
    again = endpointer.feed(VOICE, faded_ms=64)
    assert (again.last_voiced_at_ms, again.quiet_ms, again.speech_ms) == (460, 0, 256)


def test_no_more_is_taken_back_than_was_said_since_the_last_pause() -> None:
    endpointer = Endpointer()
    fed(endpointer, (VOICE, 200), (QUIET, 200), (VOICE, 40))
    ended = endpointer.feed(QUIET, faded_ms=64)
    assert (ended.last_voiced_at_ms, ended.speech_ms) == (420, 220)


def test_after_a_reset_the_next_utterance_is_told_in_the_stream_s_time() -> None:
    endpointer = Endpointer()
    fed(endpointer, (VOICE, 200), (QUIET, 800))
    endpointer.reset()
    heard = fed(endpointer, (VOICE, 100))
    assert heard[-1].started_at_ms == 1000
    assert heard[-1].speech_ms == 100


@pytest.mark.parametrize(
    "wrong",
    [{"start_probability": 0.2}, {"end_probability": -0.1}, {"min_speech_ms": 0}],
)
def test_impossible_settings_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError):
        EndpointSettings(**wrong)  # type: ignore[arg-type]


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from([0, 32, 64])), max_size=300))
def test_whatever_the_detector_says_the_times_add_up(detected: list[tuple[float, int]]) -> None:
    endpointer = Endpointer()
    starts = 0
    for number, (probability, faded_ms) in enumerate(detected, 1):
        now_ms = number * 20
        activity = endpointer.feed(probability, faded_ms=faded_ms)
        starts += activity.started
        assert 0 <= activity.speech_ms <= now_ms
        if activity.speech_ms:
            assert activity.last_voiced_at_ms + activity.quiet_ms == now_ms
            assert activity.speech_ms <= activity.last_voiced_at_ms - activity.started_at_ms
            assert activity.speaking == (activity.quiet_ms == 0)
        else:
            assert not activity.speaking
    assert starts <= 1
