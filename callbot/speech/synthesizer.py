"""The synthesizer's protocol: a prompt's words to sound."""

from dataclasses import dataclass
from typing import Protocol

from callbot.speech.audio import Pcm


@dataclass(frozen=True)
class Prompt:
    """Words to be spoken. `id` names a recording that would be used instead of synthesis, among
    those of its `script`; without one, of those that all scripts share."""

    id: str
    locale: str
    text: str
    script: str = ""


class Synthesizer(Protocol):
    async def start(self) -> None: ...

    async def speak(self, prompt: Prompt) -> Pcm:
        """The prompt as 16-bit mono sound at 8000 Hz. Raises SpeechError."""

    async def close(self) -> None: ...
