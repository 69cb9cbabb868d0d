"""Twilio in an order of its own: callbacks and answers late, twice, lost or never."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from followed import Followed
from phones import Phone
from twilio_by_hand import answered_by_hand, pick_up
from twilio_by_hand import call as call
from twilio_far_end import TwilioFarEnd
from twilio_far_end import far_end as far_end
from twilio_far_end import request_timeout_s as request_timeout_s

from callbot.clock import SystemClock
from callbot.errors import TelephonyError
from callbot.rehearsal.twilio_stand_in.premises import ACCOUNT
from callbot.telephony.carrier import (
    Answered,
    Dial,
    Ended,
    EndReason,
    Found,
    Machine,
    Ringing,
)
from callbot.telephony.twilio import carrier, leg, media_stream
from callbot.telephony.twilio.carrier import TwilioCarrier

PATIENCE_S = 60.0
IMPATIENT = pytest.mark.parametrize("request_timeout_s", [2.0])


async def test_callbacks_that_come_twice_and_late_change_nothing(far_end: TwilioFarEnd) -> None:
    far_end.twilio.troubles.repeats_callbacks = True
    number = await far_end.phone(Phone.LISTENS)
    call = Followed(await far_end.carrier.place(Dial("a1", number, ACCOUNT.caller_id)), far_end)
    await call.answered()
    await asyncio.sleep(0.6)
    await call.leg.hang_up()
    await call.ended()
    kinds = [type(event) for event in call.events if type(event) in (Ringing, Answered, Ended)]
    assert kinds == [Ringing, Answered, Ended]


async def test_a_mark_that_never_returns_does_not_wedge_the_call(far_end: TwilioFarEnd) -> None:
    far_end.twilio.troubles.loses_marks = True
    number = await far_end.phone(Phone.LISTENS)
    call = Followed(await far_end.carrier.place(Dial("a1", number, ACCOUNT.caller_id)), far_end)
    await call.answered()
    await call.say(0.5)
    await call.leg.hang_up()
    assert (await call.ended()).reason is EndReason.HUNG_UP_HERE


@IMPATIENT
async def test_an_answer_lost_on_its_way_is_found_again_and_the_phone_rings_once(
    far_end: TwilioFarEnd,
) -> None:
    far_end.twilio.troubles.keeps_silent = asyncio.Event()
    number = await far_end.phone(Phone.LISTENS)
    call = Followed(await far_end.carrier.place(Dial("a1", number, ACCOUNT.caller_id)), far_end)
    await call.answered()
    await call.leg.hang_up()
    await call.ended()
    assert far_end.twilio.rest.asked == 1
    far_end.twilio.troubles.keeps_silent.set()


async def test_after_a_restart_the_list_of_calls_tells_what_became_of_an_attempt(
    far_end: TwilioFarEnd,
) -> None:
    placed_at = datetime.now(UTC)
    dial = Dial("a1", await far_end.phone(Phone.BUSY), ACCOUNT.caller_id)
    call = Followed(await far_end.carrier.place(dial), far_end)
    await call.ended()
    await far_end.restarted(None)
    trace = await far_end.carrier.trace(dial, placed_at)
    assert (trace.found, trace.answered) == (Found.ENDED, False)
    assert trace.ended is not None
    assert trace.ended.reason is EndReason.BUSY
    never = Dial("a2", "+8613800000123", ACCOUNT.caller_id)
    assert (await far_end.carrier.trace(never, placed_at)).found is Found.CANNOT_TELL
    long_ago = placed_at - timedelta(days=400)
    assert (await far_end.carrier.trace(never, long_ago)).found is Found.NEVER_PLACED


@pytest.mark.parametrize(
    ("refusal", "permanent", "advice"),
    [
        ((400, 21211), True, ""),
        ((401, 20003), False, "CALLBOT_TWILIO_AUTH_TOKEN"),
        ((400, 21215), False, "Geographic Permissions"),
        ((429, 20429), False, ""),
    ],
)
async def test_a_refusal_says_whose_fault_it_is(
    far_end: TwilioFarEnd, refusal: tuple[int, int], permanent: bool, advice: str
) -> None:
    far_end.twilio.troubles.refusal = refusal
    number = await far_end.phone(Phone.LISTENS)
    with pytest.raises(TelephonyError, match=advice or str(refusal[1])) as refused:
        await far_end.carrier.place(Dial("a1", number, ACCOUNT.caller_id))
    assert refused.value.permanent is permanent
    assert number not in str(refused.value)
    assert far_end.twilio.rest.asked == 1


async def test_a_machine_is_told_even_when_it_is_heard_before_the_sound_starts(
    far_end: TwilioFarEnd, call: Followed
) -> None:
    form = far_end.twilio.form(far_end.remote("a1"), AnsweredBy="machine_start")
    for _ in range(2):
        await far_end.twilio.webhooks.post(f"{ACCOUNT.public_url}/twilio/amd/a1", form)
    await call.until(lambda events: Machine() in events)
    assert call.signals == [Answered(), Machine()]


async def test_a_socket_closed_in_the_middle_of_a_word_ends_the_call_at_twilio_too(
    far_end: TwilioFarEnd,
) -> None:
    async with answered_by_hand(far_end) as (call, rings):
        await call.say(0.1)
    assert (await call.ended()).reason is EndReason.NETWORK_FAILED
    await asyncio.wait_for(rings.stopped.wait(), PATIENCE_S)


async def test_a_call_that_twilio_never_calls_completed_is_ended_by_us(
    far_end: TwilioFarEnd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leg, "COMPLETED_WITHIN_S", 0.2)
    async with answered_by_hand(far_end) as (call, rings):
        hanging_up = asyncio.create_task(call.leg.hang_up())
        # The stand-in believes that the phone still rings, and keeps its end of the socket open.
        await asyncio.wait_for(rings.stopped.wait(), PATIENCE_S)
        await hanging_up
    assert (await call.ended()).reason is EndReason.HUNG_UP_HERE


@IMPATIENT
async def test_a_call_that_was_given_up_and_rings_after_all_is_ended(
    far_end: TwilioFarEnd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrier, "INITIATED_WITHIN_S", 0.1)
    far_end.twilio.troubles.hesitates = asyncio.Event()
    dial = Dial("a1", await far_end.phone(Phone.RINGS), ACCOUNT.caller_id)
    placed_at = datetime.now(UTC)
    with pytest.raises(TelephonyError) as lost:
        await far_end.carrier.place(dial)
    assert not lost.value.permanent
    assert (await far_end.carrier.trace(dial, placed_at)).found is Found.CANNOT_TELL
    far_end.twilio.troubles.hesitates.set()
    async with asyncio.timeout(PATIENCE_S):
        while not (far_end.twilio.calls and far_end.remote("a1").over):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert far_end.remote("a1").status == "canceled"
    assert far_end.twilio.rest.asked == 1
    trace = await far_end.carrier.trace(dial, placed_at)
    assert (trace.found, trace.answered) == (Found.ENDED, False)


async def test_a_call_that_nobody_waits_for_any_more_does_not_ring_on(
    far_end: TwilioFarEnd,
) -> None:
    far_end.twilio.troubles.hesitates = asyncio.Event()
    dial = Dial("a1", await far_end.phone(Phone.RINGS), ACCOUNT.caller_id)
    placing = asyncio.create_task(far_end.carrier.place(dial))
    async with asyncio.timeout(PATIENCE_S):
        while not far_end.twilio.rest.asked:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        placing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await placing
        far_end.twilio.troubles.hesitates.set()
        while not (far_end.twilio.calls and far_end.remote("a1").over):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert far_end.remote("a1").status == "canceled"
    assert far_end.over.carrier.live == 0


@pytest.mark.parametrize("does", [Phone.RINGS, Phone.LISTENS])
async def test_a_call_of_which_no_webhook_is_signed_for_our_address_is_ended(
    far_end: TwilioFarEnd, monkeypatch: pytest.MonkeyPatch, does: Phone
) -> None:
    monkeypatch.setattr(leg, "TOLD_OF_WITHIN_S", 0.2)
    monkeypatch.setattr(far_end.twilio.webhooks, "sign", lambda _url, _form: "for another address")
    number = await far_end.phone(does)
    call = Followed(await far_end.carrier.place(Dial("a1", number, ACCOUNT.caller_id)), far_end)
    ended = await call.ended()
    assert ended.reason is EndReason.NETWORK_FAILED
    assert "CALLBOT_PUBLIC_URL" in ended.detail
    async with asyncio.timeout(20):
        while not far_end.remote("a1").over:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_a_call_that_is_answered_and_brings_no_sound_ends(
    far_end: TwilioFarEnd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leg, "SOUND_WITHIN_S", 0.2)
    number = await far_end.phone(Phone.RINGS)
    call = Followed(await far_end.carrier.place(Dial("a1", number, ACCOUNT.caller_id)), far_end)
    await pick_up(far_end, far_end.remote("a1"))
    ended = await call.ended()
    assert ended.reason is EndReason.UNHEARD
    assert "CALLBOT_PUBLIC_URL" in ended.detail
    async with asyncio.timeout(PATIENCE_S):
        await far_end.remote("a1").stopped.wait()


async def test_a_socket_that_opens_and_brings_no_sound_is_a_call_that_was_not_heard(
    far_end: TwilioFarEnd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media_stream, "SOUNDLESS_S", 1.0)
    async with answered_by_hand(far_end) as (call, rings):
        ended = await call.ended()
        assert ended == Ended(EndReason.UNHEARD, "no sound came for 8 s")
        trace = await far_end.carrier.trace(call.leg.dial, datetime.now(UTC))
        assert (trace.ended, trace.answered) == (ended, True)
        async with asyncio.timeout(PATIENCE_S):
            await rings.stopped.wait()


async def test_a_twilio_that_cannot_be_reached_has_rung_nobody(far_end: TwilioFarEnd) -> None:
    unreachable = TwilioCarrier(
        replace(ACCOUNT, api_base_url="http://127.0.0.1:1"), SystemClock(), request_timeout_s=2.0
    )
    await unreachable.start()
    try:
        for _ in range(2):
            with pytest.raises(TelephonyError, match="connection") as refused:
                await unreachable.place(Dial("a1", "+12025550143", ACCOUNT.caller_id))
            assert not refused.value.permanent
        assert unreachable.live == 0
    finally:
        await unreachable.close()
    assert far_end.twilio.rest.asked == 0
