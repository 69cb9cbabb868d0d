"""What a SIP trunk may do to a call, played by sipp: refusals, repeated, late and bad messages."""

import asyncio
import random
import re
import socket
from collections.abc import AsyncIterator, Callable
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from peers import needs_programs
from sip_phone import HOST, RTP_PORTS, Ports
from sip_scenarios import pause, playing, received, request, response, their_invite

from callbot.config import Settings
from callbot.errors import TelephonyError
from callbot.speech.audio import frames
from callbot.telephony.carrier import (
    Answered,
    Audio,
    Dial,
    Ended,
    EndReason,
    LegEvent,
    Ringing,
)
from callbot.telephony.sip import SipCarrier, check, leg, sip_carrier
from callbot.telephony.sip.leg import SipLeg

pytestmark = needs_programs("sipp")

PATIENCE_S = 15.0
RTP = 16_000
HANG_UP = (received("BYE"), response("200 OK", tag=False))
ANSWER = (their_invite(), response("200 OK", rtp_port=RTP), received("ACK"))

_numbers = count(1)


@pytest.fixture
def ports() -> Ports:
    return Ports.free()


@pytest.fixture
def peer_port() -> int:
    return Ports.free().sip


@pytest.fixture
def settings(ports: Ports, peer_port: int) -> Settings:
    return Settings(
        sip_trunk=f"{HOST}:{peer_port}",
        sip_from="+8653288880000",
        sip_listen=f"{HOST}:{ports.sip}",
        sip_interface=HOST,
        sip_rtp_ports=f"{ports.rtp}-{ports.rtp + RTP_PORTS}",
    )


@pytest.fixture
async def carrier(settings: Settings) -> AsyncIterator[SipCarrier]:
    carrier = sip_carrier(settings)
    await carrier.start()
    yield carrier
    await carrier.close()


async def dialled(carrier: SipCarrier, ring_timeout_s: float = 10.0) -> SipLeg:
    attempt = f"attempt{next(_numbers)}"
    return await carrier.place(Dial(attempt, "+8613800000001", "+8653288880000", ring_timeout_s))


async def followed(call: SipLeg, at_answer: Callable[[], None] = lambda: None) -> list[LegEvent]:
    """Every event but sound, to the end."""
    events: list[LegEvent] = []
    async with asyncio.timeout(PATIENCE_S):
        async for event in call.events():
            if not isinstance(event, Audio):
                events.append(event)
            if isinstance(event, Answered):
                at_answer()
    return events


async def hung_up(call: SipLeg) -> list[LegEvent]:
    """Followed to the end, and hung up as soon as it is answered."""
    hanging_up: list[asyncio.Task[None]] = []
    events = await followed(call, lambda: hanging_up.append(asyncio.create_task(call.hang_up())))
    await asyncio.gather(*hanging_up)
    return events


REFUSALS = {
    "404 Not Found": EndReason.INVALID_NUMBER,
    "410 Gone": EndReason.INVALID_NUMBER,
    "484 Address Incomplete": EndReason.INVALID_NUMBER,
    "604 Does Not Exist Anywhere": EndReason.INVALID_NUMBER,
    "408 Request Timeout": EndReason.NO_ANSWER,
    "480 Temporarily Unavailable": EndReason.NO_ANSWER,
    "487 Request Terminated": EndReason.NO_ANSWER,
    "486 Busy Here": EndReason.BUSY,
    "600 Busy Everywhere": EndReason.BUSY,
    "603 Decline": EndReason.REJECTED,
    "607 Unwanted": EndReason.REJECTED,
    "302 Moved Temporarily": EndReason.NETWORK_FAILED,
    "403 Forbidden": EndReason.NETWORK_FAILED,
    "488 Not Acceptable Here": EndReason.NETWORK_FAILED,
    "500 Server Internal Error": EndReason.NETWORK_FAILED,
    "502 Bad Gateway": EndReason.NETWORK_FAILED,
    "503 Service Unavailable": EndReason.NETWORK_FAILED,
    "504 Server Time-out": EndReason.NETWORK_FAILED,
}

