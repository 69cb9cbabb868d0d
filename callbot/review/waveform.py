"""A recording as a picture: how loud each side was, as points of an SVG path."""

import io
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from callbot import recording_file
from callbot.errors import ConfigurationError

COLUMNS = 600
"""Points across the picture."""

HALF_HEIGHT = 24.0
"""Of one side's band, in the SVG's own units."""


@dataclass(frozen=True)
class Waveform:
    """`resident` and `bot` are SVG paths in a box of COLUMNS by 4 x HALF_HEIGHT."""

    resident: str
    bot: str
    duration_s: float


def read_waveform(path: Path) -> Waveform | None:
    """None when there is no recording, or none that can be read."""
    try:
        with wave.open(io.BytesIO(recording_file.read(path)), "rb") as file:
            if file.getnchannels() != 2 or file.getsampwidth() != 2 or not file.getnframes():
                return None
            rate = file.getframerate()
            sound = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    except (OSError, EOFError, wave.Error, ConfigurationError):
        return None
    sides = sound.reshape(-1, 2)
    return Waveform(
        _path(sides[:, 0], centre=HALF_HEIGHT),
        _path(sides[:, 1], centre=3 * HALF_HEIGHT),
        len(sides) / rate,
    )


def _path(samples: npt.NDArray[np.int16], centre: float) -> str:
    """The outline of the peaks: along the top, and back along the bottom."""
    edges = np.linspace(0, len(samples), COLUMNS + 1).astype(int)[:-1]
    peaks = np.maximum.reduceat(np.abs(samples.astype(np.int32)), edges) / 32768
    # The ear hears loudness by its root, roughly; quiet speech would else be a line.
    heights = np.maximum(0.4, np.sqrt(peaks) * (HALF_HEIGHT - 1))
    top = [f"{x},{centre - h:.1f}" for x, h in enumerate(heights)]
    bottom = [f"{x},{centre + h:.1f}" for x, h in reversed(list(enumerate(heights)))]
    return f"M{' '.join([*top, *bottom])}Z"
