"""What a simulated call sounded like, measured in the audio at the carrier.

All times are line time: milliseconds from pick-up, in which a frame is 20 ms whatever the pace.
A frame from the resident leaves when its last sample has been spoken; one from the bot is heard
from the moment it is played.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import Final

import numpy as np

from callbot.speech.audio import FRAME_MS, SAMPLE_RATE_HZ, Pcm, samples

AUDIBLE: Final = 150
"""A sample of this size or more is sound: 47 dB under full scale, over the step of the coding."""

_SAMPLES_PER_MS: Final = SAMPLE_RATE_HZ / 1000

_SAME_SOUND_MS: Final = 450.0
"""Sounds of the bot closer than this are one: it pauses for up to 385 ms between sentences."""

_SAME_TURN_MS: Final = 800.0
"""Sounds of the bot closer than this are one turn, unless the resident spoke in between."""


@lru_cache(maxsize=64)
def audible(frame: Pcm) -> bool:
    """Kept for a few frames: a quiet line sends the same one again and again."""
    return bool(np.abs(samples(frame)).max() >= AUDIBLE)


class Speaker(StrEnum):
    BOT = "bot"
    RESIDENT = "resident"


@dataclass(frozen=True)
class LineTurn:
    """One side speaking, or keys being pressed. The bot's turns have no text: it was only heard.

    audible_ms: of a turn of the bot, the frames in which it was heard; pauses in it are not, nor
    gaps that a stall of either side has left.
    """

    speaker: Speaker
    start_ms: float
    end_ms: float
    question: str | None = None
    asked: int = 0
    text: str = ""
    keys: str = ""
    audible_ms: float = 0.0


@dataclass(frozen=True)
class LineReport:
    """A call as the carrier measured it.

    response_ms: from the last sample of each utterance of the resident to the first audible
    sample of the bot's next speech, where the bot spoke before the resident did again. Nothing is
    measured where the bot spoke on throughout: over what may not be interrupted, or an "mm".
    barge_in_ms: from the resident's first sample over the bot's voice to the bot's silence.
    spoken_turns: of the resident. early_cuts: of them, those in which the bot began to speak
    before the resident had finished. first_word_ms: from pick-up to the bot's first audible
    sample. late_frames: ticks that came more than a frame late. dropped: frames thrown away
    because the reader was slow. transferred_to: whom the resident was put through to.
    """

    attempt_id: str
    phone: str
    turns: tuple[LineTurn, ...] = ()
    response_ms: tuple[float, ...] = ()
    barge_in_ms: tuple[float, ...] = ()
    spoken_turns: int = 0
    early_cuts: int = 0
    first_word_ms: float | None = None
    duration_ms: float = 0.0
    late_frames: int = 0
    worst_late_ms: float = 0.0
    lost_to_bot: int = 0
    lost_to_resident: int = 0
    dropped: int = 0
    transferred_to: str = ""


@dataclass
class _Sound:
    start_ms: float
    end_ms: float
    audible_ms: float = FRAME_MS

    def goes_on(self, end_ms: float, audible_ms: float) -> None:
        self.end_ms = end_ms
        self.audible_ms += audible_ms


@dataclass
class Recorder:
    """Notes who made sound when, frame by frame."""

    duration_ms: float = 0.0
    late_frames: int = 0
    worst_late_ms: float = 0.0
    _bot: list[_Sound] = field(default_factory=list)
    _resident: list[LineTurn] = field(default_factory=list)

    def bot_played(self, at_ms: float, frame: Pcm) -> bool:
        """One frame as the resident hears it from `at_ms`. True when it is audible."""
        if not audible(frame):
            return False
        loud = np.flatnonzero(np.abs(samples(frame)) >= AUDIBLE)
        start_ms = at_ms + float(loud[0]) / _SAMPLES_PER_MS
        end_ms = at_ms + float(loud[-1] + 1) / _SAMPLES_PER_MS
        if self._bot and start_ms - self._bot[-1].end_ms < _SAME_SOUND_MS:
            self._bot[-1].goes_on(end_ms, FRAME_MS)
        else:
            self._bot.append(_Sound(start_ms, end_ms))
        return True

    def resident_did(self, turn: LineTurn) -> None:
        """Speech whose length is known when it begins, or keys."""
        self._resident.append(turn)

    def ticked(self, late_s: float) -> None:
        """One frame of the call has passed."""
        self.duration_ms += FRAME_MS
        if late_s * 1000 > FRAME_MS:
            self.late_frames += 1
            self.worst_late_ms = max(self.worst_late_ms, late_s * 1000)

    def turns(self) -> tuple[LineTurn, ...]:
        """Both sides' turns, by their beginning. What the end of the call cut off ends there."""
        said = [_until(turn, self.duration_ms) for turn in self._resident]
        merged: list[_Sound] = []
        for sound in self._bot:
            if merged and self._goes_on(merged[-1], sound):
                merged[-1].goes_on(sound.end_ms, sound.audible_ms)
            else:
                merged.append(replace(sound))
        bot = [
            LineTurn(Speaker.BOT, each.start_ms, each.end_ms, audible_ms=each.audible_ms)
            for each in merged
        ]
        return tuple(sorted([*said, *bot], key=lambda turn: turn.start_ms))

    def response_ms(self) -> tuple[float, ...]:
        spoken = self._spoken()
        following = [*(turn.start_ms for turn in spoken), float("inf")][1:]
        responses: list[float] = []
        for turn, until_ms in zip(spoken, following, strict=True):
            answers = (s.start_ms for s in self._bot if turn.end_ms <= s.start_ms < until_ms)
            first = next(answers, None)
            spoken_over = any(s.start_ms < turn.end_ms < s.end_ms for s in self._bot)
            if first is not None and not spoken_over:
                responses.append(first - turn.end_ms)
        return tuple(responses)

    def barge_in_ms(self) -> tuple[float, ...]:
        return tuple(
            sound.end_ms - turn.start_ms
            for turn in self._spoken()
            for sound in self._bot
            if sound.start_ms < turn.start_ms < sound.end_ms
        )

    def spoken_turns(self) -> int:
        return len(self._spoken())

    def early_cuts(self) -> int:
        return sum(
            any(turn.start_ms < sound.start_ms < turn.end_ms for sound in self._bot)
            for turn in self._spoken()
        )

    def first_word_ms(self) -> float | None:
        return self._bot[0].start_ms if self._bot else None

    def _goes_on(self, before: _Sound, after: _Sound) -> bool:
        """Whether two sounds of the bot are one turn."""
        answered = any(before.end_ms < turn.end_ms <= after.start_ms for turn in self._resident)
        return after.start_ms - before.end_ms < _SAME_TURN_MS and not answered

    def _spoken(self) -> list[LineTurn]:
        return [turn for turn in self._resident if not turn.keys]


def _until(turn: LineTurn, end_ms: float) -> LineTurn:
    if turn.end_ms <= end_ms:
        return turn
    return replace(turn, end_ms=end_ms)
