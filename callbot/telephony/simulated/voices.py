"""Voices of simulated residents: words to telephone sound, the same sound for the same words.

Nothing outside the embedded network may use these: the Mandarin voice's data is licensed for
non-commercial use.
"""

import hashlib
import random
from dataclasses import dataclass
from typing import Protocol

from callbot.speech.audio import SAMPLE_RATE_HZ, Samples, samples
from callbot.speech.synthesizer import Prompt, Synthesizer
from callbot.telephony.simulated.loudness import to_telephone


class Voice(Protocol):
    """One person's voice. It can be pickled, so that it may speak in a process of its own."""

    @property
    def key(self) -> str:
        """Names the voice and every parameter of its sound, for the cache."""

    def speak(self, text: str) -> Samples:
        """The words at 8000 Hz, with no silence before or after; empty if nothing can be said.

        Works on the processor for up to a second: not for the event loop. Raises SpeechError.
        """


@dataclass(frozen=True)
class Speaker:
    """What tells one person's voice from another's; 1.0 is the voice as recorded.

    speed: 1.1 speaks a tenth faster. liveliness: how far the melody leaves its middle, where the
    voice can vary it. tract: length of the vocal tract; 1.1 moves pitch and formants down by a
    tenth, towards a larger person.
    """

    speed: float = 1.0
    liveliness: float = 1.0
    tract: float = 1.0

    @classmethod
    def of(cls, phone: str) -> "Speaker":
        """A person for a phone number, always the same. The ranges stay intelligible (measured)."""
        draw = random.Random(f"speaker {phone}")
        return cls(
            speed=round(draw.uniform(0.85, 1.12), 3),
            liveliness=round(draw.uniform(0.95, 1.15), 3),
            tract=round(draw.uniform(0.94, 1.2), 3),
        )

    @property
    def key(self) -> str:
        return f"{self.speed}-{self.liveliness}-{self.tract}"


@dataclass(frozen=True)
class EspeakVoice:
    """The bot's own synthesizer, in any locale, as another person.

    It speaks by awaiting that synthesizer, which has a process of its own.
    """

    synthesizer: Synthesizer
    locale: str
    speaker: Speaker

    @property
    def key(self) -> str:
        return f"espeak-{self.locale}-{self.speaker.tract}"

    async def speak(self, text: str) -> Samples:
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        prompt = Prompt(id=f"simulated-{digest}", locale=self.locale, text=text)
        spoken = samples(await self.synthesizer.speak(prompt))
        return to_telephone(spoken / 32768, SAMPLE_RATE_HZ / self.speaker.tract)
