"""What comes to the SIP port unasked, and what becomes of calls whose process it ends."""

import asyncio
import os
import random
import re
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from peers import needs_programs
from ports import HOST, Ports
from sip_calls import ANSWER, HANG_UP, PATIENCE_S, dialled, followed, hung_up
from sip_scenarios import RUNG_AND_CANCELLED, playing

from callbot.clock import SystemClock
from callbot.config import Settings
from callbot.errors import TelephonyError
from callbot.telephony.carrier import Answered, Dial, Ended, EndReason, Found, Leg, Ringing
from callbot.telephony.sip import SipCarrier, sip_carrier

pytestmark = needs_programs("sipp")

SEED = 20_261_122
RESTS_S = 90.0
"""A stack that dies too often rests for up to a minute."""

GOOD = """\
{method} sip:+8653288880000@{host}:{port} SIP/2.0
Via: SIP/2.0/UDP {host}:{back};branch=z9hG4bK{n};rport
Max-Forwards: 70
From: <sip:+8613800000001@{host}>;tag=a{n}
To: <sip:+8653288880000@{host}>
Call-ID: fuzz{n}
CSeq: {n} {method}
Contact: <sip:x@{host}:{back}>
Content-Type: application/sdp
Content-Length: {length}

{body}"""

METHODS = ("INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "INFO", "REFER", "NOTIFY", "UPDATE", "NONE")


def spoiled(draw: random.Random, n: int, port: int, back: int) -> bytes:
    """A message that was right before something happened to it."""
    body = "v=0\r\no=x 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    body += f"m=audio {draw.choice([0, 4000, 99999])} RTP/AVP 8\r\n"
    method = draw.choice(METHODS)
    length = draw.choice([len(body), len(body), -1, 10**9])
    text = GOOD.format(
        method=method, host=HOST, port=port, back=back, n=n, length=length, body=body
    )
    message = bytearray(text.replace("\r\n", "\n").replace("\n", "\r\n").encode())
    for _ in range(draw.randrange(6)):
        at = draw.randrange(len(message))
        match draw.randrange(4):
            case 0:
                message[at] = draw.randrange(256)
            case 1:
                del message[at : at + draw.randrange(40)]
            case 2:
                message[at:at] = draw.randbytes(draw.randrange(40))
            case _:
                message[at:at] = message[at : at + 200] * draw.randrange(4)
        if not message:
            break
    return bytes(message[:60_000])


@pytest.fixture
async def carrier(sip_settings: Settings) -> AsyncIterator[SipCarrier]:
    carrier = sip_carrier(sip_settings)
    await carrier.start()
    yield carrier
    await carrier.close()


async def dialled_when_up(carrier: SipCarrier) -> Leg:
    """The stack may be on its way back."""
    async with asyncio.timeout(RESTS_S):
        while True:
            try:
                return await dialled(carrier)
            except TelephonyError:
                await asyncio.sleep(0.1)


async def test_a_thousand_spoiled_messages_cost_no_more_than_the_calls_of_one_process(
    carrier: SipCarrier, ports: Ports, peer_port: int, tmp_path: Path
) -> None:
    draw = random.Random(SEED)
    async with playing(tmp_path, peer_port, *ANSWER, *HANG_UP, calls=2):
        during = await dialled(carrier)
        async with asyncio.timeout(PATIENCE_S):
            assert await anext(aiter(during.events())) == Answered()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.bind((HOST, 0))
            refused = 0
            for n in range(1, 1001):
                message = spoiled(draw, n, ports.sip, sender.getsockname()[1])
                sender.sendto(message, (HOST, ports.sip))
                await asyncio.sleep(0 if n % 20 else 0.02)
                refused += refusals(sender)
            async with asyncio.timeout(PATIENCE_S):
                while refused <= 100:
                    await asyncio.sleep(0.02)
                    refused += refusals(sender)
        async with asyncio.timeout(PATIENCE_S):
            await during.hang_up()
        assert (await hung_up(await dialled_when_up(carrier)))[0] == Answered()
        assert carrier.live == 0


async def test_calls_of_a_stack_that_dies_end_as_failed_and_the_next_one_is_made(
    carrier: SipCarrier, peer_port: int, tmp_path: Path
) -> None:
    async with playing(tmp_path, peer_port, *ANSWER):
        talking = await dialled(carrier)
        spoken = asyncio.create_task(followed(talking))
        async with asyncio.timeout(PATIENCE_S):
            while not talking.answered:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        perhaps_ringing = await dialled(carrier)
        killed = carrier.worker_pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        died = Ended(EndReason.NETWORK_FAILED, "the SIP process died")
        assert await spoken == [Answered(), died]
        assert await followed(perhaps_ringing) == [Ringing(), died]
    for call, answered in ((talking, True), (perhaps_ringing, False)):
        dial = Dial(call.attempt_id, "+8613800000001", "")
        trace = await carrier.trace(dial, SystemClock().now())
        assert (trace.found, trace.answered) == (Found.ENDED, answered)
    async with playing(tmp_path, peer_port, *ANSWER, *HANG_UP):
        assert (await hung_up(await dialled_when_up(carrier)))[0] == Answered()
    assert carrier.worker_pid not in (None, killed)


async def test_nobody_can_say_whether_a_phone_rang_when_the_stack_died_as_it_was_asked(
    carrier: SipCarrier,
) -> None:
    assert carrier.worker_pid is not None
    os.kill(carrier.worker_pid, signal.SIGSTOP)
    dial = Dial("attempt-lost", "+8613800000001", "+8653288880000")
    placing = asyncio.create_task(carrier.place(dial))
    await asyncio.sleep(0)
    os.kill(carrier.worker_pid, signal.SIGKILL)
    with pytest.raises(TelephonyError) as lost:
        await placing
    assert not lost.value.permanent
    assert (await carrier.trace(dial, SystemClock().now())).found is Found.CANNOT_TELL
    assert carrier.live == 0


async def test_a_call_that_nobody_waits_for_any_more_does_not_ring_on(
    carrier: SipCarrier, peer_port: int, tmp_path: Path
) -> None:
    async with playing(tmp_path, peer_port, *RUNG_AND_CANCELLED) as peer:
        dial = Dial("attempt-given-up", "+8613800000001", "+8653288880000")
        placing = asyncio.create_task(carrier.place(dial))
        await asyncio.sleep(0)
        placing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await placing
        async with asyncio.timeout(PATIENCE_S):
            assert await peer.wait() == 0
    assert (await carrier.trace(dial, SystemClock().now())).found is Found.CANNOT_TELL
    assert carrier.live == 0


def refusals(sender: socket.socket) -> int:
    """How many of the messages were answered with a failure; none with an agreement to talk."""
    sender.setblocking(False)
    refused = 0
    while True:
        try:
            answer = sender.recv(65_536)
        except BlockingIOError:
            return refused
        if answer.startswith(b"SIP/2.0 200"):
            assert not re.search(rb"^CSeq:.*INVITE", answer, re.MULTILINE)
        refused += answer[8:9] in (b"4", b"5", b"6")
