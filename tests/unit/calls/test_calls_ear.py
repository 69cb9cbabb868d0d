"""What the recogniser is given of an utterance: sound from before speech was noticed."""

from callbot.calls.listener import PRE_ROLL_AFTER_ECHO_MS, PRE_ROLL_MS, Listener
from callbot.dialog.session import Weight
from callbot.speech.audio import FRAME_BYTES, Pcm, duration_s
from callbot.speech.endpointing import EndpointSettings
from callbot.speech.recognizer import Hints, Utterance

QUIET: Pcm = bytes(FRAME_BYTES)
VOICE: Pcm = b"\1" * FRAME_BYTES


class Ear:
    """Takes the test's VOICE for speech, and counts what is fed to be recognised."""

    name = "counting"

    def __init__(self) -> None:
        self.fed = b""
        self.listener = Listener(self, self, lambda _hypotheses: Weight.UNDERSTOOD)  # type: ignore[arg-type]

    def feed(self, pcm: Pcm) -> float:
        self.fed += pcm
        return 1.0 if pcm == VOICE else 0.0

    def open(self, hints: Hints) -> "Ear":  # noqa: ARG002
        self.fed = b""
        return self

    async def result(self, *, thorough: bool = False) -> Utterance:  # noqa: ARG002
        return Utterance((), 0.0)

    async def close(self) -> None: ...


def before_speech_ms(ear: Ear, *, echo: bool) -> int:
    """Sound fed from before the frame at which an utterance began, in milliseconds."""
    listener = ear.listener
    for _ in range(100):
        listener.hear(QUIET)
    for _ in range(5 * echo):
        listener.hear(VOICE, lambda: True)
    while not listener.hearing:
        listener.hear(VOICE)
    return round(duration_s(ear.fed) * 1000)


async def test_sound_from_before_speech_was_noticed_is_recognised_with_it() -> None:
    assert before_speech_ms(Ear(), echo=False) == PRE_ROLL_MS


async def test_of_sound_in_which_the_bot_came_back_less_is_kept() -> None:
    spoken_ms = EndpointSettings().min_speech_ms
    assert before_speech_ms(Ear(), echo=True) == PRE_ROLL_AFTER_ECHO_MS + spoken_ms
