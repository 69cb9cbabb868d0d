"""The bot's ear: frames of one call become utterances, decoded early and ended when complete.

After a short quiet the utterance is decoded speculatively. If the dialogue calls that a complete
answer, it is taken at once; if it makes little of it, it is decoded harder; else the ear waits on,
as long as the question and the resident's pace ask for. Decoding runs elsewhere; nothing here waits
for it.
"""

import asyncio
import re
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from callbot.calls.pace import AT_ONCE, Breath, Pace
from callbot.calls.pace_by_ending import PaceByEnding
from callbot.dialog.answers import Hypothesis
from callbot.dialog.session import HARDLY_HEARD, Weight
from callbot.dialog.understanding import is_borne_out
from callbot.errors import SpeechError
from callbot.speech.audio import FRAME_MS, Pcm
from callbot.speech.endpointing import NO_VOICE, Activity, Endpointer
from callbot.speech.recognizer import Hints, RecognitionStream, Recognizer, Utterance
from callbot.speech.voice_activity import VoiceActivityDetector

SPECULATE_QUIET_MS = 80
"""Quiet before the first, speculative decoding. One utterance in nine is quiet for longer before it
ends, and decoded once in vain for it (12 of 105; at 160 ms 4, at 60 ms 26)."""

CUT_OFF_WITHIN_MS = 600
"""Whoever speaks again so soon after the bot took the turn had not finished."""

ECHO_FROM_PROBABILITY = 0.2
"""Of speech; what is less likely does not count as speech anyway."""

PRE_ROLL_MS = 600
"""Sound kept from before speech was noticed. In noise a first consonant is noticed late, and
Whisper reads better what begins with some of the noise alone: at 10 dB 41 of 48 "是的，没错" were
taken for a yes (32 with 300 ms), and 24 of 24 "是我本人" (21)."""

PRE_ROLL_AFTER_ECHO_MS = 300
"""The same where the bot's own voice came back over the line: its words are not theirs."""

LONGEST_UTTERANCE_MS = 20_000
"""Someone who never pauses is answered after this."""


LONGEST_SILENCE_MS = 800
"""Slower recognition is bridged: nobody shall hear nothing for a second, of which the way there and
back takes 0.13 over SIP."""

BEYOND_PATIENCE_MS = 100
"""Nor is it before somebody slow may have finished."""


_TENTHS: Final = re.compile(r"\d\.\d")
WORDS_OF_TENTHS: Final = 2
"""Of a number beyond the first. Behind "yes, 97.6" or "it says 97.6" nobody of 106 paused for
0.4 s and went on; behind "97.5" alone two of ten did."""


@dataclass(frozen=True)
class HeardUtterance:
    """One finished utterance; milliseconds of the call's sound. `failed` when the engine broke.

    weight: what the dialogue made of it, None if it was not asked. goes_on_from_ms: end_ms of the
    utterance before, if it followed so soon that this is the rest of it.
    """

    hypotheses: tuple[Hypothesis, ...]
    start_ms: int
    end_ms: int
    failed: bool = False
    weight: Weight | None = None
    goes_on_from_ms: int | None = None

    @property
    def best(self) -> str:
        return self.hypotheses[0].text if self.hypotheses else ""


@dataclass
class _Decoding:
    """A result on its way, valid while nothing more is said after `voiced_ms`."""

    voiced_ms: int
    task: asyncio.Task[Utterance]
    thorough: bool = False
    weight: Weight | None = None
    doubt: Weight | None = None
    """The weight for which the same sound is decoded thoroughly."""


@dataclass(frozen=True)
class _Taken:
    """The utterance after which the bot took the turn, at_ms; its voice ended at end_ms."""

    at_ms: int
    end_ms: int
    weight: Weight | None


def _words_said(text: str) -> int:
    """ "97.6" is written as one word and said in three or more."""
    return len(text.split()) + WORDS_OF_TENTHS * len(_TENTHS.findall(text))


def hypotheses_of(found: Utterance) -> tuple[Hypothesis, ...]:
    """What was made out, in the dialogue's terms."""
    unprompted = found.unprompted
    return tuple(
        Hypothesis(
            text=a.text,
            confidence=a.confidence,
            borne_out=unprompted is None or is_borne_out(a.text, unprompted),
        )
        for a in found.alternatives
    )


