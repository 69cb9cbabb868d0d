"""Answers as the simulation's Mandarin voice gives them."""

from callbot.speech.audio import Pcm
from callbot.telephony.simulated.mandarin_voice import MandarinVoice


def spoken(voice: MandarinVoice, words: str, *, before_ms: int = 200, after_ms: int = 300) -> Pcm:
    """The words at 8000 Hz with silence around them."""
    return bytes(before_ms * 16) + voice.speak(words).tobytes() + bytes(after_ms * 16)
