"""One machine's part in calling: carrier, recognisers, prompts, dialer and clockwork together."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from uuid import uuid4

from callbot import collector, recording_file
from callbot.calls.announcement import announce
from callbot.calls.conversation import Conversation, Parts
from callbot.calls.journal import CallKey, Journal
from callbot.calls.listener import Listener
from callbot.calls.recorder import Recorder
from callbot.calls.trial_ringer import TrialRinger
from callbot.calls.turn_taking import TurnTaking
from callbot.campaigns.dialing.brief import AttemptBrief
from callbot.campaigns.dialing.dialer import Dialer
from callbot.campaigns.engines.scheduler import Scheduler
from callbot.clock import Clock
from callbot.config import Settings
from callbot.db import Database
from callbot.dialog.events import Event, Outcome
from callbot.dialog.machine_words import load_machine_words
from callbot.dialog.script import Script
from callbot.dialog.session import Session
from callbot.errors import CallbotError, SpeechError
from callbot.models import Resident
from callbot.node.beginning import Beginnings
from callbot.node.sentences import Sentences
from callbot.script_shelf import ScriptShelf
from callbot.speech.engines import recognizer_for
from callbot.speech.prompts import PromptLibrary
from callbot.speech.recognizer import Recognizer
from callbot.speech.voice_activity import VoiceActivityDetectors
from callbot.telephony.carrier import Carrier, Leg

log = logging.getLogger(__name__)

THREADS_GIVE_WAY_S = 0.001
"""Threads that work on rows and scripts leave the processor to the calls' frames after this. At
Python's own 5 ms two busy threads make a frame in twenty 100 ms late, at 1 ms 25 ms."""

CallObserver = Callable[[AttemptBrief, Event], None]


