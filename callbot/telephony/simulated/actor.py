"""How a simulated resident behaves on the phone: listens, thinks, answers, interrupts, hangs up."""

import random
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from callbot.dialog.events import Listen
from callbot.speech.audio import SAMPLE_RATE_HZ, Pcm, Samples, duration_s
from callbot.telephony.simulated.loudness import SPEECH_RMS, pcm
from callbot.telephony.simulated.repertoire import Repertoire
from callbot.telephony.simulated.residents import TimesAsked, asked_question

BOT_DONE_MS: Final = 600.0
"""Quiet after which people take the bot to have finished; it pauses for up to 385 in a prompt."""

_REACTION_MS: Final = (200.0, 800.0)
_BARGES_IN_AFTER_MS: Final = 1000.0
_HANGS_UP_AFTER_MS: Final = 1000.0
_PATIENCE_MS: Final = 4000.0
"""After this long without a word from the bot, a resident answers what was asked before."""

_MACHINE_STARTS_MS: Final = 300.0
_BEEP_HZ: Final = 1000.0
_BEEP_S: Final = 0.6
_BEFORE_BEEP_S: Final = 0.4


@dataclass(frozen=True)
class Act:
    """Something done at the far end: speech, or keys, or hanging up."""

    question: str | None = None
    asked: int = 0
    text: str = ""
    speech: Pcm = b""
    keys: str = ""
    hangs_up: bool = False

    @property
    def length_ms(self) -> float:
        return duration_s(self.speech) * 1000


class Actor(Protocol):
    """Who, or what, picked up."""

    is_machine: bool

    def cue(self, listen: Listen, read_back_true: bool | None, now_ms: float) -> None:
        """The bot is about to ask this; see SimulatedResident.words."""

    def step(self, now_ms: float, bot_audible: bool) -> Act | None:
        """Once every frame, from pick-up: what is done now, if anything."""


class Person:
    """Is told by a cue what to answer, and hears when the bot has finished.

    Each cue is answered at most once, and a new one replaces one not yet answered.
    """

    is_machine = False

    def __init__(
        self, repertoire: Repertoire, draw: random.Random, hangs_up_at: str | None = None
    ) -> None:
        """hangs_up_at: the question that is too much."""
        self._repertoire = repertoire
        self._resident = repertoire.resident
        self._draw = draw
        self._hangs_up_at = hangs_up_at
        self._times_asked = TimesAsked()
        self._act: Act | None = None
        self._reaction_ms = 0.0
        self._cued_ms = 0.0
        self._bot_began_ms: float | None = None
        self._bot_heard_ms = -BOT_DONE_MS
        self._busy_until_ms = 0.0

    def cue(self, listen: Listen, read_back_true: bool | None, now_ms: float) -> None:
        self._act = self._answer(self._times_asked.heard(listen), read_back_true)
        self._cued_ms = now_ms
        self._bot_began_ms = None
        self._reaction_ms = self._draw.uniform(*_REACTION_MS)
        self._reaction_ms += self._resident.answers_late_s * 1000

    def step(self, now_ms: float, bot_audible: bool) -> Act | None:
        if bot_audible:
            self._bot_heard_ms = now_ms
            if self._bot_began_ms is None:
                self._bot_began_ms = now_ms
        if self._act is None or now_ms < self._busy_until_ms or now_ms < self._due_ms(self._act):
            return None
        act, self._act = self._act, None
        self._busy_until_ms = now_ms + act.length_ms
        return act

    def _due_ms(self, act: Act) -> float:
        began_ms = self._bot_began_ms
        if began_ms is not None and act.hangs_up:
            return began_ms + _HANGS_UP_AFTER_MS
        if began_ms is not None and self._resident.interrupts(act.question):
            return began_ms + _BARGES_IN_AFTER_MS
        quiet_ms = self._bot_heard_ms + BOT_DONE_MS
        if began_ms is None:
            quiet_ms = max(quiet_ms, self._cued_ms + _PATIENCE_MS)
        return quiet_ms + self._reaction_ms

    def _answer(self, listen: Listen, read_back_true: bool | None) -> Act | None:
        question = asked_question(listen)
        if question == self._hangs_up_at:
            return Act(question, listen.asked, hangs_up=True)
        keys = self._resident.presses(listen)
        if keys:
            return Act(question, listen.asked, keys=keys)
        spoken = self._repertoire.answer(listen, read_back_true)
        if spoken is None:
            return None
        return Act(question, listen.asked, spoken.text, pcm(spoken.sound))


class AnsweringMachine:
    """Greets, beeps, and then records in silence."""

    is_machine = True

    def __init__(self, repertoire: Repertoire) -> None:
        greeting = repertoire.greeting()
        pieces = [np.zeros(round(_BEFORE_BEEP_S * SAMPLE_RATE_HZ), dtype=np.int16), _beep()]
        if greeting:
            pieces.insert(0, greeting.sound)
        text = greeting.text if greeting else ""
        self._act: Act | None = Act(text=text, speech=pcm(np.concatenate(pieces)))

    def cue(self, listen: Listen, read_back_true: bool | None, now_ms: float) -> None:
        """A machine answers nothing."""

    def step(self, now_ms: float, bot_audible: bool) -> Act | None:  # noqa: ARG002
        if self._act is None or now_ms < _MACHINE_STARTS_MS:
            return None
        act, self._act = self._act, None
        return act


def _beep() -> Samples:
    seconds = np.arange(round(_BEEP_S * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    tone = np.sin(2 * np.pi * _BEEP_HZ * seconds) * SPEECH_RMS * np.sqrt(2)
    return np.asarray(np.round(tone), dtype=np.int16)
