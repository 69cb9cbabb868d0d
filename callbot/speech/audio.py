"""Telephone sound: 16-bit mono at 8000 Hz in frames of 20 ms, G.711 μ-law on the wire."""

from typing import Final

import numpy as np
import numpy.typing as npt

Pcm = bytes
"""Signed 16-bit little-endian mono samples at SAMPLE_RATE_HZ."""

Samples = npt.NDArray[np.int16]

SAMPLE_RATE_HZ: Final = 8000
FRAME_MS: Final = 20
FRAME_SAMPLES: Final = SAMPLE_RATE_HZ * FRAME_MS // 1000
FRAME_BYTES: Final = FRAME_SAMPLES * 2
SILENT_FRAME: Final = bytes(FRAME_BYTES)


def samples(pcm: Pcm) -> Samples:
    """A read-only view of the bytes as samples."""
    return np.frombuffer(pcm, dtype="<i2")


def duration_s(pcm: Pcm) -> float:
    return len(pcm) / 2 / SAMPLE_RATE_HZ


def frames(pcm: Pcm) -> list[Pcm]:
    """Frames of 20 ms; the last is filled up with silence."""
    padded = pcm + bytes(-len(pcm) % FRAME_BYTES)
    return [padded[i : i + FRAME_BYTES] for i in range(0, len(padded), FRAME_BYTES)]


def _mu_law_tables() -> tuple[npt.NDArray[np.uint8], Samples]:
    """Encoding of each 16-bit sample (by its unsigned form) and decoding of each code (G.711)."""
    bias, clip = 132, 32635
    linear = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)
    magnitude = np.minimum(np.abs(linear), clip) + bias
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    sign = np.where(linear < 0, 0x80, 0)
    encode = (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8)
    code = ~np.arange(256, dtype=np.uint8)
    decoded = (((code & 0x0F).astype(np.int32) << 3) + bias) << ((code >> 4) & 0x07).astype(
        np.int32
    )
    decoded = np.where(code & 0x80, bias - decoded, decoded - bias)
    return encode, decoded.astype(np.int16)


_ENCODE, _DECODE = _mu_law_tables()


def mu_law_encode(pcm: Pcm) -> bytes:
    """One byte a sample."""
    return bytes(_ENCODE[np.frombuffer(pcm, dtype="<u2")].tobytes())


def mu_law_decode(coded: bytes) -> Pcm:
    return bytes(_DECODE[np.frombuffer(coded, dtype=np.uint8)].tobytes())