class Listener:
    """weigh: asks the dialogue what hypotheses are worth as an answer to its question. breath: see
    Pace.

    Times are counted in frames received since the call was answered.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        detector: VoiceActivityDetector,
        weigh: Callable[[Sequence[Hypothesis]], Weight],
        breath: Breath = AT_ONCE,
    ) -> None:
        self._recognizer = recognizer
        self._detector = detector
        self._weigh = weigh
        self._endpointer = Endpointer()
        self._pre_roll: deque[Pcm] = deque(maxlen=PRE_ROLL_MS // FRAME_MS)
        self._hints = Hints("")
        self._patience_ms = 600
        by_ending = breath.only_behind_words
        self._pace = PaceByEnding(breath.behind_word_ms) if by_ending else Pace(breath)
        self._quiet_ms = 0
        self._taken: _Taken | None = None
        self._goes_on_from_ms: int | None = None
        self._stream: RecognitionStream | None = None
        self._decoding: _Decoding | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._start_ms = 0
        self.now_ms = 0
        self.activity = NO_VOICE

    @property
    def hearing(self) -> bool:
        """Whether somebody is in the middle of an utterance."""
        return self._stream is not None

    @property
    def overdue(self) -> bool:
        """Whether whoever has spoken should be told that one is still making out what they said."""
        if self._stream is None or self._decoding is None or self._decoding.task.done():
            return False
        patience_ms = self._pace.patience_ms(self._patience_ms, None)
        return self._quiet_ms >= max(LONGEST_SILENCE_MS, patience_ms + BEYOND_PATIENCE_MS)

    def expect(self, hints: Hints, patience_s: float) -> None:
        """What the next utterance is likely to be. One under way is kept."""
        self._hints = hints
        self._patience_ms = round(patience_s * 1000)

    def hear(self, frame: Pcm, is_echo: Callable[[], bool] | None = None) -> HeardUtterance | None:
        """Takes one frame; gives an utterance when one has just ended and is decoded.

        is_echo: asked only when the frame sounds like speech; an echo counts as quiet.
        """
        self.now_ms += FRAME_MS
        speech = self._detector.feed(frame)
        if is_echo is not None and speech >= ECHO_FROM_PROBABILITY and is_echo():
            speech = 0.0
            while len(self._pre_roll) >= PRE_ROLL_AFTER_ECHO_MS // FRAME_MS:
                self._pre_roll.popleft()
        self.activity = activity = self._endpointer.feed(speech, faded_ms=self._detector.faded_ms)
        if self._stream is None:
            self._pre_roll.append(frame)
            if not activity.started:
                return None
            self._open(activity)
        else:
            self._stream.feed(frame)
        return self._progress(activity)

    def forget(self) -> None:
        """Drops the utterance under way: it was not meant as an answer."""
        self._close()

    async def close(self) -> None:
        self._close()
        if self._closing:
            await asyncio.gather(*self._closing, return_exceptions=True)

    # -- one utterance -------------------------------------------------------------------------

    def _open(self, activity: Activity) -> None:
        self._stream = self._recognizer.open(self._hints)
        for earlier in self._pre_roll:
            self._stream.feed(earlier)
        self._pre_roll.clear()
        self._start_ms = activity.started_at_ms
        self._quiet_ms = 0
        taken, self._taken = self._taken, None
        self._goes_on_from_ms = None
        if taken is not None and self._start_ms - taken.at_ms <= CUT_OFF_WITHIN_MS:
            self._goes_on_from_ms = taken.end_ms
            self._pace.cut_off(self._start_ms - taken.end_ms, taken.weight)

    def _progress(self, activity: Activity) -> HeardUtterance | None:
        assert self._stream is not None
        voiced_ms = activity.last_voiced_at_ms
        if activity.quiet_ms == 0:
            self._pace.paused(self._quiet_ms, self._weight_so_far)
        self._quiet_ms = activity.quiet_ms
        if self._decoding is not None and voiced_ms > self._decoding.voiced_ms:
            # They went on speaking: that result does not cover what was said since.
            self._decoding.task.cancel()
            self._decoding = None
            self._stream.went_on()
        too_long = self.now_ms - self._start_ms >= LONGEST_UTTERANCE_MS
        if self._decoding is None:
            if activity.quiet_ms >= SPECULATE_QUIET_MS or too_long:
                task = asyncio.create_task(self._stream.result())
                self._decoding = _Decoding(voiced_ms, task)
            return None
        decoding = self._decoding
        if not decoding.task.done():
            return None
        utterance = self._result(decoding)
        if decoding.weight is None:
            decoding.weight = self._weigh(utterance.hypotheses)
        doubtful = decoding.weight in HARDLY_HEARD
        if doubtful and not (decoding.thorough or utterance.failed):
            task = asyncio.create_task(self._stream.result(thorough=True))
            self._decoding = _Decoding(voiced_ms, task, thorough=True, doubt=decoding.weight)
            return None
        words = _words_said(utterance.best)
        patience_ms = self._pace.patience_ms(self._patience_ms, decoding.weight, words)
        if activity.quiet_ms >= patience_ms or too_long or utterance.failed:
            self._close()
            self._pace.answered()
            self._taken = _Taken(self.now_ms, utterance.end_ms, decoding.weight)
            return replace(utterance, weight=decoding.weight, goes_on_from_ms=self._goes_on_from_ms)
        return None

    @property
    def _weight_so_far(self) -> Weight | None:
        """Of what was said before the present quiet, or the quiet that ends now."""
        if self._decoding is None:
            return None
        return self._decoding.weight or self._decoding.doubt

    def _result(self, decoding: _Decoding) -> HeardUtterance:
        voiced_ms = decoding.voiced_ms
        try:
            found = decoding.task.result()
        except SpeechError:
            return HeardUtterance((), self._start_ms, voiced_ms, failed=True)
        return HeardUtterance(hypotheses_of(found), self._start_ms, voiced_ms)

    def _close(self) -> None:
        if self._decoding is not None:
            self._decoding.task.cancel()
            self._decoding = None
        if self._stream is not None:
            task = asyncio.create_task(self._stream.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
            self._stream = None
        self._endpointer.reset()
