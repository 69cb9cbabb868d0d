"""Tells simulated residents what they are being asked, and whether what is read back is true."""

import time
from collections.abc import Callable
from typing import Protocol

from callbot.dialog.answers import AnyValue, Hypothesis, Intent, Kind, gist
from callbot.dialog.events import Event, Listen
from callbot.dialog.script import Script
from callbot.dialog.understanding import of_resident, understand, without_subject
from callbot.rehearsal.residents import Residents
from callbot.telephony.simulated.residents import SimulatedResident, TimesAsked

_IN_DANGER = (Intent.EMERGENCY, Intent.DISTRESS)


class Meaning:
    """What one resident meant at each question of one call, by the words they spoke last."""

    def __init__(self, resident: SimulatedResident, script: Script) -> None:
        self._resident = resident
        self._lexicon = script.lexicons[resident.locale]
        self._words: dict[str, str | None] = {}
        file = script.file
        self._asked_about: dict[str | None, tuple[Intent, ...]] = {
            file.danger: _IN_DANGER,
            file.opting_out: (Intent.OPT_OUT,),
        }
        self._intent: Intent | None = None
        self._times = TimesAsked()

    def heard(self, listen: Listen) -> Listen:
        """The question as the resident counts it; once for each Listen of the call."""
        return self._times.heard(listen)

    def told(self, listen: Listen) -> bool | None:
        """Whether what is read back is what the resident meant; None when it cannot be told."""
        if listen.question in self._asked_about:
            return self._intent in self._asked_about[listen.question]
        if listen.reads_back is None:
            words = self._resident.words(listen)
            self._words[listen.question] = words
            self._intent = None if words is None else self._intent_of(listen.kind, words)
            return None
        words = self._words.get(listen.question)
        if words is None:
            return None
        meant = self._meant(listen.reads_back.kind, words, about_other=listen.about_other)
        if meant is None:
            return None
        read_back = listen.reads_back.parsed()
        return read_back is not None and gist(meant) == gist(read_back)

    def _intent_of(self, kind: Kind, words: str) -> Intent:
        return understand(kind, [Hypothesis(text=words)], self._lexicon).intent

    def _meant(self, kind: Kind, words: str, *, about_other: bool) -> AnyValue | None:
        meant = understand(kind, [Hypothesis(text=words)], self._lexicon)
        if meant.intent is not Intent.ANSWER and about_other:
            bare = without_subject(words, self._lexicon)
            meant = understand(kind, [Hypothesis(text=bare)], self._lexicon)
        if meant.intent is not Intent.ANSWER or meant.value is None:
            return None
        return of_resident(meant.value) if about_other else meant.value


class Rung(Protocol):
    """What is known of a call at its far end: its id at the carrier, the number, the script."""

    @property
    def attempt_id(self) -> str: ...

    @property
    def phone(self) -> str: ...

    @property
    def script(self) -> str: ...


class FarEnd:
    """Passes the dialogue's questions on to the residents of a simulated network.

    Residents answer by question id, which no sound carries; when and how they speak follows
    from the sound they hear. script: asked for at the first question, when it has been loaded.
    spent_s: processor seconds of this process that went into it, nothing of which a call takes.
    """

    def __init__(
        self,
        network: Residents,
        residents: list[SimulatedResident],
        script: Callable[[], Script],
    ) -> None:
        self._network = network
        self._residents = {resident.phone: resident for resident in residents}
        self._script = script
        self._meanings: dict[str, Meaning] = {}
        self.spent_s = 0.0

    def observe(self, brief: Rung, event: Event) -> None:
        """An observer of the node's calls."""
        if not isinstance(event, Listen) or brief.phone not in self._residents:
            return
        began_s = time.thread_time()
        self._ask(brief, event)
        self.spent_s += time.thread_time() - began_s

    def _ask(self, brief: Rung, event: Listen) -> None:
        meaning = self._meanings.get(brief.attempt_id)
        if meaning is None:
            meaning = Meaning(self._residents[brief.phone], self._script())
            self._meanings[brief.attempt_id] = meaning
        self._network.cue(brief.attempt_id, event, meaning.told(meaning.heard(event)))
