"""Answering machines in sound: told by a beep, by long speech or by words, and never asked."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from calls_office import PinnedClock
from calls_talk import VARIABLES, KnownWords, Line
from golden import script

from callbot.calls.conversation import Conversation, Parts
from callbot.calls.journal import CallKey, Journal
from callbot.calls.listener import Listener
from callbot.calls.recorder import Recorder
from callbot.db import Database
from callbot.dialog.events import Event, Listen, Outcome, Say
from callbot.dialog.machine_words import load_machine_words
from callbot.dialog.session import Session
from callbot.speech.audio import SAMPLE_RATE_HZ, Pcm
from callbot.speech.prompts import PromptLibrary
from callbot.speech.pyttsx3_engine import Pyttsx3Synthesizer
from callbot.speech.voice_activity import VoiceActivityDetector
from callbot.telephony.simulated.actor import AnsweringMachine
from callbot.telephony.simulated.leg import SimulatedLeg
from callbot.telephony.simulated.residents import SimulatedResident
from callbot.telephony.simulated.studio import Studio

pytestmark = pytest.mark.asyncio(loop_scope="module")

PACE = 4.0
LOCALES = ("zh-CN", "en-US", "ko-KR")
BEFORE_HEALTH = {"identity", "permission", ""}


class Machines:
    """Voices, and what the machines of each language say."""

    def __init__(self, synthesizer: Pyttsx3Synthesizer, cache: Path) -> None:
        self.prompts = PromptLibrary(synthesizer, Path("prompts"), cache / "prompts")
        self._studio = Studio(cache, synthesizer)

    async def greeting(self, locale: str) -> Pcm:
        """With the beep at its end."""
        resident = SimulatedResident.model_validate(
            {"name": "王秀英", "phone": "+8613800000001", "locale": locale, "picks_up": "voicemail"}
        )
        [repertoire] = await self._studio.record([resident])
        act = AnsweringMachine(repertoire).step(1000.0, bot_audible=False)
        assert act is not None
        return act.speech


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def machines(speech_dir: Path) -> AsyncIterator[Machines]:
    synthesizer = Pyttsx3Synthesizer()
    await synthesizer.start()
    yield Machines(synthesizer, speech_dir / "cache")
    await synthesizer.close()


@pytest.fixture
def met(
    machines: Machines, database: Database, tmp_path: Path, morning: datetime
) -> Callable[..., "Meeting"]:
    def make(locale: str, words: str = "") -> Meeting:
        return Meeting(machines, database, tmp_path, morning, locale, words)

    return make


class Meeting:
    """A call that a machine takes. words: what the recogniser makes of it."""

    def __init__(
        self,
        machines: Machines,
        database: Database,
        folder: Path,
        now: datetime,
        locale: str,
        words: str,
    ) -> None:
        self.asked: list[str] = []
        recognizer, clock = KnownWords(), PinnedClock(now)
        recognizer.words = words
        journal = Journal(database, CallKey("c1", "a1", 1, 1), clock)
        journal.opened(script="quarantine", version="v1", locale=locale, recording="c1.wav")
        quarantine = script("quarantine")
        # As a node does while the phone rings: words looked for in a call would stop its sound.
        quarantine.prepare(locale)
        session = Session.new(quarantine, locale, VARIABLES, time_zone="Asia/Shanghai")
        self._line = Line(SimulatedLeg("a1"))
        parts = Parts(
            session=session,
            listener=Listener(recognizer, VoiceActivityDetector(), session.weigh),
            prompts=machines.prompts,
            recorder=Recorder(folder / "c1.wav"),
            journal=journal,
            clock=clock,
            machine_words=load_machine_words(Path("prompts"))[locale],
            observer=self._observe,
            pace=PACE,
        )
        self._conversation = Conversation(self._line.leg, parts)

    async def outcome(self, sound: Pcm) -> Outcome:
        self._line.say(sound)
        self._line.pick_up()
        try:
            return await self._conversation.run()
        finally:
            await self._line.stop()

    def _observe(self, event: Event) -> None:
        if isinstance(event, Say | Listen):
            self.asked.append(event.question or "")


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_greeting_of_which_no_word_is_understood_is_no_person(
    met: Callable[..., Meeting], machines: Machines, locale: str
) -> None:
    meeting = met(locale)
    assert await meeting.outcome(await machines.greeting(locale)) is Outcome.VOICEMAIL
    assert set(meeting.asked) <= BEFORE_HEALTH


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("zh-CN", "请在嘀声后留言"),
        ("en-US", "please leave a message after the tone"),
        ("ko-KR", "삐 소리가 난 후 메시지를 남겨 주세요"),
    ],
)
async def test_a_short_greeting_is_told_by_its_words(
    met: Callable[..., Meeting], machines: Machines, locale: str, words: str
) -> None:
    greeting = await machines.greeting(locale)
    meeting = met(locale, words)
    two_seconds = greeting[: 2 * 2 * SAMPLE_RATE_HZ]
    assert await meeting.outcome(two_seconds) is Outcome.VOICEMAIL
    assert set(meeting.asked) <= BEFORE_HEALTH


@pytest.mark.parametrize("frequency_hz", [440, 1400])
async def test_a_machine_that_only_beeps_is_told_by_its_beep(
    met: Callable[..., Meeting], frequency_hz: int
) -> None:
    seconds = np.arange(SAMPLE_RATE_HZ // 2) / SAMPLE_RATE_HZ
    beep = (np.sin(2 * np.pi * frequency_hz * seconds) * 5000).astype("<i2").tobytes()
    meeting = met("zh-CN")
    assert await meeting.outcome(bytes(SAMPLE_RATE_HZ) + beep) is Outcome.VOICEMAIL
    assert set(meeting.asked) <= BEFORE_HEALTH
