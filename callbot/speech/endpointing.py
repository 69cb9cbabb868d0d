"""When a person speaks and since when they are quiet: arithmetic on a detector's probabilities.

Whether quiet means that the turn is over is not decided here: that depends on the question.
"""

from dataclasses import dataclass, replace
from typing import Final

from callbot.speech.audio import FRAME_MS

_NEVER_MS: Final = -1


@dataclass(frozen=True)
class EndpointSettings:
    """Probabilities from 0 to 1 and times in milliseconds.

    Speech begins once min_speech_ms of frames at or over start_probability have come, with no
    pause in them of forget_after_ms; it goes on while frames are at or over end_probability.
    min_speech_ms: a short 嗯 lasts 150 to 250 ms, of which the detector sees 100; a click less.
    The probabilities go with VoiceActivityDetector, which gives at most 0.1 to a noisy line.
    """

    start_probability: float = 0.4
    end_probability: float = 0.3
    min_speech_ms: int = 80
    forget_after_ms: int = 200

    def __post_init__(self) -> None:
        if not 0 <= self.end_probability <= self.start_probability <= 1:
            raise ValueError("end_probability must be at most start_probability, both from 0 to 1")
        if self.min_speech_ms <= 0 or self.forget_after_ms <= 0:
            raise ValueError("times must be over 0")


@dataclass(frozen=True)
class Activity:
    """After one more frame. Times in milliseconds; `_at_` times count from the stream's start.

    speaking: an utterance has begun, and its last frame was voiced. started: it began with this
    frame. speech_ms: voiced so far in it. quiet_ms: since its last voiced frame, 0 while voiced.
    started_at_ms and last_voiced_at_ms: its edges, -1 before there is an utterance. rising_ms:
    voiced so far of what may become one, 0 in an utterance and out of any voice.
    """

    speaking: bool
    started: bool
    speech_ms: int
    quiet_ms: int
    started_at_ms: int
    last_voiced_at_ms: int
    rising_ms: int = 0


NO_VOICE: Final = Activity(False, False, 0, 0, _NEVER_MS, _NEVER_MS)
"""As nearly every frame of a call is."""


class Endpointer:
    """One utterance after another: reset() when its turn is over."""

    def __init__(self, settings: EndpointSettings | None = None) -> None:
        self._settings = settings or EndpointSettings()
        self._now_ms = 0
        self.reset()

    def reset(self) -> None:
        """Forgets the utterance; stream time goes on."""
        self._speaking = False
        self._in_utterance = False
        self._speech_ms = 0
        self._run_ms = 0
        self._started_at_ms = _NEVER_MS
        self._last_voiced_at_ms = _NEVER_MS

    def feed(self, probability: float, frame_ms: int = FRAME_MS, *, faded_ms: int = 0) -> Activity:
        """The detector's probability that the next frame_ms are speech.

        faded_ms: where they are not, of the frames before them, what was none either.
        """
        frame_began_ms = self._now_ms
        self._now_ms += frame_ms
        going_on = self._in_utterance and self._speaking
        needed = self._settings.end_probability if going_on else self._settings.start_probability
        self._speaking = probability >= needed
        if self._speaking:
            self._hear(frame_began_ms, frame_ms)
        elif not self._in_utterance:
            self._forget_a_noise()
        elif going_on:
            self._take_back(min(faded_ms, self._run_ms - frame_ms))
        started = not self._in_utterance and self._speech_ms >= self._settings.min_speech_ms
        self._in_utterance = self._in_utterance or started
        return self._activity(started)

    def _hear(self, frame_began_ms: int, frame_ms: int) -> None:
        if self._speech_ms == 0:
            self._started_at_ms = frame_began_ms
        goes_on = self._last_voiced_at_ms == frame_began_ms
        self._run_ms = self._run_ms + frame_ms if goes_on else frame_ms
        self._speech_ms += frame_ms
        self._last_voiced_at_ms = self._now_ms

    def _take_back(self, faded_ms: int) -> None:
        """Of the voice that has just ended, all but its first frame may have been noise."""
        self._speech_ms -= faded_ms
        self._last_voiced_at_ms -= faded_ms

    def _forget_a_noise(self) -> None:
        """What was too short for an utterance and is long past was a click or a breath."""
        if self._now_ms - self._last_voiced_at_ms >= self._settings.forget_after_ms:
            self._speech_ms = 0
            self._started_at_ms = _NEVER_MS
            self._last_voiced_at_ms = _NEVER_MS

    def _activity(self, started: bool) -> Activity:
        if not self._in_utterance:
            return replace(NO_VOICE, rising_ms=self._speech_ms) if self._speech_ms else NO_VOICE
        return Activity(
            speaking=self._speaking,
            started=started,
            speech_ms=self._speech_ms,
            quiet_ms=self._now_ms - self._last_voiced_at_ms,
            started_at_ms=self._started_at_ms,
            last_voiced_at_ms=self._last_voiced_at_ms,
        )