CAUSES = {
    ("480 Temporarily Unavailable", 17): EndReason.BUSY,
    ("500 Server Internal Error", 1): EndReason.INVALID_NUMBER,
    ("503 Service Unavailable", 19): EndReason.NO_ANSWER,
    ("403 Forbidden", 21): EndReason.REJECTED,
    ("486 Busy Here", 34): EndReason.NETWORK_FAILED,
    ("486 Busy Here", 16): EndReason.BUSY,
}


async def refused(
    carrier: SipCarrier, peer_port: int, folder: Path, status: str, *headers: str
) -> list[LegEvent]:
    steps = (received("INVITE"), response(status, headers=headers), received("ACK"))
    async with playing(folder, peer_port, *steps) as peer:
        events = await followed(await dialled(carrier))
        async with asyncio.timeout(PATIENCE_S):
            assert await peer.wait() == 0
    return events


async def test_each_refusal_is_one_reason(
    carrier: SipCarrier, peer_port: int, tmp_path: Path
) -> None:
    for status, reason in REFUSALS.items():
        assert await refused(carrier, peer_port, tmp_path, status) == [Ended(reason, status)]


async def test_the_telephone_networks_own_cause_says_more_than_the_gateways_code(
    carrier: SipCarrier, peer_port: int, tmp_path: Path
) -> None:
    for (status, cause), reason in CAUSES.items():
        header = f"Q.850;cause={cause}"
        events = await refused(carrier, peer_port, tmp_path, status, f"Reason: {header}")
        assert events == [Ended(reason, f"{status},{header}")]


async def test_a_phone_that_nobody_picks_up_is_cancelled(
    carrier: SipCarrier, peer_port: int, tmp_path: Path
) -> None:
    steps = (
        received("INVITE"),
        response("180 Ringing"),
        received("CANCEL"),
        response("200 OK", tag=False),
    )
    async with playing(tmp_path, peer_port, *steps) as peer:
        events = await followed(await dialled(carrier, ring_timeout_s=0.6))
        assert events == [Ringing(), Ended(EndReason.NO_ANSWER)]
        async with asyncio.timeout(PATIENCE_S):
            assert await peer.wait() == 0


async def test_an_answer_that_crosses_our_cancel_is_hung_up_at_once(
    carrier: SipCarrier, peer_port: int, tmp_path: Path
) -> None:
    steps = (
        their_invite(),
        response("180 Ringing"),
        pause(500),
        response("200 OK", rtp_port=RTP),
        '<recv request="CANCEL" optional="true"/>',
        received("ACK"),
        received("BYE"),
        response("200 OK", tag=False),
    )
    async with playing(tmp_path, peer_port, *steps) as peer:
        call = await dialled(carrier, ring_timeout_s=0.52)
        events = await hung_up(call)
        assert isinstance(events[-1], Ended)
        async with asyncio.timeout(PATIENCE_S):
            assert await peer.wait() == 0


async def test_a_trunk_that_says_nothing_at_all_is_a_failure_and_no_resident_who_is_out(
    carrier: SipCarrier,
) -> None:
    (ended,) = await followed(await dialled(carrier, ring_timeout_s=0.5))
    assert isinstance(ended, Ended)
    assert ended.reason is EndReason.NETWORK_FAILED
    assert "neither rang nor refused" in ended.detail


async def test_messages_sent_again_and_again_happen_once(
    carrier: SipCarrier, peer_port: int, tmp_path: Path
) -> None:
    ringing, answer = response("180 Ringing"), response("200 OK", rtp_port=RTP)
    steps = (
        their_invite(),
        ringing,
        ringing,
        response("183 Session Progress", rtp_port=RTP),
        ringing,
        answer,
        answer,
        answer,
        received("ACK"),
        *HANG_UP,
    )
    async with playing(tmp_path, peer_port, *steps):
        events = await hung_up(await dialled(carrier))
    assert events == [Ringing(), Answered(), Ended(EndReason.HUNG_UP_HERE)]


async def test_messages_that_come_too_late_change_nothing(
    carrier: SipCarrier, peer_port: int, tmp_path: Path
) -> None:
    steps = (
        *ANSWER,
        response("180 Ringing"),
        response("486 Busy Here"),
        pause(200),
        request("BYE", 7),
        '<recv response="200"/>',
        request("BYE", 8),
        '<recv response="481"/>',
    )
    async with playing(tmp_path, peer_port, *steps) as peer:
        events = await followed(await dialled(carrier))
        assert [type(event) for event in events] == [Answered, Ended]
        assert events[-1] == Ended(EndReason.HUNG_UP_THERE, events[-1].detail)
        async with asyncio.timeout(PATIENCE_S):
            assert await peer.wait() == 0


