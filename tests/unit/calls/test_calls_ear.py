"""What the recogniser is given of an utterance, and after how much quiet it has ended."""

import asyncio

import pytest

from callbot.calls.listener import (
    CUT_OFF_WITHIN_MS,
    PRE_ROLL_AFTER_ECHO_MS,
    PRE_ROLL_MS,
    HeardUtterance,
    Listener,
)
from callbot.calls.pace import Breath
from callbot.dialog.session import Weight
from callbot.speech.audio import FRAME_BYTES, Pcm, duration_s
from callbot.speech.endpointing import EndpointSettings
from callbot.speech.recognizer import Alternative, Hints, Utterance

QUIET: Pcm = bytes(FRAME_BYTES)
VOICE: Pcm = b"\1" * FRAME_BYTES


class Ear:
    """Takes the test's VOICE for speech, and counts what is fed to be recognised."""

    name = "counting"
    faded_ms = 0

    def __init__(
        self,
        weight: Weight = Weight.UNDERSTOOD,
        breath_ms: int = 0,
        behind_word_ms: int = 0,
        text: str = "",
    ) -> None:
        self.fed = b""
        self.weight = weight
        self.found = (Alternative(text, 0.9),)
        self.heard: list[HeardUtterance] = []
        breath = Breath(breath_ms, behind_word_ms)
        self.listener = Listener(self, self, lambda _hypotheses: self.weight, breath)  # type: ignore[arg-type]

    def feed(self, pcm: Pcm) -> float:
        self.fed += pcm
        return 1.0 if pcm == VOICE else 0.0

    def open(self, hints: Hints) -> "Ear":  # noqa: ARG002
        self.fed = b""
        return self

    async def result(self, *, thorough: bool = False) -> Utterance:  # noqa: ARG002
        return Utterance(self.found, 0.0)

    def went_on(self) -> None: ...

    async def close(self) -> None: ...

    async def hear(self, frame: Pcm, ms: int) -> int | None:
        """For so long, or until an utterance has ended: after how many milliseconds of it."""
        for passed_ms in range(20, ms + 20, 20):
            ended = self.listener.hear(frame)
            if ended is not None:
                self.heard.append(ended)
                return passed_ms
            await asyncio.sleep(0)
        return None


def before_speech_ms(ear: Ear, *, echo: bool) -> int:
    """Sound fed from before the frame at which an utterance began, in milliseconds."""
    listener = ear.listener
    for _ in range(100):
        listener.hear(QUIET)
    for _ in range(5 * echo):
        listener.hear(VOICE, lambda: True)
    while not listener.hearing:
        listener.hear(VOICE)
    return round(duration_s(ear.fed) * 1000)


async def test_sound_from_before_speech_was_noticed_is_recognised_with_it() -> None:
    assert before_speech_ms(Ear(), echo=False) == PRE_ROLL_MS


async def test_of_sound_in_which_the_bot_came_back_less_is_kept() -> None:
    spoken_ms = EndpointSettings().min_speech_ms
    assert before_speech_ms(Ear(), echo=True) == PRE_ROLL_AFTER_ECHO_MS + spoken_ms


AT_ONCE, QUESTION_MS = 120, 600


@pytest.mark.parametrize(
    ("weight", "breath_ms", "quiet_ms"),
    [
        (Weight.COMPLETE, 0, AT_ONCE),
        (Weight.COMPLETE, 460, 460),
        (Weight.UNDERSTOOD, 460, QUESTION_MS),
    ],
)
async def test_an_answer_has_ended_after_so_much_quiet(
    weight: Weight, breath_ms: int, quiet_ms: int
) -> None:
    ear = Ear(weight, breath_ms)
    await ear.hear(VOICE, 400)
    ended_after_ms = await ear.hear(QUIET, 2000)
    assert ended_after_ms is not None
    assert quiet_ms - 20 <= ended_after_ms <= quiet_ms


@pytest.mark.parametrize(
    ("text", "quiet_ms"),
    [("Speaking", 560), ("Yes, please", 500), ("97.6", 500), ("Yes, 97.6", 440)],
)
async def test_a_number_with_its_tenths_counts_as_many_words_as_it_is_said_in(
    text: str, quiet_ms: int
) -> None:
    ear = Ear(Weight.COMPLETE, 440, 560, text)
    await ear.hear(VOICE, 400)
    ended_after_ms = await ear.hear(QUIET, 2000)
    assert ended_after_ms is not None
    assert quiet_ms - 20 <= ended_after_ms <= quiet_ms


@pytest.mark.parametrize(
    ("weight", "then_ms"), [(Weight.FAINT, QUESTION_MS), (Weight.DOUBTFUL, 740)]
)
async def test_a_pause_while_a_word_is_decoded_harder_teaches_what_a_word_does(
    weight: Weight, then_ms: int
) -> None:
    ear = Ear(weight, 440, 560, "Yeah")
    await ear.hear(VOICE, 400)
    assert await ear.hear(QUIET, 480) is None
    ear.weight = Weight.UNDERSTOOD
    await ear.hear(VOICE, 400)
    ended_after_ms = await ear.hear(QUIET, 2000)
    assert ended_after_ms is not None
    assert then_ms - 20 <= ended_after_ms <= then_ms


@pytest.mark.parametrize(
    ("so_far", "paused_ms", "then_ms"),
    [
        (Weight.DOUBTFUL, 500, 760),
        (Weight.UNDERSTOOD, 500, QUESTION_MS),
        (Weight.UNDERSTOOD, 300, QUESTION_MS),
    ],
)
async def test_a_pause_is_outlasted_the_next_time_where_nothing_was_understood_before_it(
    so_far: Weight, paused_ms: int, then_ms: int
) -> None:
    ear = Ear(so_far)
    await ear.hear(VOICE, 400)
    assert await ear.hear(QUIET, paused_ms) is None
    ear.weight = Weight.UNDERSTOOD
    await ear.hear(VOICE, 400)
    ended_after_ms = await ear.hear(QUIET, 2000)
    assert ended_after_ms is not None
    assert then_ms - 20 <= ended_after_ms <= then_ms


async def test_who_goes_on_after_the_bot_took_the_turn_is_waited_for_the_next_time() -> None:
    ear = Ear(Weight.COMPLETE)
    await ear.hear(VOICE, 300)
    taken_ms = await ear.hear(QUIET, 2000)
    assert taken_ms is not None
    await ear.hear(QUIET, 400 - taken_ms)
    await ear.hear(VOICE, 300)
    ended_after_ms = await ear.hear(QUIET, 2000)
    assert ended_after_ms is not None
    assert 400 < ended_after_ms < QUESTION_MS


@pytest.mark.parametrize(
    ("later_ms", "is_the_rest"), [(200, True), (CUT_OFF_WITHIN_MS + 100, False)]
)
async def test_what_follows_at_once_is_the_rest_of_what_was_taken(
    later_ms: int, is_the_rest: bool
) -> None:
    ear = Ear(Weight.COMPLETE)
    for _ in range(2):
        await ear.hear(VOICE, 300)
        await ear.hear(QUIET, 2000)
        await ear.hear(QUIET, later_ms)
    first, second = ear.heard
    assert first.goes_on_from_ms is None
    assert second.goes_on_from_ms == (first.end_ms if is_the_rest else None)
