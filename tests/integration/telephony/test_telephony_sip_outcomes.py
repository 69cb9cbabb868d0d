"""Why a SIP call was not answered, in the trunk's words and in ours; sipp plays the trunk."""

import asyncio
import time
from pathlib import Path

from peers import needs_programs
from ports import HOST
from sip_calls import PATIENCE_S, RINGS_S, RTP, dialled, followed, pass_s
from sip_scenarios import (
    RUNG_AND_CANCELLED,
    THEIR_INVITE,
    playing,
    received,
    response,
    their_invite,
)

from callbot.config import Settings
from callbot.telephony.carrier import Ended, EndReason, LegEvent, Ringing
from callbot.telephony.sip import SipLines, sip_lines

pytestmark = needs_programs("sipp")

AT_ONCE = 30
BUSY_S = 1.0

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
    sip: SipLines, peer_port: int, folder: Path, status: str, *headers: str
) -> list[LegEvent]:
    steps = (received("INVITE"), response(status, headers=headers), received("ACK"))
    async with playing(folder, peer_port, *steps) as peer:
        events = await followed(await dialled(sip))
        async with asyncio.timeout(PATIENCE_S):
            assert await peer.wait() == 0
    return events


async def test_each_refusal_is_one_reason(sip: SipLines, peer_port: int, tmp_path: Path) -> None:
    for status, reason in REFUSALS.items():
        [ended] = await refused(sip, peer_port, tmp_path, status)
        assert isinstance(ended, Ended)
        words, _, advice = ended.detail.partition("; ")
        assert (ended.reason, words) == (reason, status)
        assert bool(advice) == (status == "403 Forbidden")


async def test_a_trunk_that_will_not_have_us_or_the_destination_says_what_to_check(
    sip: SipLines, peer_port: int, tmp_path: Path
) -> None:
    [ended] = await refused(sip, peer_port, tmp_path, "403 Forbidden")
    assert isinstance(ended, Ended)
    assert "destination" in ended.detail
    assert "CALLBOT_SIP_PASSWORD" in ended.detail


async def test_what_the_trunk_says_of_many_calls_while_we_are_busy_is_not_lost(
    sip: SipLines, peer_port: int, tmp_path: Path
) -> None:
    refuses = (received("INVITE"), response("486 Busy Here"), received("ACK"))

    async def while_we_are_busy() -> None:
        # By now the orders to dial are out, and nobody has taken what the stack says to them.
        time.sleep(BUSY_S)  # noqa: ASYNC251

    async with playing(tmp_path, peer_port, *refuses, calls=AT_ONCE):
        *calls, _ = await asyncio.gather(
            *(dialled(sip) for _ in range(AT_ONCE)), while_we_are_busy()
        )
        events = await asyncio.gather(*(followed(call) for call in calls))
    assert events == [[Ended(EndReason.BUSY, "486 Busy Here")]] * AT_ONCE


async def test_a_trunk_that_wants_a_password_of_which_we_have_none_says_so_at_once(
    sip: SipLines, peer_port: int, tmp_path: Path
) -> None:
    challenge = 'Proxy-Authenticate: Digest realm="trunk", nonce="abcdef", algorithm=MD5'
    asks = (
        received("INVITE"),
        response("407 Proxy Authentication Required", headers=[challenge]),
        received("ACK"),
    )
    async with playing(tmp_path, peer_port, *asks, *asks):
        [ended] = await followed(await dialled(sip))
    assert isinstance(ended, Ended)
    assert ended.reason is EndReason.NETWORK_FAILED
    assert "CALLBOT_SIP_USER" in ended.detail


async def test_the_telephone_networks_own_cause_says_more_than_the_gateways_code(
    sip: SipLines, peer_port: int, tmp_path: Path
) -> None:
    for (status, cause), reason in CAUSES.items():
        header = f"Q.850;cause={cause}"
        events = await refused(sip, peer_port, tmp_path, status, f"Reason: {header}")
        assert events == [Ended(reason, f"{status},{header}")]


async def test_a_phone_that_nobody_picks_up_is_cancelled(
    sip: SipLines, peer_port: int, tmp_path: Path
) -> None:
    async with playing(tmp_path, peer_port, *RUNG_AND_CANCELLED) as peer:
        call = await dialled(sip)
        events = await followed(call, at_ring=lambda: pass_s(call, RINGS_S))
        assert events == [Ringing(), Ended(EndReason.NO_ANSWER)]
        async with asyncio.timeout(PATIENCE_S):
            assert await peer.wait() == 0


async def test_an_answer_that_crosses_our_cancel_is_hung_up_at_once(
    sip: SipLines, peer_port: int, tmp_path: Path
) -> None:
    steps = (
        their_invite(),
        response("180 Ringing"),
        received("CANCEL"),
        response("200 OK"),
        response("200 OK", rtp_port=RTP, to=THEIR_INVITE),
        received("ACK"),
        received("BYE"),
        response("200 OK", tag=False),
    )
    async with playing(tmp_path, peer_port, *steps) as peer:
        call = await dialled(sip)
        events = await followed(call, at_ring=lambda: pass_s(call, RINGS_S))
        assert events == [Ringing(), Ended(EndReason.NO_ANSWER)]
        async with asyncio.timeout(PATIENCE_S):
            assert await peer.wait() == 0


async def test_a_trunk_that_says_nothing_at_all_is_a_failure_and_no_resident_who_is_out(
    sip: SipLines,
) -> None:
    (ended,) = await followed(await dialled(sip, ring_timeout_s=0.5))
    assert isinstance(ended, Ended)
    assert ended.reason is EndReason.NETWORK_FAILED
    assert "neither rang nor refused" in ended.detail
    assert "callbot doctor" in ended.detail


async def test_a_trunk_where_nobody_listens_is_a_failure(
    sip_settings: Settings, peer_port: int
) -> None:
    trunk = {"sip_trunk": f"{HOST}:{peer_port};transport=tcp"}
    lines = sip_lines(sip_settings.model_copy(update=trunk))
    await lines.start()
    try:
        (ended,) = await followed(await dialled(lines))
    finally:
        await lines.close()
    assert isinstance(ended, Ended)
    assert ended.reason is EndReason.NETWORK_FAILED
    assert "callbot doctor" in ended.detail
