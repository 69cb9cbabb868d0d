"""What others may send to Twilio's addresses: forged, malformed, unasked."""

import asyncio
import json
import logging
import random

import pytest
from followed import Followed
from phones import Phone
from twilio_by_hand import call as call
from twilio_by_hand import pick_up, start_of
from twilio_far_end import TwilioFarEnd
from twilio_far_end import far_end as far_end
from twilio_far_end import request_timeout_s as request_timeout_s
from websockets.exceptions import ConnectionClosed, InvalidStatus

from callbot.rehearsal.twilio_stand_in.premises import ACCOUNT
from callbot.telephony.carrier import (
    Answered,
    Dial,
    EndReason,
)

FUZZED = 1000


async def test_a_thousand_malformed_webhooks_change_nothing(
    far_end: TwilioFarEnd, call: Followed
) -> None:
    draw = random.Random(5)
    good = far_end.twilio.form(far_end.remote("a1"))
    spoiled = {
        "CallSid": ["", "CA", "CA" + "g" * 32, "x" * 5000, "CA" + "0" * 32],
        "CallStatus": ["", "exploded", "COMPLETED", "\x00", "终"],
        "AccountSid": ["AC" + "0" * 32, ""],
        "AnsweredBy": ["<script>", "x" * 99, "人"],
    }
    refused = set()
    for _ in range(FUZZED):
        kind = draw.choice(["voice", "status", "amd"])
        field = draw.choice(list(spoiled))
        form = {**good, field: draw.choice(spoiled[field])}
        for name in draw.sample(sorted(good), draw.randrange(4)):
            form.setdefault(name + draw.choice(["", "[]", "\n"]), "?")
        attempt = draw.choice(["a1", "a1", "nobody", "%2e%2e", "0" * 300])
        url = f"{ACCOUNT.public_url}/twilio/{kind}/{attempt}"
        answer = await far_end.twilio.webhooks.post(url, form)
        if kind == "voice" and attempt != "a1" and answer.status == 200:
            assert "<Hangup" in answer.text, "a call that nobody leads is ended"
        else:
            refused.add(answer.status)
    assert refused <= {400, 403, 404, 409}
    assert call.signals == [Answered()]
    assert far_end.over.carrier.live == 1


async def test_forged_and_altered_requests_are_refused(
    far_end: TwilioFarEnd, call: Followed
) -> None:
    webhooks, url = far_end.twilio.webhooks, f"{ACCOUNT.public_url}/twilio/status/a1"
    over = far_end.twilio.form(far_end.remote("a1")) | {"CallStatus": "completed"}
    right = webhooks.sign(url, over)
    attacks = [
        (over, "forged"),
        (over | {"SipResponseCode": "603"}, right),
        (over, webhooks.sign(url.replace("https", "http"), over)),
        (over, webhooks.sign(f"{url}/", over)),
    ]
    for form, signature in attacks:
        assert (await webhooks.post(url, form, signature)).status == 403
    assert call.signals == [Answered()]


async def test_a_call_whose_webhooks_are_signed_over_another_address_says_so_once(
    far_end: TwilioFarEnd, caplog: pytest.LogCaptureFixture
) -> None:
    webhooks = far_end.twilio.webhooks
    await far_end.carrier.place(Dial("a1", await far_end.phone(Phone.RINGS), ACCOUNT.caller_id))
    form = far_end.twilio.form(far_end.remote("a1"))
    for kind, attempt in (("voice", "nobody"), ("status", "a1"), ("voice", "a1")):
        url = f"{ACCOUNT.public_url}/twilio/{kind}/{attempt}"
        elsewhere = webhooks.sign(url.replace("calls.", "www."), form)
        assert (await webhooks.post(url, form, elsewhere)).status == 403
    [doubt] = [each.getMessage() for each in caplog.records if "PUBLIC_URL" in each.getMessage()]
    assert "CALLBOT_PUBLIC_URL" in doubt


