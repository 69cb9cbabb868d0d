"""One machine's part in calling: carrier, recognisers, prompts, dialer and clockwork together."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import date
from functools import partial
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlmodel import Session as Rows
from sqlmodel import col, select

from callbot import recording_file
from callbot.calls.announcement import announce, load_announcements
from callbot.calls.conversation import FILLER, Conversation, Parts
from callbot.calls.journal import CallKey, Journal
from callbot.calls.listener import Listener
from callbot.calls.recorder import Recorder
from callbot.calls.trial_ringer import TrialRinger
from callbot.calls.turn_taking import PLAIN, TurnTaking, load_turn_taking
from callbot.campaigns.dialing.brief import AttemptBrief
from callbot.campaigns.dialing.dialer import Dialer
from callbot.campaigns.engines.scheduler import Scheduler
from callbot.campaigns.follow_up.household import asked_with
from callbot.campaigns.rules.policy import CampaignPolicy
from callbot.clock import Clock
from callbot.config import Settings
from callbot.db import Database
from callbot.dialog.answers import Answer
from callbot.dialog.events import Event, Outcome
from callbot.dialog.machine_words import load_machine_words
from callbot.dialog.script import Script, with_value
from callbot.dialog.session import Session
from callbot.dialog.state import Member, SessionState
from callbot.dialog.trial import EXAMPLE_NAME, third_day
from callbot.errors import SpeechError
from callbot.models import AnswerRow, Call, Campaign, Resident, standing_answers
from callbot.script_shelf import ScriptShelf
from callbot.speech.engines import recognizer_for
from callbot.speech.prompts import PromptLibrary
from callbot.speech.recognizer import Recognizer
from callbot.speech.synthesizer import Prompt
from callbot.speech.voice_activity import VoiceActivityDetectors
from callbot.telephony.carrier import Carrier, Leg

log = logging.getLogger(__name__)

CallObserver = Callable[[AttemptBrief, Event], None]

ANNOUNCEMENT = "callers"

SPOKEN_CELSIUS = [tenths / 10 for tenths in range(340, 426)]
"""Every temperature that can be read back, prepared before the first ring."""


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
        self._machine_words = load_machine_words(settings.prompts_dir)
        self._turn_taking = load_turn_taking(settings.prompts_dir)
        self._announcements = load_announcements(settings.prompts_dir)
        self.detectors = VoiceActivityDetectors()
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
            *(database, carrier, clock, self, self._trial_session), node=name, line=line
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Node"]:
        """The carrier is up inside; synthesizer and scheduler are started by the caller."""
        await self._carrier.start(self.dialer.take_call)
        try:
            yield self
        finally:
            await self.dialer.stop()
            await self._carrier.close()
            await asyncio.gather(*(r.close() for r in set(self._recognizers.values())))

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
    ) -> None:
        """Everything slow happens before the first ring: models loaded, all prompts spoken.

        Asked again, it takes up a version that was published since, for new calls only.
        """
        residents = list(residents)
        locales = sorted({resident.locale for resident in residents})
        # Recognisers load their models in processes of their own; meanwhile words are read here.
        starting = asyncio.create_task(self._start_recognizers(locales))
        try:
            script = await asyncio.to_thread(self._prepared_script, script_name, locales)
        finally:
            await starting
        prompts = [p for locale in locales for p in self._fixed_prompts(script, locale)]
        prompts.append(self._announcement())
        for resident in residents:
            prompts += self._personal_prompts(script, resident)
        await self.prompts.prepare(prompts, progress)
        self._scripts[script_name] = script
        _spare_from_collection()

    async def _start_recognizers(self, locales: Iterable[str]) -> None:
        for locale in locales:
            await self.recognizer(locale)

    def _prepared_script(self, name: str, locales: Iterable[str]) -> Script:
        script = self._shelf.script(name)
        for locale in locales:
            script.lexicons[locale].prepare(sounds=True)
        return script

    def say_goodbye(self) -> None:
        """Calls in progress end politely, each after the sentence it is at."""
        for conversation in self._conversations:
            conversation.stop()

    # -- prompts ---------------------------------------------------------------------------------

    def _fixed_prompts(self, script: Script, locale: str) -> Iterable[Prompt]:
        office = self._office()
        if filler := self.manners(locale).filler:
            yield Prompt(FILLER, locale, filler, script.name)
        for prompt_id, template in script.fixed_prompts(locale):
            filled = _fill(template, office)
            if filled is not None:
                yield Prompt(prompt_id, locale, filled, script.name)
            for celsius in SPOKEN_CELSIUS if "{celsius}" in template else ():
                value = {"celsius": f"{celsius:.1f}"}
                text = _fill(template, {**office, **value})
                if text is not None:
                    yield Prompt(with_value(prompt_id, value), locale, text, script.name)

    def _announcement(self) -> Prompt:
        """To callers whom we have nothing to ask, in the office's own language."""
        locale, template = next(iter(self._announcements.items()))
        return Prompt(ANNOUNCEMENT, locale, template.format_map(self._office()))

    def manners(self, locale: str) -> TurnTaking:
        return self._turn_taking.get(locale, PLAIN)

    def _personal_prompts(self, script: Script, resident: Resident) -> Iterable[Prompt]:
        variables = self._variables(script, resident, self._today(resident))
        for prompt_id, template in script.fixed_prompts(resident.locale):
            text = _fill(template, variables)
            if text is not None and _fill(template, self._office()) is None:
                yield Prompt(prompt_id, resident.locale, text, script.name)

    def _office(self) -> dict[str, str]:
        return {
            "office": self._settings.office_name,
            "office_phone": " ".join(self._settings.office_phone),
        }

    def _variables(self, script: Script, resident: Resident, day: int) -> dict[str, str]:
        release = resident.release_date
        return {
            **self._office(),
            "name": resident.name,
            "day": str(day),
            "days_left": str(max(0, resident.last_day_number - day)),
            "release_date": release.strftime(script.wording(resident.locale).date_format),
        }

    def _today(self, resident: Resident) -> int:
        local: date = self._clock.now().astimezone(ZoneInfo(resident.time_zone)).date()
        return (local - resident.exposed_on).days

    # -- calls -----------------------------------------------------------------------------------

    async def recognizer(self, locale: str) -> Recognizer:
        """Started at the first call that needs it."""
        if locale not in self._recognizers:
            recognizer = recognizer_for(
                locale,
                self._settings.asr.get(locale),
                data_dir=self._settings.data_dir,
                workers=self._settings.recognizer_workers,
            )
            if recognizer not in self._recognizers.values():
                await recognizer.start()
            self._recognizers[locale] = recognizer
        return self._recognizers[locale]

    async def _converse(self, brief: AttemptBrief, leg: Leg) -> Outcome:
        """One answered call, as the dialer asks for it."""
        script = self.script(brief.script)
        recognizer = await self.recognizer(brief.locale)
        session = await asyncio.to_thread(self._session, brief, script)
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
        detector = self.detectors.take()
        conversation = Conversation(
            leg,
            Parts(
                session=session,
                listener=Listener(recognizer, detector, session.weigh),
                prompts=self.prompts,
                recorder=Recorder(self._settings.recordings / recording),
                journal=journal,
                clock=self._clock,
                machine_words=self._machine_words.get(brief.locale, ()),
                human_line=self._settings.human_line,
                turn_taking=self.manners(brief.locale),
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

    async def _turn_away(self, leg: Leg) -> None:
        try:
            sound = await self.prompts.sound(self._announcement())
        except SpeechError:
            log.exception("a caller cannot be told who we are")
            sound = b""
        await announce(leg, sound, pace=self._pace)

    def _session(self, brief: AttemptBrief, script: Script) -> Session:
        with self._database.reading() as rows:
            resident = rows.get(Resident, brief.resident_id)
            assert resident is not None
            broken = rows.get(Call, brief.resumes_call_id) if brief.resumes_call_id else None
            previous = rows.exec(
                select(Call.id)
                .where(
                    col(Call.resident_id) == brief.resident_id,
                    col(Call.script) == script.name,
                    col(Call.id) != (brief.resumes_call_id or ""),
                )
                .order_by(col(Call.started_at).desc())
            ).first()
            campaign = rows.get(Campaign, brief.campaign_id)
            assert campaign is not None
            members = self._members(rows, resident, brief)
        hours = CampaignPolicy.model_validate(campaign.policy).hours
        return Session.new(
            script,
            brief.locale,
            self._variables(script, resident, brief.follow_up_day),
            time_zone=brief.time_zone,
            previous=self._answers_of(previous),
            resumes=SessionState.model_validate_json(broken.session)
            if broken and broken.session
            else None,
            hours=(hours.opens, hours.closes),
            can_transfer=bool(self._settings.human_line),
            rang_back=brief.rang_back,
            members=members,
        )

    def _trial_session(self, script_name: str, locale: str) -> Session:
        """A trial's: as on the third day of nobody in particular."""
        script, settings = self.script(script_name), self._settings
        values = third_day(
            script,
            locale,
            self._clock.now().astimezone(settings.zone).date(),
            resident=EXAMPLE_NAME,
            office=settings.office_name,
            office_phone=settings.office_phone,
        )
        return Session.new(script, locale, values, time_zone=settings.timezone)

    def _members(self, rows: Rows, resident: Resident, brief: AttemptBrief) -> list[Member]:
        """Others of the household whom the resident is asked about, with their last answers."""
        if brief.second_contact_id is not None:
            return []
        members = []
        for other in asked_with(rows, resident, self._clock.now()):
            last = rows.exec(
                select(AnswerRow.call_id)
                .where(AnswerRow.resident_id == other.id)
                .order_by(col(AnswerRow.id).desc())
                .limit(1)
            ).first()
            previous = standing_answers(rows, last, other.id) if last else {}
            members.append(Member(id=str(other.id), name=other.name, previous=previous))
        return members

    def _answers_of(self, call_id: str | None) -> dict[str, Answer]:
        """The answers that stood at the end of a call."""
        if call_id is None:
            return {}
        with self._database.reading() as rows:
            return standing_answers(rows, call_id)


def _spare_from_collection() -> None:
    """What is loaded by now stays for good.

    Each full collection over lexicons and scripts would hold the event loop for 0.13 s, which are
    six frames of every call.
    """
    gc.collect()
    gc.freeze()


def _fill(template: str, variables: dict[str, str]) -> str | None:
    """The template with its variables, or None when one of them is not known yet."""
    try:
        return template.format_map(variables)
    except KeyError:
        return None
