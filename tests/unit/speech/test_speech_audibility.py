"""Whether a window is loud enough to be a voice, beside the voice and beside the noise."""

from hypothesis import given
from hypothesis import strategies as st

from callbot.speech.audibility import FADING_WINDOWS, NOTICED_AFTER_WINDOWS, Audibility

NOISE, VOICE = 0.01, 0.1


def in_noise(loudness: float = NOISE, windows: int = 60) -> Audibility:
    """On a line whose noise has been heard for a while."""
    audibility = Audibility()
    for _ in range(windows):
        audibility.hears(loudness)
        audibility.learn(loudness, speech=0.02)
    return audibility


def test_on_a_line_without_noise_every_voice_is_heard() -> None:
    assert in_noise(0.0).hears(0.0001)


def test_what_is_far_fainter_than_the_voice_is_no_voice() -> None:
    audibility = in_noise(0.0)
    assert audibility.hears(VOICE)
    assert audibility.hears(VOICE / 10)
    assert not audibility.hears(VOICE / 50)


def test_a_voice_ends_where_only_the_noise_is_left() -> None:
    audibility = in_noise()
    assert audibility.hears(VOICE)
    after = [audibility.hears(NOISE) for _ in range(10)]
    assert after == [True] * (FADING_WINDOWS - 1) + [False] * (11 - FADING_WINDOWS)


def test_it_is_told_since_when_a_voice_that_has_ended_was_not_to_be_heard() -> None:
    audibility = in_noise()
    faded = []
    for loudness in (VOICE, VOICE, *[NOISE] * FADING_WINDOWS):
        audibility.hears(loudness)
        faded.append(audibility.faded_windows)
    assert faded[1:] == [0, 0, *range(FADING_WINDOWS - 1)]


def test_of_a_voice_hardly_over_the_noise_the_last_syllables_may_be_as_faint() -> None:
    audibility = in_noise()
    for loudness in (3 * NOISE, *[NOISE] * FADING_WINDOWS):
        audibility.hears(loudness)
        assert audibility.faded_windows == 0


def test_on_a_line_without_noise_a_voice_does_not_fade_into_it() -> None:
    audibility = in_noise(0.0)
    for loudness in (VOICE, VOICE / 50, VOICE / 50, VOICE / 50):
        audibility.hears(loudness)
        assert audibility.faded_windows == 0


def test_a_short_trough_of_a_voice_in_noise_is_no_end_of_it() -> None:
    audibility = in_noise()
    heard = [audibility.hears(loudness) for loudness in (VOICE, NOISE, NOISE, VOICE)]
    assert all(heard)


def test_the_beginning_of_a_voice_is_not_taken_for_noise() -> None:
    """The network gives it a low probability for a while."""
    audibility = in_noise()
    for _ in range(NOTICED_AFTER_WINDOWS):
        audibility.hears(VOICE)
        audibility.learn(VOICE, speech=0.05)
    audibility.learn(VOICE, speech=0.9)
    audibility.learn(VOICE, speech=0.02)
    for _ in range(FADING_WINDOWS):
        audibility.hears(2 * NOISE)
    assert audibility.hears(2 * NOISE)


def test_a_line_that_falls_quiet_is_listened_to_as_a_quiet_one() -> None:
    audibility = in_noise(VOICE)
    assert not audibility.hears(VOICE / 5)
    for _ in range(120):
        audibility.learn(NOISE, speech=0.02)
    assert audibility.hears(VOICE / 5)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=80))
def test_whatever_the_noise_was_a_voice_twice_as_loud_as_all_of_it_is_heard(
    windows: list[tuple[float, float]],
) -> None:
    audibility = Audibility()
    for loudness, speech in windows:
        audibility.hears(loudness)
        audibility.learn(loudness, speech)
    assert audibility.hears(2 * max((loudness for loudness, _ in windows), default=0.1))
