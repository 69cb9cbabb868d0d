"""Scenarios for sipp, the SIP peer that keeps to a script: pieces of its XML, and running one."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

HOST = "127.0.0.1"
STARTS_S = 30.0

SDP = """v=0
o=phone 1 1 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
m=audio {port} RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
"""


THEIR_INVITE = "CSeq: [$their_cseq]"


def response(
    status: str,
    *,
    rtp_port: int = 0,
    headers: Sequence[str] = (),
    tag: bool = True,
    to: str = "[last_CSeq:]",
) -> str:
    """One response to the request received last; with rtp_port, an SDP answer in it.

    to: THEIR_INVITE answers that one though another request has come since.
    """
    body = SDP.format(port=rtp_port) if rtp_port else ""
    lines = [
        f"SIP/2.0 {status}",
        "[last_Via:]",
        "[last_From:]",
        "[last_To:];tag=phone[call_number]" if tag else "[last_To:]",
        "[last_Call-ID:]",
        to,
        "Contact: <sip:phone@[local_ip]:[local_port]>",
        *headers,
        *(["Content-Type: application/sdp"] if body else []),
        f"Content-Length: {'[len]' if body else '0'}",
    ]
    return _send("\n".join(lines) + "\n\n" + body)


def changed_media(direction: str, rtp_port: int, cseq: int) -> str:
    """A re-INVITE to its end: `sendonly` puts the call on hold, `sendrecv` takes it back."""
    body = f"{SDP.format(port=rtp_port)}a={direction}\n"
    return "\n".join(
        (request("INVITE", cseq, body), '<recv response="200"/>', request("ACK", cseq))
    )


def request(method: str, cseq: int = 1, body: str = "") -> str:
    """A request within the dialogue that their INVITE began."""
    content = (
        "Content-Type: application/sdp\nContent-Length: [len]" if body else "Content-Length: 0"
    )
    contact = "Contact: <sip:phone@[local_ip]:[local_port]>\n" if body else ""
    return _send(
        f"{method} [next_url] SIP/2.0\n"
        "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"
        "From: <sip:phone@[local_ip]:[local_port]>;tag=phone[call_number]\n"
        "To: [$their_from]\n"
        "[last_Call-ID:]\n"
        f"CSeq: {cseq} {method}\n"
        f"{contact}"
        "Max-Forwards: 70\n"
        f"{content}\n\n{body}"
    )


def received(method: str, *, timeout_ms: int = 30_000) -> str:
    return f'<recv request="{method}" timeout="{timeout_ms}"/>'


def their_invite() -> str:
    """Takes an INVITE and remembers where requests of ours go, and what answers are to."""
    kept = "".join(
        f'<ereg regexp=".*" search_in="hdr" header="{header}:" check_it="true" '
        f'assign_to="their_{header.lower()}"/>'
        for header in ("From", "CSeq")
    )
    return f'<recv request="INVITE" rrs="true"><action>{kept}</action></recv>'


def pause(milliseconds: int) -> str:
    return f'<pause milliseconds="{milliseconds}"/>'


def _send(message: str) -> str:
    return f"<send><![CDATA[\n\n{message}\n]]></send>"


RUNG_AND_CANCELLED = (
    received("INVITE"),
    response("180 Ringing"),
    received("CANCEL"),
    response("200 OK", tag=False),
)
"""A phone that rings until the caller gives up."""


@asynccontextmanager
async def playing(
    folder: Path, port: int, *steps: str, calls: int = 1
) -> AsyncIterator[asyncio.subprocess.Process]:
    """sipp at this port, with these steps for each call.

    It ends with status 0 when every call went by the script.
    """
    scenario = folder / "scenario.xml"
    kept = "their_from" in "".join(steps)
    known = '<Reference variables="their_from,their_cseq"/>' if kept else ""
    scenario.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="peer">\n'
        + "\n".join((*steps, known))
        + "\n</scenario>\n"
    )
    options = ["-sf", str(scenario), "-i", HOST, "-p", str(port), "-m", str(calls), "-nostdin"]
    with (folder / "sipp.log").open("wb") as log:
        peer = await asyncio.create_subprocess_exec(
            "sipp", *options, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder
        )
    try:
        await _listening(port, peer)
        yield peer
    finally:
        if peer.returncode is None:
            peer.kill()
        await peer.wait()


async def _listening(port: int, peer: asyncio.subprocess.Process) -> None:
    """Until the UDP port is taken, as the kernel's table shows it."""
    wanted = f":{port:04X} "
    async with asyncio.timeout(STARTS_S):
        while wanted not in Path("/proc/net/udp").read_text():  # noqa: ASYNC240
            assert peer.returncode is None, "sipp refused the scenario; see sipp.log"
            await asyncio.sleep(0.02)
