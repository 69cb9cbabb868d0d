"""Proves that a trunk accepts us, without ringing anyone: `callbot doctor --carrier sip`."""

import asyncio
import os
import re
import secrets
import socket
import ssl
from typing import Final

from callbot.config import Settings
from callbot.errors import TelephonyError
from callbot.telephony.sip.stack import Endpoint, RegistrationUnanswered, SipStack
from callbot.telephony.sip.trunk import Trunk

ANSWER_TIMEOUT_S: Final = 5.0
_ASK_AGAIN_S: Final = 1.0
_NOT_FOR_US: Final = "403"
_OUT_OF_SERVICE: Final = ("502", "503", "504")
_STATUS_LINE: Final = re.compile(r"SIP/2\.0 (\d{3}) ?([^\r\n]*)")


async def check(settings: Settings) -> str:
    """What was proven, in words.

    With CALLBOT_SIP_USER a registration is made and taken back; a trunk that knows us by our
    address is asked for its OPTIONS. Raises ConfigurationError or TelephonyError, which say what
    to do. Not in a process in which the carrier is running.
    """
    trunk, endpoint = Trunk.of(settings), Endpoint.of(settings)
    if not trunk.registers:
        return await _proven_by_options(trunk)
    stack = SipStack(trunk, endpoint)
    await stack.start()
    try:
        await stack.register()
    except RegistrationUnanswered as unanswered:
        answer = await options(trunk)
        raise TelephonyError(
            f"{trunk.address} is there ({answer}), but does not answer the registration; ask the "
            "provider whether it takes registrations (else CALLBOT_SIP_REGISTER=false), and "
            "whether its answers can reach CALLBOT_SIP_LISTEN through the firewall",
            permanent=False,
        ) from unanswered
    finally:
        await stack.close()
    return f"registered at {trunk.address} as {trunk.user}, and unregistered again"


async def _proven_by_options(trunk: Trunk) -> str:
    answer = await options(trunk)
    if answer.startswith(_NOT_FOR_US):
        raise TelephonyError(
            f"{trunk.address} is there, but refuses us ({answer}); ask the provider whether it "
            "knows this machine's address, or give CALLBOT_SIP_USER and CALLBOT_SIP_PASSWORD",
            permanent=False,
        )
    if answer.startswith(_OUT_OF_SERVICE):
        raise TelephonyError(
            f"{trunk.address} is there, but out of service ({answer}); ask the provider",
            permanent=False,
        )
    return f"{trunk.address} answers ({answer}); credentials are first tried by a call"


async def options(trunk: Trunk) -> str:
    """The status line with which the trunk answers OPTIONS. Raises TelephonyError."""
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            if trunk.transport == "udp":
                answer = await _over_udp(trunk)
            else:
                answer = await _over_stream(trunk)
    except (TimeoutError, OSError) as error:
        raise TelephonyError(
            f"{trunk.address} cannot be reached ({_why(error)}); check CALLBOT_SIP_TRUNK, name "
            "service and firewall, and ask the provider whether it allows this machine's address",
            permanent=False,
        ) from error
    found = _STATUS_LINE.match(answer)
    if found is None:
        raise TelephonyError(f"{trunk.address} answers, but not in SIP", permanent=False)
    return f"{found[1]} {found[2]}"


def _why(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "no answer"
    if error.errno is None or isinstance(error, socket.gaierror | ssl.SSLError):
        return (error.strerror or str(error)).lower()
    # asyncio puts words of its own in place of the system's.
    return os.strerror(error.errno).lower()


async def _over_udp(trunk: Trunk) -> str:
    """Asks again every second: a datagram may be lost."""
    loop = asyncio.get_running_loop()
    (family, _, _, _, address), *_ = await loop.getaddrinfo(
        trunk.host, trunk.port_in_use, type=socket.SOCK_DGRAM
    )
    with socket.socket(family, socket.SOCK_DGRAM) as asking:
        asking.setblocking(False)
        asking.connect(address)
        request = _request(trunk, asking)
        while True:
            await loop.sock_sendall(asking, request)
            try:
                async with asyncio.timeout(_ASK_AGAIN_S):
                    return (await loop.sock_recv(asking, 4096)).decode("utf-8", "replace")
            except TimeoutError:
                continue


async def _over_stream(trunk: Trunk) -> str:
    reader, writer = await asyncio.open_connection(
        trunk.host, trunk.port_in_use, ssl=trunk.transport == "tls" or None
    )
    try:
        writer.write(_request(trunk, writer.get_extra_info("socket")))
        await writer.drain()
        return (await reader.readline()).decode("utf-8", "replace")
    finally:
        writer.close()


def _request(trunk: Trunk, asking: socket.socket) -> bytes:
    address, port = asking.getsockname()[:2]
    here = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    token = secrets.token_hex(8)
    lines = (
        f"OPTIONS sip:{trunk.address} SIP/2.0",
        f"Via: SIP/2.0/{trunk.transport.upper()} {here};rport;branch=z9hG4bK{token}",
        "Max-Forwards: 70",
        f"From: <sip:{trunk.caller}@{trunk.host}>;tag={token}",
        f"To: <sip:{trunk.address}>",
        f"Call-ID: {token}",
        "CSeq: 1 OPTIONS",
        f"Contact: <sip:{trunk.caller}@{here}>",
        "Accept: application/sdp",
        "Content-Length: 0",
    )
    return "\r\n".join((*lines, "", "")).encode()
