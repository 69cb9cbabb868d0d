"""The figures of a call, against a known layout of sound."""

import numpy as np
import pytest

from callbot.speech.audio import FRAME_MS, Pcm, frames
from callbot.telephony.simulated.measurement import LineTurn, Recorder, Speaker

MS = 8


def layout(*bot: tuple[int, int], length_ms: int = 10_000) -> list[Pcm]:
    """Frames in which the bot is audible from one millisecond to another."""
    sound = np.zeros(length_ms * MS, dtype="<i2")
    for start_ms, end_ms in bot:
        sound[start_ms * MS : end_ms * MS] = 4000
    return frames(sound.tobytes())


def heard(bot: list[Pcm], *resident: tuple[float, float]) -> Recorder:
    recorder = Recorder()
    for place, frame in enumerate(bot):
        recorder.bot_played(place * FRAME_MS, frame)
        recorder.ticked(0.0)
    for start_ms, end_ms in resident:
        recorder.resident_did(LineTurn(Speaker.RESIDENT, start_ms, end_ms))
    return recorder


def test_a_response_is_measured_to_the_sample() -> None:
    recorder = heard(layout((333, 1500), (3017, 4000)), (2000, 2417.5))
    assert recorder.first_word_ms() == 333
    assert recorder.response_ms() == (pytest.approx(599.5),)


def test_pauses_between_the_bots_phrases_are_no_new_turns() -> None:
    recorder = heard(layout((0, 1000), (1350, 2000), (4000, 5000)), (2800, 3300))
    assert [(t.speaker, t.start_ms, t.end_ms) for t in recorder.turns()] == [
        (Speaker.BOT, 0, 2000),
        (Speaker.RESIDENT, 2800, 3300),
        (Speaker.BOT, 4000, 5000),
    ]


def test_what_was_heard_of_a_turn_is_without_the_gaps_that_a_stall_has_left() -> None:
    [turn] = heard(layout((0, 1000), (1400, 2000), (2700, 3000))).turns()
    assert (turn.end_ms - turn.start_ms, turn.audible_ms) == (3000, 1900)


def test_a_quick_answer_is_a_turn_of_its_own() -> None:
    recorder = heard(layout((0, 1000), (1700, 2000)), (1100, 1500))
    assert len([turn for turn in recorder.turns() if turn.speaker is Speaker.BOT]) == 2
    assert recorder.response_ms() == (200,)


def test_an_utterance_that_the_resident_follows_up_has_no_response() -> None:
    recorder = heard(layout((0, 1000), (5000, 6000)), (2000, 2500), (3500, 4400))
    assert recorder.response_ms() == (600,)


def test_a_barge_in_is_measured_to_the_bots_silence() -> None:
    recorder = heard(layout((1000, 2360), (4000, 5000)), (2000, 3000))
    assert recorder.barge_in_ms() == (360,)
    assert recorder.response_ms() == (1000,)


def test_words_over_which_the_bot_speaks_on_have_no_response() -> None:
    recorder = heard(layout((1000, 5000), (9000, 9500)), (2000, 3000))
    assert recorder.response_ms() == ()


def test_speech_that_the_end_of_the_call_cuts_off_ends_there() -> None:
    recorder = heard(layout(length_ms=1000), (500, 2000))
    assert recorder.turns()[0].end_ms == 1000


def test_keys_are_turns_but_no_utterances() -> None:
    recorder = heard(layout((2000, 3000)))
    recorder.resident_did(LineTurn(Speaker.RESIDENT, 1000, 1600, keys="365"))
    assert recorder.response_ms() == ()
    assert recorder.turns()[0].keys == "365"


def test_only_ticks_more_than_a_frame_late_count_as_late() -> None:
    recorder = Recorder()
    for late_s in (0.0, 0.015, 0.021, 0.5):
        recorder.ticked(late_s)
    assert recorder.late_frames == 2
    assert recorder.worst_late_ms == 500


def test_the_hum_of_a_line_is_not_speech() -> None:
    quiet = [np.full(160, 100, dtype="<i2").tobytes()] * 50
    assert heard(quiet).turns() == ()


def test_a_bot_that_speaks_before_the_resident_has_finished_cuts_them_off() -> None:
    recorder = heard(layout((0, 1000), (2600, 4000)), (2000, 3000), (500, 800))
    assert (recorder.early_cuts(), recorder.spoken_turns()) == (1, 2)