async def test_sound_from_before_the_answer_is_no_resident_speaking(
    carrier: SipCarrier, ports: Ports, peer_port: int, tmp_path: Path
) -> None:
    steps = (
        received("INVITE"),
        response("183 Session Progress", rtp_port=RTP),
        received("CANCEL"),
        response("200 OK", tag=False),
    )
    async with playing(tmp_path, peer_port, *steps):
        call = await dialled(carrier, ring_timeout_s=0.8)
        events: list[LegEvent] = []
        announcement = asyncio.create_task(announce(ports))
        async with asyncio.timeout(PATIENCE_S):
            async for event in call.events():
                events.append(event)
        announcement.cancel()
    assert events == [Ringing(), Ended(EndReason.NO_ANSWER)]


async def announce(ports: Ports) -> None:
    """RTP towards every port that the carrier may have opened, as a network's announcement."""
    first = ports.rtp
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for n in range(1000):
            packet = bytes((0x80, 8)) + n.to_bytes(2, "big") + (n * 160).to_bytes(4, "big")
            for port in range(first, first + RTP_PORTS, 2):
                sender.sendto(packet + bytes(4) + b"\x2a" * 160, (HOST, port))
            await asyncio.sleep(0.02)


async def test_a_call_without_any_sound_ends(
    carrier: SipCarrier, peer_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leg, "SOUNDLESS_S", 0.6)
    async with playing(tmp_path, peer_port, *ANSWER, *HANG_UP) as peer:
        events = await followed(await dialled(carrier))
        assert events == [Answered(), Ended(EndReason.NETWORK_FAILED, events[-1].detail)]
        async with asyncio.timeout(PATIENCE_S):
            assert await peer.wait() == 0


async def test_a_peer_that_does_not_take_our_goodbye_cannot_keep_the_call(
    carrier: SipCarrier, peer_port: int, tmp_path: Path
) -> None:
    async with playing(tmp_path, peer_port, *ANSWER, received("BYE"), pause(20_000)):
        events = await hung_up(await dialled(carrier))
    assert events == [Answered(), Ended(EndReason.HUNG_UP_HERE)]
    assert carrier.live == 0


async def test_a_call_that_is_cut_in_the_middle_of_a_word_ends_there(
    carrier: SipCarrier, peer_port: int, tmp_path: Path
) -> None:
    steps = (*ANSWER, pause(300), request("BYE"), '<recv response="200"/>')
    async with playing(tmp_path, peer_port, *steps):
        call = await dialled(carrier)
        word = (np.sin(np.arange(16_000) * 0.3) * 5000).astype("<i2").tobytes()
        events = await followed(call, lambda: [call.send(f) for f in frames(word)] and None)
    assert [type(event) for event in events] == [Answered, Ended]
    assert events[-1] == Ended(EndReason.HUNG_UP_THERE, events[-1].detail)


# -- who we are ---------------------------------------------------------------------------------

CHALLENGE = 'Proxy-Authenticate: Digest realm="trunk", nonce="abcdef", algorithm=MD5'


async def test_a_trunk_that_asks_for_a_password_gets_its_digest(
    settings: Settings, peer_port: int, tmp_path: Path
) -> None:
    steps = (
        received("INVITE"),
        response("407 Proxy Authentication Required", headers=[CHALLENGE]),
        received("ACK"),
        '<recv request="INVITE"><action>'
        '<ereg regexp="Digest username=.trunkuser." search_in="hdr" '
        'header="Proxy-Authorization:" check_it="true" assign_to="1"/>'
        '<ereg regexp="From:.*sip:.8653288880000@" search_in="msg" check_it="true" assign_to="2"/>'
        '<ereg regexp="P-Asserted-Identity:.*.8653288880000@" search_in="msg" check_it="true" '
        'assign_to="3"/></action></recv><Reference variables="1,2,3"/>',
        response("486 Busy Here"),
        received("ACK"),
    )
    given = settings.model_copy(
        update={"sip_user": "trunkuser", "sip_password": "s3cret", "sip_register": False}
    )
    carrier = sip_carrier(given)
    await carrier.start()
    try:
        async with playing(tmp_path, peer_port, *steps) as peer:
            assert await followed(await dialled(carrier)) == [
                Ended(EndReason.BUSY, "486 Busy Here")
            ]
            async with asyncio.timeout(PATIENCE_S):
                assert await peer.wait() == 0
    finally:
        await carrier.close()


