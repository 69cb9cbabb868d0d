"""The media wire against streamdouble, a Media Streams simulator that others wrote."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest
from fastapi import FastAPI, WebSocket
from followed import loud, tone
from streamdouble.api import CallReport, call
from streamdouble.chaos import Impairments
from streamdouble.metrics import Threshold, evaluate_thresholds
from streamdouble.session import SessionConfig

from callbot.rehearsal.twilio_stand_in.premises import ACCOUNT
from callbot.speech.audio import frames, mu_law_decode, mu_law_encode
from callbot.telephony.carrier import Answered, Audio, Dial, Ended, LegEvent
from callbot.telephony.twilio import messages
from callbot.telephony.twilio.leg import TwilioLeg
from callbot.telephony.twilio.rest import TwilioRest
from callbot.web.server import serving
from callbot.web.twilio_webhooks import Socket

SPOKEN_S = 1.0

PATIENCE_S = 60.0

GATES = [Threshold("first word", PATIENCE_S * 1000, "time_to_first_audio_ms")]
"""How soon it comes hangs on the machine; a missing figure fails."""


@dataclass
class Bot:
    """Speaks as soon as it is answered, and hangs up when it has been heard."""

    url: str = ""
    events: list[LegEvent] = field(default_factory=list)

    @property
    def audio(self) -> list[bytes]:
        return [event.pcm for event in self.events if isinstance(event, Audio)]


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    app, bot = FastAPI(), Bot()
    rest = TwilioRest(replace(ACCOUNT, api_base_url="http://127.0.0.1:1"))

    async def talk(leg: TwilioLeg) -> None:
        hanging_up: asyncio.Task[None] | None = None
        async for event in leg.events():
            bot.events.append(event)
            if isinstance(event, Answered):
                for frame in frames(tone(SPOKEN_S)):
                    leg.send(frame)
            if len(bot.audio) >= 100 and hanging_up is None:
                hanging_up = asyncio.create_task(leg.hang_up())
        if hanging_up is not None:
            await hanging_up

    @app.websocket("/media")
    async def media(websocket: WebSocket) -> None:
        await websocket.accept()
        socket = Socket(websocket)
        leg = TwilioLeg(Dial("a1", "+8613800000001", ACCOUNT.caller_id), rest)
        talking = asyncio.create_task(talk(leg))
        start = messages.parse(await socket.receive())
        while not isinstance(start, messages.Start):
            start = messages.parse(await socket.receive())
        await leg.carry(socket, start)
        await talking
        assert leg.settling is not None
        leg.settling.cancel()

    async with serving(app, "127.0.0.1", 0) as port:
        bot.url = f"ws://127.0.0.1:{port}/media"
        yield bot
    rest.close()


async def ring(bot: Bot, **impairments: float) -> CallReport:
    spoken = [mu_law_encode(frame) for frame in frames(tone(3.0))]
    config = SessionConfig(
        response_timeout_s=PATIENCE_S,
        quiet_period_s=0.5,
        max_drain_s=5.0,
        impairments=Impairments(**impairments),
    )
    return await call(bot.url, frames=spoken, config=config)


async def test_a_strict_reader_finds_no_violation_and_hears_all(bot: Bot) -> None:
    report = await ring(bot)
    assert report.violations == []
    assert all(gate.passed for gate in evaluate_thresholds(report.metrics, GATES))
    heard = mu_law_decode(report.audio_received)
    assert sum(map(loud, frames(heard))) * 0.02 == pytest.approx(SPOKEN_S, abs=0.04)
    assert isinstance(bot.events[-1], Ended)
    assert sum(map(loud, bot.audio)) >= 90


async def test_lost_and_jittered_sound_arrives_as_whole_frames(bot: Bot) -> None:
    report = await ring(bot, loss=0.05, jitter_ms=40)
    assert report.violations == []
    assert {len(frame) for frame in bot.audio} == {320}
    assert isinstance(bot.events[-1], Ended)
