"""What a SIP trunk may do to a call, played by sipp: repeated, late and missing messages."""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from peers import needs_programs
from ports import HOST, RTP_PORTS, Ports
from sip_calls import (
    ANSWER,
    HANG_UP,
    PATIENCE_S,
    RINGS_S,
    RTP,
    dialled,
    followed,
    hung_up,
    pass_s,
)
from sip_scenarios import (
    changed_media,
    pause,
    playing,
    received,
    request,
    response,
    their_invite,
)

from callbot.speech.audio import SILENT_FRAME, frames
from callbot.telephony.carrier import Answered, Audio, Ended, EndReason, Leg, LegEvent, Ringing
from callbot.telephony.sip import SipLines, leg, lines
from callbot.telephony.sip.leg import SipLeg

pytestmark = needs_programs("sipp")

TAKEN = response("200 OK", tag=False)
A_LAW = 8
A_LAW_SILENCE = 0xD5


async def test_messages_sent_again_and_again_happen_once(
    sip: SipLines, peer_port: int, tmp_path: Path
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
        events = await hung_up(await dialled(sip))
    assert events == [Ringing(), Answered(), Ended(EndReason.HUNG_UP_HERE)]


async def test_messages_that_come_too_late_change_nothing(
    sip: SipLines, peer_port: int, tmp_path: Path
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
        events = await followed(await dialled(sip))
        assert [type(event) for event in events] == [Answered, Ended]
        assert events[-1] == Ended(EndReason.HUNG_UP_THERE, events[-1].detail)
        async with asyncio.timeout(PATIENCE_S):
            assert await peer.wait() == 0


async def test_a_far_end_that_ignores_our_goodbye_holds_no_line(
    sip: SipLines, peer_port: int, tmp_path: Path
) -> None:
    async with playing(tmp_path, peer_port, *ANSWER, received("BYE"), pause(60_000)):
        events = await hung_up(await dialled(sip))
    assert events == [Answered(), Ended(EndReason.HUNG_UP_HERE)]
    assert sip.live == 0


async def test_sound_from_before_the_answer_is_no_resident_speaking(
    sip: SipLines, ports: Ports, peer_port: int, tmp_path: Path
) -> None:
    steps = (
        received("INVITE"),
        response("183 Session Progress", rtp_port=RTP),
        received("CANCEL"),
        response("200 OK", tag=False),
    )
    async with playing(tmp_path, peer_port, *steps):
        call = await dialled(sip)
        rings = asyncio.Event()

        async def nobody_answers() -> None:
            await rings.wait()
            await announce(ports)
            pass_s(call, RINGS_S)

        events, _ = await asyncio.gather(heard_of(call, rings.set), nobody_answers())
    assert events == [Ringing(), Ended(EndReason.NO_ANSWER)]


async def heard_of(call: Leg, at_ring: Callable[[], None]) -> list[LegEvent]:
    """Every event, sound among them, to the end."""
    events: list[LegEvent] = []
    async with asyncio.timeout(PATIENCE_S):
        async for event in call.events():
            events.append(event)
            if isinstance(event, Ringing):
                at_ring()
    return events


async def announce(ports: Ports) -> None:
    """Half a second of RTP towards every port that the carrier may have opened, as a network's
    announcement."""
    first = ports.rtp
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for n in range(25):
            packet = bytes((0x80, 8)) + n.to_bytes(2, "big") + (n * 160).to_bytes(4, "big")
            for port in range(first, first + RTP_PORTS, 2):
                sender.sendto(packet + bytes(4) + b"\x2a" * 160, (HOST, port))
            await asyncio.sleep(0.02)


async def test_a_call_without_any_sound_ends(
    sip: SipLines, peer_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leg, "SOUNDLESS_S", 0.6)
    async with playing(tmp_path, peer_port, *ANSWER, *HANG_UP) as peer:
        events = await followed(await dialled(sip))
        assert events == [
            Answered(),
            Ended(EndReason.UNHEARD, f"no sound came for 1 s; {leg.UNREACHABLE}"),
        ]
        async with asyncio.timeout(PATIENCE_S):
            assert await peer.wait() == 0


async def test_a_stall_of_ours_is_no_silence_of_the_far_end(
    sip: SipLines, peer_port: int, tmp_path: Path
) -> None:
    async with playing(tmp_path, peer_port, *ANSWER, *HANG_UP):
        call = await dialled(sip)
        hanging_up: list[asyncio.Task[None]] = []

        def after_a_stall() -> None:
            pass_s(call, 2 * leg.SOUNDLESS_S)
            hanging_up.append(asyncio.create_task(call.hang_up()))

        events = await followed(call, after_a_stall)
        await asyncio.gather(*hanging_up)
    assert events == [Answered(), Ended(EndReason.HUNG_UP_HERE)]


async def test_a_call_on_hold_waits_in_silence_and_goes_on(
    sip: SipLines, peer_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leg, "SOUNDLESS_S", 1.5)
    steps = (
        *ANSWER,
        changed_media("sendonly", RTP, 11),
        pause(2500),
        changed_media("sendrecv", RTP, 12),
        *HANG_UP,
    )
    async with playing(tmp_path, peer_port, *steps) as peer:
        events = await followed(await dialled(sip))
        assert events == [
            Answered(),
            Ended(EndReason.UNHEARD, f"no sound came for 2 s; {leg.UNREACHABLE}"),
        ]
        async with asyncio.timeout(PATIENCE_S):
            assert await peer.wait() == 0, "it was we who ended it, and not before it was resumed"


async def test_all_of_the_frames_that_come_at_one_time_are_heard(
    sip: SipLines, peer_port: int, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind((HOST, 0))
        phone.setblocking(False)
        picked_up = (their_invite(), response("200 OK", rtp_port=phone.getsockname()[1]))
        async with playing(tmp_path, peer_port, *picked_up, received("ACK"), pause(20_000)):
            call = await dialled(sip)
            assert isinstance(call, SipLeg)
            events = call.events()
            assert isinstance(await anext(events), Answered)
            async with asyncio.timeout(PATIENCE_S):
                _, ours = await asyncio.get_running_loop().sock_recvfrom(phone, 2048)
                for n in range(8):
                    header = bytes((0x80, A_LAW)) + n.to_bytes(2, "big") + (n * 160).to_bytes(4)
                    loud = bytes(((0x10 * n) ^ A_LAW_SILENCE,)) * 160
                    phone.sendto(header + bytes(4) + loud, ours)
                heard: list[int] = []
                async for event in events:
                    if isinstance(event, Audio) and event.pcm != SILENT_FRAME:
                        heard.append(int.from_bytes(event.pcm[:2], "little", signed=True))
                        if len(heard) == 8:
                            break
            await call.close()
    assert heard == sorted(set(heard)), "each is louder than the one before"


async def test_a_peer_that_does_not_take_our_goodbye_cannot_keep_the_call(
    sip: SipLines, peer_port: int, tmp_path: Path
) -> None:
    async with playing(tmp_path, peer_port, *ANSWER, received("BYE"), pause(20_000)):
        events = await hung_up(await dialled(sip))
    assert events == [Answered(), Ended(EndReason.HUNG_UP_HERE)]
    assert sip.live == 0


async def test_a_call_that_is_cut_in_the_middle_of_a_word_ends_there(
    sip: SipLines, peer_port: int, tmp_path: Path
) -> None:
    steps = (*ANSWER, pause(300), request("BYE"), '<recv response="200"/>')
    async with playing(tmp_path, peer_port, *steps):
        call = await dialled(sip)
        word = (np.sin(np.arange(16_000) * 0.3) * 5000).astype("<i2").tobytes()
        events = await followed(call, lambda: [call.send(f) for f in frames(word)] and None)
    assert [type(event) for event in events] == [Answered, Ended]
    assert events[-1] == Ended(EndReason.HUNG_UP_THERE, events[-1].detail)


async def test_a_stack_that_is_closed_with_calls_up_takes_leave_and_does_not_count_as_hanging(
    sip: SipLines, peer_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "HEARTBEAT_S", 0.01)
    async with playing(tmp_path, peer_port, *ANSWER, received("BYE"), pause(300), TAKEN) as peer:
        assert isinstance(await anext((await dialled(sip)).events()), Answered)
        watching = asyncio.create_task(sip.hangs())
        await sip.close()
        assert await watching is False
        async with asyncio.timeout(PATIENCE_S):
            assert await peer.wait() == 0