async def test_a_media_socket_needs_a_signature_and_a_call_that_waits_for_it(
    far_end: TwilioFarEnd, call: Followed
) -> None:
    base = ACCOUNT.public_url.replace("https", "wss")
    for url, signature, status in (
        (f"{base}/twilio/media/a1", "forged", 403),
        (f"{base}/twilio/media/nobody", None, 404),
        (f"{base}/twilio/media/a1", None, 404),
    ):
        with pytest.raises(InvalidStatus) as refused:
            async with far_end.twilio.webhooks.socket(url, signature):
                pass
        assert refused.value.response.status_code == status
    assert call.signals == [Answered()]


async def test_sound_of_a_call_that_nobody_has_answered_is_not_taken(
    far_end: TwilioFarEnd, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("uvicorn"), "propagate", True)
    number = await far_end.phone(Phone.RINGS)
    ringing = await far_end.carrier.place(Dial("a1", number, ACCOUNT.caller_id))
    with pytest.raises(InvalidStatus) as refused:
        async with far_end.twilio.webhooks.socket("wss://calls.example.org/twilio/media/a1"):
            pass
    assert refused.value.response.status_code == 404
    assert "handshake" not in caplog.text, "a refusal is no error of ours"
    await ringing.hang_up()
    events = [event async for event in ringing.events()]
    assert not any(isinstance(event, Answered) for event in events)


async def test_a_thousand_malformed_media_messages_bring_nothing_down(
    far_end: TwilioFarEnd,
) -> None:
    draw = random.Random(7)
    broken = [
        "",
        "nope",
        "[]",
        "{}",
        '{"event": 3}',
        '{"event": "media"}',
        '{"event": "media", "media": {"payload": "!!", "timestamp": "0"}}',
        '{"event": "media", "media": {"payload": "//8=", "timestamp": "-1"}}',
        '{"event": "media", "media": {"payload": "//8=", "timestamp": 20}}',
        '{"event": "media", "media": {"payload": "", "timestamp": "0"}}',
        '{"event": "mark", "mark": null}',
        '{"event": "dtmf", "dtmf": {"digit": "12"}}',
        '{"event": "start", "start": {"mediaFormat": {}}}',
        "[" * 10_000,
    ]
    sent = sockets = 0
    while sent < FUZZED:
        attempt = f"fuzz{sockets}"
        sockets += 1
        number = await far_end.phone(Phone.RINGS)
        ringing = await far_end.carrier.place(Dial(attempt, number, ACCOUNT.caller_id))
        rings = far_end.remote(attempt)
        await pick_up(far_end, rings)
        url = f"wss://calls.example.org/twilio/media/{attempt}"
        async with far_end.twilio.webhooks.socket(url) as socket:
            await socket.send(json.dumps({"event": "connected"}))
            await socket.send(start_of(rings))
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    await socket.send(draw.choice(broken))
                    sent += 1
                    await asyncio.sleep(0)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1007
        call = Followed(ringing, far_end)
        assert (await call.ended()).reason is EndReason.NETWORK_FAILED
        assert call.audio == []
    good = Followed(
        await far_end.carrier.place(
            Dial("good", await far_end.phone(Phone.LISTENS), ACCOUNT.caller_id)
        ),
        far_end,
    )
    await good.answered()
    await good.leg.hang_up()
    await good.ended()


@pytest.mark.parametrize("first", [{"event": "media"}, {"event": "start", "start": {}}, "nope"])
async def test_a_socket_that_opens_with_anything_else_is_closed(
    far_end: TwilioFarEnd, first: object
) -> None:
    number = await far_end.phone(Phone.RINGS)
    ringing = await far_end.carrier.place(Dial("a1", number, ACCOUNT.caller_id))
    await pick_up(far_end, far_end.remote("a1"))
    async with far_end.twilio.webhooks.socket("wss://calls.example.org/twilio/media/a1") as socket:
        await socket.send(json.dumps(first))
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008
    await ringing.hang_up()
