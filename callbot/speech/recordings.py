"""WAV files people made, to telephone sound."""

import wave
from pathlib import Path
from typing import Final

import numpy as np

from callbot.errors import BadInput
from callbot.speech.audio import Pcm
from callbot.speech.loudness import Floats, at_telephone_rate, to_pcm

LONGEST_S: Final = 600.0
_FULL_SCALE: Final = {1: 128.0, 2: 32768.0, 3: 8388608.0, 4: 2147483648.0}


def read_wav(path: Path) -> Pcm:
    """Any rate, any number of channels (mixed), 8, 16, 24 or 32 bit PCM.

    Raises BadInput naming the file when it is no such thing or has no sound in it.
    """
    try:
        with wave.open(str(path), "rb") as file:
            rate_hz, width, channels = file.getframerate(), file.getsampwidth(), file.getnchannels()
            announced = file.getnframes()
            if not 4000 <= rate_hz <= 192_000 or width not in _FULL_SCALE:
                raise BadInput(
                    f"{path}: {rate_hz} Hz at {width * 8} bit is not a sound we can read"
                )
            if announced > LONGEST_S * rate_hz:
                raise BadInput(f"{path}: longer than {LONGEST_S:g} s")
            raw = file.readframes(announced)
    except (wave.Error, EOFError) as error:
        raise BadInput(
            f"{path}: not a readable WAV file ({error or 'it ends too soon'}); "
            "save it as PCM WAV, 16 bit, mono"
        ) from error
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}") from error
    if len(raw) < announced * width * channels:
        raise BadInput(f"{path}: truncated: {len(raw)} bytes of sound where more are announced")
    sound = _mono(raw, width, channels)
    if not len(sound) or not np.any(sound):
        raise BadInput(f"{path}: there is no sound in it")
    return to_pcm(at_telephone_rate(sound, rate_hz))


def _mono(raw: bytes, width: int, channels: int) -> Floats:
    """Samples from -1 to 1, the channels' mean."""
    if width == 1:
        values = np.frombuffer(raw, dtype=np.uint8).astype(np.float32) - 128.0
    elif width == 3:
        # 24 bit: each sample becomes the upper three bytes of a 32-bit one.
        wide = np.zeros((len(raw) // 3, 4), dtype=np.uint8)
        wide[:, 1:] = np.frombuffer(raw, dtype=np.uint8).reshape(-1, 3)
        values = (wide.view("<i4").reshape(-1) >> 8).astype(np.float32)
    else:
        values = np.frombuffer(raw, dtype=f"<i{width}").astype(np.float32)
    mixed: Floats = values.reshape(-1, channels).mean(axis=1) / _FULL_SCALE[width]
    return mixed.astype(np.float32)
