"""What is taken for the bot's own voice come back, by when it can have been heard."""

from collections.abc import Sequence

import numpy as np
import pytest

from callbot.speech.audio import FRAME_MS, FRAME_SAMPLES, SILENT_FRAME, Pcm, samples
from callbot.speech.echo import LONGEST_DELAY_MS, LONGEST_STALL_MS, RESEMBLANCE, EchoGuard

LONG_AGO = 250
"""Frames since which both sides of the call have gone on."""


def voice(seed: int, frames: int) -> list[Pcm]:
    noise = np.random.default_rng(seed).normal(size=(frames, FRAME_SAMPLES)) * 3000
    return [frame.tobytes() for frame in noise.astype("<i2")]


def faint(frame: Pcm) -> Pcm:
    return (samples(frame) * 0.1).astype("<i2").tobytes()


def resemblances(guard: EchoGuard, heard: Sequence[Pcm]) -> list[float]:
    """Frame by frame, from a full window on."""
    found = []
    for frame in heard:
        guard.heard(frame)
        found.append(guard.resemblance())
    return found[10:]


def played_and_heard(played: Sequence[Pcm], delay_ms: int) -> EchoGuard:
    """A call on which what is played comes back after a time."""
    guard = EchoGuard()
    delay = delay_ms // FRAME_MS
    for number, frame in enumerate(played):
        guard.played(frame)
        guard.heard(faint(played[number - delay]) if number >= delay else SILENT_FRAME)
    return guard


@pytest.mark.parametrize("delay_ms", [0, 100, LONGEST_DELAY_MS])
def test_what_was_played_comes_back(delay_ms: int) -> None:
    assert played_and_heard(voice(1, LONG_AGO), delay_ms).is_echo()


def test_another_voice_is_no_echo_nor_is_what_was_played_long_ago() -> None:
    guard = played_and_heard(voice(1, LONG_AGO), delay_ms=100)
    assert max(resemblances(guard, voice(2, 50))) < RESEMBLANCE / 2
    too_late = played_and_heard(voice(1, LONG_AGO), LONGEST_DELAY_MS + 2 * FRAME_MS)
    assert not too_late.is_echo()


@pytest.mark.parametrize("stall_ms", [700, 2000, LONGEST_STALL_MS])
def test_after_a_stall_all_that_was_heard_meanwhile_comes_when_the_bot_is_ahead_of_it(
    stall_ms: int,
) -> None:
    stalled = stall_ms // FRAME_MS
    played = voice(1, LONG_AGO + stalled)
    delay = 15
    guard = played_and_heard(played[:LONG_AGO], delay * FRAME_MS)
    for frame in played[LONG_AGO:]:
        guard.played(frame)
    heard = [faint(frame) for frame in played[LONG_AGO - delay :]][:stalled]
    assert min(resemblances(guard, heard)) > 0.95


@pytest.mark.parametrize("late", [5, 50])
def test_a_far_end_that_plays_late_is_told_from_the_gap_to_the_end_of_the_prompt(late: int) -> None:
    delay, stalled_at = 15, 40
    prompt = voice(1, 100)
    guard = EchoGuard()
    there = [*prompt[:stalled_at], *([SILENT_FRAME] * late), *prompt[stalled_at:]]
    for number in range(len(there) + delay):
        said = prompt[number] if number < len(prompt) else SILENT_FRAME
        guard.played(said, late * FRAME_MS if number >= stalled_at else 0)
        back = there[number - delay] if number >= delay else SILENT_FRAME
        guard.heard(faint(back))
        if back != SILENT_FRAME:
            assert guard.resemblance() > 0.95


def test_what_the_far_end_was_told_to_forget_is_missed_by_nobody() -> None:
    delay, dropped = 10, 3
    first, second = voice(1, 30), voice(2, 30)
    guard = EchoGuard()
    there = [*first[:-dropped], *([SILENT_FRAME] * dropped), *second]
    for number, said in enumerate([*first, *second]):
        if number == len(first):
            guard.dropped(dropped)
        guard.played(said)
        back = there[number - delay] if number >= delay else SILENT_FRAME
        guard.heard(faint(back))
        if back != SILENT_FRAME:
            assert guard.resemblance() > 0.95


def test_what_had_waited_when_the_bot_began_to_speak_does_not_make_it_older() -> None:
    guard = EchoGuard()
    for frame in voice(2, 100):
        guard.heard(frame)
    played = voice(1, LONG_AGO)
    for number, frame in enumerate(played):
        guard.played(frame)
        guard.heard(faint(played[number - 20]) if number >= 20 else SILENT_FRAME)
    assert guard.is_echo()
