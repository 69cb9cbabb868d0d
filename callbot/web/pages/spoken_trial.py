"""Trying a script by speaking: the browser's microphone in a telephone's place, no rows."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from callbot.calls.trial import BotSaid, ResidentSaid, Speech, Told, talk
from callbot.dialog.answers import Answer, Status
from callbot.dialog.events import Flagged
from callbot.dialog.script import Script
from callbot.dialog.session import Session
from callbot.dialog.trial import EXAMPLE_NAME, third_day
from callbot.errors import CallbotError, SpeechError
from callbot.models import record
from callbot.review.labels import Labels, labels_for
from callbot.script_shelf import ScriptShelf
from callbot.web import language
from callbot.web.auth.rights import Right
from callbot.web.desk import ForeignForm, NotAllowed, NotLoggedIn, office_of, visitor_at_socket
from callbot.web.office import Office
from callbot.web.rendering import words_of
from callbot.web.scripts.browser_leg import BadMessage, BrowserLeg
from callbot.web.scripts.own_speech import OwnSpeech
from callbot.web.scripts.workshop import Workshop
from callbot.web.words import Words

AT_ONCE = 2
"""Trials in one process: calls come first."""

GOING_AWAY, REFUSED, TOO_MANY, BROKEN = 1001, 4403, 4429, 4500
"""Codes with which the socket is closed; the page has words for them."""

router = APIRouter()

log = logging.getLogger(__name__)


class SpokenTrials:
    """The trials of one process. `speech`: a node's own, where calls are made; else loaded here."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._own: OwnSpeech | None = None
        self._running = 0
        self.speech: Speech | None = None

    def here(self) -> Speech:
        if self.speech is not None:
            return self.speech
        if self._own is None:
            self._own = OwnSpeech(self._office.settings)
        return self._own

    @contextmanager
    def place(self) -> Iterator[bool]:
        """Whether there is one."""
        if self._running >= AT_ONCE:
            yield False
            return
        self._running += 1
        try:
            yield True
        finally:
            self._running -= 1

    async def close(self) -> None:
        if self._own is not None:
            await self._own.close()


@router.websocket("/scripts/{name}/speak")
async def speak(socket: WebSocket, name: str, locale: str = "zh-CN") -> None:
    """One trial; closing the socket is hanging up."""
    try:
        visitor = await asyncio.to_thread(visitor_at_socket, socket, Right.OPERATE)
        office = office_of(socket)
        script = await asyncio.to_thread(_script, socket, name, office_wide=not visitor.areas)
    except (NotLoggedIn, NotAllowed, ForeignForm, CallbotError):
        await socket.close(REFUSED)
        return
    trials: SpokenTrials = socket.app.state.spoken_trials
    await socket.accept()
    with trials.place() as free:
        if not free or locale not in script.wordings:
            await socket.close(REFUSED if free else TOO_MANY)
            return
        await asyncio.to_thread(_note, office, visitor.name, script, locale)
        await _talk(socket, office, trials.here(), script, locale)


async def _talk(
    socket: WebSocket, office: Office, speech: Speech, script: Script, locale: str
) -> None:
    leg = BrowserLeg()
    spoken = language.language_of(socket)
    shelf: ScriptShelf = socket.app.state.scripts
    symptoms = await asyncio.to_thread(shelf.symptom_names, spoken)
    settings, now = office.settings, office.clock.now()
    values = third_day(
        script,
        locale,
        now.astimezone(settings.zone).date(),
        resident=EXAMPLE_NAME,
        office=settings.office_in(locale),
        office_phone=settings.office_phone,
    )
    session = Session.new(script, locale, values, time_zone=settings.timezone)
    tell = partial(_tell, leg, words_of(socket), labels_for(spoken), symptoms)
    reading = asyncio.create_task(leg.read(socket), name="trial sound in")
    writing = asyncio.create_task(leg.write(socket), name="trial sound out")
    try:
        await asyncio.to_thread(script.prepare, locale)
        await speech.recognizer(locale)
        leg.tell({"ready": True})
        await talk(leg, session, speech, office.clock, tell)
        leg.close()
        await writing
        await socket.close()
    except SpeechError:
        log.exception("a trial cannot listen or speak")
        await socket.close(BROKEN)
    except (WebSocketDisconnect, RuntimeError, OSError):
        log.debug("the browser was gone before the trial ended")
    finally:
        for task in (reading, writing):
            task.cancel()
        ended = await asyncio.gather(reading, writing, return_exceptions=True)
        if any(isinstance(error, BadMessage) for error in ended):
            log.warning("a trial's socket sent what no page of ours sends")


def _tell(
    leg: BrowserLeg, words: Words, labels: Labels, symptoms: dict[str, str], told: Told
) -> None:
    """In the words of the page's language."""
    message: dict[str, Any]
    match told:
        case BotSaid():
            message = {"who": "bot", "text": told.text}
        case ResidentSaid():
            message = {"who": "resident", "text": told.text}
        case Answer():
            clear = told.status is Status.CLEAR
            value = words.value(told.kind, told.value, symptoms) if clear else ""
            message = {
                "question": words.question(told.question),
                "answer": value or words.status(told.status),
            }
        case Flagged():
            message = {
                "severity": told.severity.value,
                "label": labels.severities[told.severity],
                "reason": words.reason(told.reason),
            }
        case _:
            message = {"outcome": labels.outcomes[told]}
    leg.tell(message)


def _script(socket: WebSocket, name: str, *, office_wide: bool) -> Script:
    """As drafted by whoever may edit, else as published; raises BadInput."""
    workshop: Workshop = socket.app.state.workshop
    shelf: ScriptShelf = socket.app.state.scripts
    if name not in workshop.names():
        raise NotAllowed
    return workshop.drafted(name) if office_wide else shelf.script(name)


def _note(office: Office, actor: str, script: Script, locale: str) -> None:
    with office.database.session() as rows:
        detail = {"script": script.name, "version": script.version, "locale": locale}
        record(rows, office.clock.now(), actor, "script_tried", detail=detail)
