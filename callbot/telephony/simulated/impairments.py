"""What a telephone network does to speech: coding, loss, jitter, noise, mumbling."""

import math
import random
from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np

from callbot.speech.audio import (
    FRAME_MS,
    FRAME_SAMPLES,
    SAMPLE_RATE_HZ,
    SILENT_FRAME,
    Pcm,
    Samples,
    mu_law_decode,
    mu_law_encode,
    samples,
)
from callbot.telephony.simulated.loudness import SPEECH_RMS, Sound, in_band, levelled, pcm

_NOISE_S: Final = 8
_BABBLE_BANDS_HZ: Final = ((300, 600), (600, 1200), (1200, 2200), (2200, 3400))
_SYLLABLES_HZ: Final = 4.0
_BABBLE_DEPTH: Final = 0.6

_MUMBLE_HIGH_HZ: Final = 400.0
_MUMBLE_RMS: Final = SPEECH_RMS / 10
_MUMBLE_PIECE: Final = SAMPLE_RATE_HZ // 16


@dataclass(frozen=True)
class LineQuality:
    """How bad the network is, in both directions alike.

    loss: share of frames lost one by one. burst: chance at each frame that a burst of losses
    begins, burst_frames long on average. jitter_ms: mean delay on top of the shortest, drawn from
    an exponential distribution; a jitter buffer of buffer_ms at the receiving end evens it out,
    and what comes later than that is lost. No buffer, and no delay, without jitter. coded: as
    G.711 does; not where sound goes on over a wire that codes it.
    """

    loss: float = 0.0
    burst: float = 0.0
    burst_frames: float = 5.0
    jitter_ms: float = 0.0
    buffer_ms: int = 60
    coded: bool = True


class Path:
    """One direction of a line: a frame goes in and a frame comes out every 20 ms."""

    def __init__(self, quality: LineQuality, draw: random.Random) -> None:
        self._quality = quality
        self._draw = draw
        self._in_burst = False
        depth = math.ceil(quality.buffer_ms / FRAME_MS) if quality.jitter_ms else 0
        self._buffer: deque[Pcm | None] = deque([SILENT_FRAME] * depth)
        self.lost = 0

    @property
    def empty(self) -> bool:
        """Nothing audible is under way."""
        return all(frame is None or frame == SILENT_FRAME for frame in self._buffer)

    def carry(self, frame: Pcm) -> Pcm:
        """The frame that arrives now, or silence where one was lost."""
        self._buffer.append(None if self._loses() else self._coded(frame))
        arrived = self._buffer.popleft()
        if arrived is None:
            self.lost += 1
            return SILENT_FRAME
        return arrived

    def _coded(self, frame: Pcm) -> Pcm:
        """As G.711 μ-law makes it."""
        if frame is SILENT_FRAME or not self._quality.coded:
            return frame
        return mu_law_decode(mu_law_encode(frame))

    def _loses(self) -> bool:
        quality, draw = self._quality, self._draw
        if self._in_burst:
            self._in_burst = draw.random() >= 1 / quality.burst_frames
        elif quality.burst:
            self._in_burst = draw.random() < quality.burst
        too_late = bool(quality.jitter_ms) and (
            draw.expovariate(1 / quality.jitter_ms) > quality.buffer_ms
        )
        return self._in_burst or too_late or draw.random() < quality.loss


class Noise:
    """The background at a resident's end: babble over pink noise, in the telephone's band."""

    def __init__(self, snr_db: float, seed: str) -> None:
        """snr_db: active speech over noise. The same seed gives the same noise."""
        rms = SPEECH_RMS / 10 ** (snr_db / 20)
        generator = np.random.default_rng(list(seed.encode()))
        background = levelled(_pink(generator) + _babble(generator), rms).astype(np.int32)
        # Repeated at its end, so that a frame can be cut anywhere without a seam to check.
        self._sound = np.concatenate([background, background[:FRAME_SAMPLES]])
        self._length = len(background)

    def over(self, frame: Pcm, at_ms: float) -> Pcm:
        """The frame with the noise of its moment in the call."""
        start = round(at_ms * SAMPLE_RATE_HZ / 1000) % self._length
        noisy = samples(frame) + self._sound[start : start + FRAME_SAMPLES]
        return pcm(np.clip(noisy, -32768, 32767).astype(np.int16))


def _pink(generator: np.random.Generator) -> Sound:
    """Noise whose power falls by 3 dB an octave."""
    spectrum = np.fft.rfft(generator.standard_normal(_NOISE_S * SAMPLE_RATE_HZ))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    return _unit(in_band(np.fft.irfft(spectrum)))


def _babble(generator: np.random.Generator) -> Sound:
    """Bands of noise that swell and fade at the rate of syllables, as voices in a room do."""
    length = _NOISE_S * SAMPLE_RATE_HZ
    sound: Sound = np.zeros(length)
    for low_hz, high_hz in _BABBLE_BANDS_HZ:
        syllables = generator.uniform(1 - _BABBLE_DEPTH, 1, round(_NOISE_S * _SYLLABLES_HZ))
        swell = np.interp(
            np.linspace(0, len(syllables) - 1, length), range(len(syllables)), syllables
        )
        band = in_band(generator.standard_normal(length), low_hz, high_hz)
        sound = sound + _unit(band) * swell * math.sqrt(_BABBLE_BANDS_HZ[0][1] / high_hz)
    return _unit(sound)


def _unit(sound: Sound) -> Sound:
    return np.asarray(sound / np.sqrt(np.mean(sound**2)))


def mumbled(speech: Samples, seed: str) -> Samples:
    """The speech too quiet, dull and blurred to be understood; as long as it was."""
    draw = random.Random(seed)
    pieces = [speech[i : i + _MUMBLE_PIECE] for i in range(0, len(speech), _MUMBLE_PIECE)]
    for place in range(0, len(pieces) - 3, 3):
        few = pieces[place : place + 3]
        draw.shuffle(few)
        pieces[place : place + 3] = few
    shuffled = np.concatenate(pieces) if pieces else speech
    return levelled(in_band(shuffled.astype(np.float64), high_hz=_MUMBLE_HIGH_HZ), _MUMBLE_RMS)
