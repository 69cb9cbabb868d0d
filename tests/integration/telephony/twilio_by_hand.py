"""A call whose webhooks and media stream are sent by the test, in the place of Twilio."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from followed import Followed
from phones import Phone
from twilio_far_end import TwilioFarEnd
from twilio_far_end import far_end as far_end
from twilio_far_end import request_timeout_s as request_timeout_s

from callbot.rehearsal.twilio_stand_in.call import RemoteCall
from callbot.rehearsal.twilio_stand_in.premises import ACCOUNT
from callbot.telephony.carrier import Dial


def start_of(call: RemoteCall) -> str:
    """The message with which its media stream begins."""
    start = {
        "accountSid": ACCOUNT.sid,
        "streamSid": "MZ1",
        "callSid": call.sid,
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        "customParameters": {"attempt": call.attempt_id},
    }
    return json.dumps({"event": "start", "start": start})


@pytest.fixture
async def call(far_end: TwilioFarEnd) -> AsyncIterator[Followed]:
    """A call in progress."""
    number = await far_end.phone(Phone.LISTENS)
    followed = Followed(await far_end.carrier.place(Dial("a1", number, ACCOUNT.caller_id)), far_end)
    await followed.answered()
    yield followed
    await followed.leg.hang_up()
    await followed.ended()


async def pick_up(far_end: TwilioFarEnd, call: RemoteCall) -> None:
    """As Twilio asks what to do with a call that was picked up; its media stream is the test's."""
    url = ACCOUNT.url("voice", call.attempt_id)
    answer = await far_end.twilio.webhooks.post(url, far_end.twilio.form(call))
    assert "<Stream" in answer.text


@asynccontextmanager
async def answered_by_hand(far_end: TwilioFarEnd) -> AsyncIterator[tuple[Followed, RemoteCall]]:
    """A phone that rings on for the stand-in, while its media stream begins: the test's socket."""
    number = await far_end.phone(Phone.RINGS)
    ringing = await far_end.carrier.place(Dial("a1", number, ACCOUNT.caller_id))
    rings = far_end.remote("a1")
    await pick_up(far_end, rings)
    async with far_end.twilio.webhooks.socket("wss://calls.example.org/twilio/media/a1") as socket:
        await socket.send(start_of(rings))
        call = Followed(ringing, far_end)
        await call.answered()
        yield call, rings