REGISTRAR_ASKS = (
    received("REGISTER"),
    response(
        "401 Unauthorized",
        headers=['WWW-Authenticate: Digest realm="pbx", nonce="abcdef", algorithm=MD5'],
    ),
)


async def test_the_doctor_registers_and_takes_leave(
    settings: Settings, peer_port: int, tmp_path: Path
) -> None:
    registering = settings.model_copy(update={"sip_user": "1001", "sip_password": "s3cret"})
    accepted = response("200 OK", headers=["Expires: 60"])
    steps = (*REGISTRAR_ASKS, received("REGISTER"), accepted, received("REGISTER"), accepted)
    async with playing(tmp_path, peer_port, *steps):
        assert "registered" in await check(registering)


async def test_the_doctor_says_that_the_password_is_wrong(
    settings: Settings, peer_port: int, tmp_path: Path
) -> None:
    registering = settings.model_copy(update={"sip_user": "1001", "sip_password": "wrong"})
    steps = (*REGISTRAR_ASKS, received("REGISTER"), response("403 Forbidden"))
    async with playing(tmp_path, peer_port, *steps):
        with pytest.raises(TelephonyError, match="CALLBOT_SIP_PASSWORD"):
            await check(registering)


async def test_the_doctor_asks_a_trunk_without_registration_for_its_options(
    settings: Settings, peer_port: int, tmp_path: Path
) -> None:
    async with playing(tmp_path, peer_port, received("OPTIONS"), response("200 OK")):
        assert "200 OK" in await check(settings)


async def test_the_doctor_says_that_nobody_answers(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callbot.telephony.sip.doctor.ANSWER_TIMEOUT_S", 0.3)
    with pytest.raises(TelephonyError, match="CALLBOT_SIP_TRUNK"):
        await check(settings)


async def test_no_call_is_placed_while_the_registrar_refuses_us(
    settings: Settings, peer_port: int, tmp_path: Path
) -> None:
    registering = settings.model_copy(update={"sip_user": "1001", "sip_password": "wrong"})
    carrier = sip_carrier(registering)
    async with playing(tmp_path, peer_port, received("REGISTER"), response("403 Forbidden")):
        await carrier.start()
        try:
            with pytest.raises(TelephonyError, match="doctor") as refused:
                await dialled(carrier)
        finally:
            await carrier.close()
    assert not refused.value.permanent


# -- what comes unasked -------------------------------------------------------------------------

SEED = 20_261_122

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

# No INVITE: the stack's own memory is damaged by some spoiled ones (docs/howto/going-live-sip.md,
# "Only the trunk may reach the SIP port").
METHODS = ("ACK", "BYE", "CANCEL", "OPTIONS", "INFO", "REFER", "NOTIFY", "UPDATE", "NONE")


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


async def test_a_thousand_spoiled_messages_disturb_no_call(
    carrier: SipCarrier, ports: Ports, peer_port: int, tmp_path: Path
) -> None:
    draw = random.Random(SEED)
    async with playing(tmp_path, peer_port, *ANSWER, *HANG_UP, calls=2) as peer:
        during = await dialled(carrier)
        async with asyncio.timeout(PATIENCE_S):
            assert await anext(aiter(during.events())) == Answered()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.bind((HOST, 0))
            for n in range(1, 1001):
                message = spoiled(draw, n, ports.sip, sender.getsockname()[1])
                sender.sendto(message, (HOST, ports.sip))
                await asyncio.sleep(0 if n % 20 else 0.02)
            assert refusals(sender) > 100
        await during.hang_up()
        assert during.ended == Ended(EndReason.HUNG_UP_HERE)
        assert (await hung_up(await dialled(carrier)))[0] == Answered()
        async with asyncio.timeout(PATIENCE_S):
            assert await peer.wait() == 0
            while carrier.live:  # noqa: ASYNC110
                await asyncio.sleep(0.05)


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