class Node:
    """Owns what calls share. `async with node.running():` starts and closes it.

    name: of this process, the same after a restart. observer: told every event of every call.
    pace: 1.0 is real time; more only for the simulated network. seal_recordings: as residents'
    must be; those of invented people need not.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        carrier: Carrier,
        clock: Clock,
        prompts: PromptLibrary,
        *,
        name: str = "node-1",
        line: str = "line-1",
        ring_timeout_s: float = 30.0,
        observer: CallObserver | None = None,
        pace: float = 1.0,
        seal_recordings: bool = True,
    ) -> None:
        self._settings = settings
        self._database = database
        self._carrier = carrier
        self._clock = clock
        self.prompts = prompts
        self._observer = observer
        self._pace = pace
        self._recording_suffix = recording_file.SEALED if seal_recordings else recording_file.PLAIN
        self._shelf = ScriptShelf(settings.prompts_dir)
        self._scripts: dict[str, Script] = {}
        self._recognizers: dict[str, Recognizer] = {}
        self._warm: set[str] = set()
        self._machine_words = load_machine_words(settings.prompts_dir)
        self._sentences = Sentences(settings)
        self._beginnings = Beginnings(database, clock, self._sentences, settings)
        self.detectors = VoiceActivityDetectors()
        self._making_the_rest: asyncio.Task[None] | None = None
        self._conversations: set[Conversation] = set()
        self.dialer = Dialer(
            database,
            carrier,
            clock,
            self._converse,
            node=name,
            line=line,
            ring_timeout_s=ring_timeout_s,
            on_stranger=self._turn_away,
            pace=pace,
        )
        self.scheduler = Scheduler(database, self.dialer, clock)
        self.trials = TrialRinger(
            *(database, carrier, clock, self, self._trial), node=name, line=line
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Node"]:
        """The carrier is up inside; synthesizer and scheduler are started by the caller."""
        switched_every_s = sys.getswitchinterval()
        sys.setswitchinterval(THREADS_GIVE_WAY_S)
        await self._carrier.start(self.dialer.take_call)
        try:
            yield self
        finally:
            sys.setswitchinterval(switched_every_s)
            await self.dialer.stop()
            await self._carrier.close()
            await asyncio.gather(*(each.close() for each in set(self._recognizers.values())))

    def script(self, name: str) -> Script:
        """The script as it was last prepared; running calls keep the version they began with."""
        if name not in self._scripts:
            self._scripts[name] = self._shelf.script(name)
        return self._scripts[name]

    async def get_ready(
        self,
        script_name: str,
        residents: Iterable[Resident],
        progress: Callable[[int, int], None] | None = None,
        *,
        room: Awaitable[object] | None = None,
    ) -> None:
        """Everything slow happens before the first ring: models loaded, all prompts spoken.

        What is needed only once somebody speaks is made while the first phone rings. Asked again,
        it takes up a version that was published since, for new calls only. room: what must be done
        before recognisers take the memory that they decode in; models are loaded at once.
        """
        residents = list(residents)
        locales = sorted({resident.locale for resident in residents})
        try:
            async with asyncio.TaskGroup() as preparing:
                # Their models are loaded in processes of their own; meanwhile words are read here.
                preparing.create_task(self._start_recognizers(locales, room))
                speaking = preparing.create_task(
                    self._speak_ahead(script_name, locales, residents, progress)
                )
        except* CallbotError as group:
            # Without a model nobody waits for voices to be made.
            raise group.exceptions[0] from None
        script = speaking.result()
        self._scripts[script_name] = script
        if not self._conversations:
            # It takes 0.13 s, in which no call could be heard.
            collector.spare_what_is_loaded()
        # For who picks up before the phone has rung; the others' are made meanwhile.
        await asyncio.to_thread(self.detectors.build, 1)
        self._making_the_rest = asyncio.create_task(
            asyncio.to_thread(_make_the_rest, self.detectors, script, locales)
        )

    async def _speak_ahead(
        self,
        script_name: str,
        locales: Iterable[str],
        residents: Iterable[Resident],
        progress: Callable[[int, int], None] | None,
    ) -> Script:
        """The script as it is now; all that it says to these residents is at hand afterwards."""
        script = await asyncio.to_thread(self._shelf.script, script_name)
        prompts = [p for each in locales for p in self._sentences.for_anybody(script, each)]
        prompts.append(self._sentences.announcement())
        now = self._clock.now()
        for resident in residents:
            prompts += self._sentences.for_one(script, resident, now)
        await self.prompts.prepare(prompts, progress)
        return script

    def manners(self, locale: str) -> TurnTaking:
        return self._sentences.turn_taking(locale)

    async def _start_recognizers(
        self, locales: Sequence[str], room: Awaitable[object] | None
    ) -> None:
        for locale in locales:
            await self._chosen(locale).start()
        if room is not None:
            await room
        for locale in locales:
            await self.recognizer(locale)

    def say_goodbye(self) -> None:
        """Calls in progress end politely, each after the sentence it is at."""
        for conversation in self._conversations:
            conversation.stop()

    # -- calls -----------------------------------------------------------------------------------

    async def recognizer(self, locale: str) -> Recognizer:
        """Started at the first call that needs it."""
        recognizer = self._chosen(locale)
        if locale not in self._warm:
            await recognizer.start()
            await recognizer.warm_up(locale)
            self._warm.add(locale)
        return recognizer

    def _chosen(self, locale: str) -> Recognizer:
        """Perhaps not started yet."""
        if locale not in self._recognizers:
            self._recognizers[locale] = recognizer_for(
                locale,
                self._settings.asr.get(locale),
                data_dir=self._settings.data_dir,
                workers=self._settings.recognizer_workers,
            )
        return self._recognizers[locale]

    async def _converse(self, brief: AttemptBrief, leg: Leg) -> Outcome:
        """One answered call, as the dialer asks for it."""
        script = self.script(brief.script)
        recognizer = await self.recognizer(brief.locale)
        session = await asyncio.to_thread(self._beginnings.session, brief, script)
        call_id = uuid4().hex
        recording = f"{self._clock.now():%Y-%m-%d}/{call_id}{self._recording_suffix}"
        key = CallKey(
            call_id,
            brief.attempt_id,
            brief.resident_id,
            brief.campaign_id,
            brief.second_contact_id,
        )
        journal = Journal(self._database, key, self._clock)
        journal.opened(
            script=script.name,
            version=script.version,
            locale=brief.locale,
            recording=recording,
        )
        manners = self.manners(brief.locale)
        detector = await self.detectors.take()
        conversation = Conversation(
            leg,
            Parts(
                session=session,
                listener=Listener(recognizer, detector, session.weigh, manners.breath),
                prompts=self.prompts,
                recorder=Recorder(self._settings.recordings / recording),
                journal=journal,
                clock=self._clock,
                machine_words=self._machine_words.get(brief.locale, ()),
                human_line=self._settings.human_line,
                turn_taking=manners,
                observer=partial(self._observer, brief) if self._observer else None,
                pace=self._pace,
            ),
        )
        self._conversations.add(conversation)
        try:
            return await conversation.run()
        finally:
            self._conversations.discard(conversation)
            self.detectors.give_back(detector)

    def _trial(self, script_name: str, locale: str) -> Session:
        return self._beginnings.trial(self.script(script_name), locale)

    async def _turn_away(self, leg: Leg) -> None:
        try:
            sound = await self.prompts.sound(self._sentences.announcement())
        except SpeechError:
            log.exception("a caller cannot be told who we are")
            sound = b""
        await announce(leg, sound, pace=self._pace)


def _make_the_rest(
    detectors: VoiceActivityDetectors, script: Script, locales: Iterable[str]
) -> None:
    """What is needed once several have picked up, or somebody has spoken: three seconds of work."""
    detectors.build()
    for locale in locales:
        script.prepare(locale)
