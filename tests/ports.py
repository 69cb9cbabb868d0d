"""Ports of this machine that one test has to itself, while others run beside it."""

import fcntl
import os
import random
import socket
import tempfile
from collections import deque
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"

RTP_PORTS = 180
_BLOCK = 200
_BLOCKS = range(20_000, 32_600, _BLOCK)
"""Below the ports that the kernel gives to whoever asks for none in particular."""

_KEPT_CLAIMS = 8
_claims: deque[int] = deque()
"""Open and locked: descriptors, of the blocks that the tests of this process took last."""


@dataclass(frozen=True)
class Ports:
    """SIP (and TLS one above, which baresip takes unasked), control, and RTP from `rtp` on."""

    sip: int
    control: int
    rtp: int

    @classmethod
    def free(cls) -> "Ports":
        """A block that nobody on this machine has, nor any other test has been given."""
        while len(_claims) >= _KEPT_CLAIMS:
            os.close(_claims.popleft())
        for sip in random.sample(_BLOCKS, len(_BLOCKS)):
            if _claim(sip) and all(map(_is_free, (sip, sip + 1, sip + 2, sip + 10))):
                return cls(sip, sip + 2, sip + 10)
        raise RuntimeError("every block of ports is taken")


def _claim(port: int) -> bool:
    """Locks the block until this process has taken several others, or ends.

    Between looking whether a port is free and listening on it, another test could take it.
    """
    path = Path(tempfile.gettempdir(), f"callbot-test-ports-{port}")
    claim = os.open(path, os.O_CREAT | os.O_WRONLY)
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(claim)
        return False
    _claims.append(claim)
    return True


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as trying:
            try:
                trying.bind((HOST, port))
            except OSError:
                return False
    return True
