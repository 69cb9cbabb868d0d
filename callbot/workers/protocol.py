"""How a worker process and its parent speak: frames over two pipes, and the child's side of it.

A frame is two unsigned 32-bit big-endian lengths, a JSON header of the first length and a binary
payload of the second. A request's header carries `id` and `op`; its reply carries the same `id`,
and `error` when the work failed. A frame from the child with `op` and no `id` is a notice. The
first frame with neither is its ready note.
"""

import asyncio
import json
import os
import queue
import signal
import struct
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

Header = dict[str, Any]

PREFIX: Final = struct.Struct(">II")
MAX_HEADER_BYTES: Final = 1 << 20
MAX_PAYLOAD_BYTES: Final = 64 << 20

FAULT: Final = "error"
"""Header key of a reply whose work failed: words for a person."""


@dataclass(frozen=True)
class Frame:
    header: Header
    payload: bytes = b""

    @property
    def is_notice(self) -> bool:
        """From a child."""
        return "op" in self.header and "id" not in self.header


def pack(frame: Frame) -> bytes:
    header = json.dumps(frame.header, ensure_ascii=False, separators=(",", ":")).encode()
    return PREFIX.pack(len(header), len(frame.payload)) + header + frame.payload


def lengths(prefix: bytes) -> tuple[int, int]:
    """Lengths of header and payload in bytes. Raises ValueError when they cannot be meant."""
    header, payload = PREFIX.unpack(prefix)
    if header > MAX_HEADER_BYTES or payload > MAX_PAYLOAD_BYTES:
        raise ValueError(f"not a frame: {header} and {payload} bytes announced")
    return header, payload


async def read_frame(reader: asyncio.StreamReader) -> Frame:
    """Raises asyncio.IncompleteReadError when the other end is gone, ValueError on nonsense."""
    header_bytes, payload_bytes = lengths(await reader.readexactly(PREFIX.size))
    header = json.loads(await reader.readexactly(header_bytes))
    return Frame(header, await reader.readexactly(payload_bytes))


def take_over_standard_streams() -> tuple[BinaryIO, BinaryIO]:
    """In a child: the pipes from and to its parent, out of the libraries' reach.

    Libraries print what they like to file descriptor 1 (pyttsx3 does at every sentence): the real
    pipe is kept under another number, and 1 is pointed at standard error. From here on the parent
    decides when the child ends.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return requests, replies


Handler = Callable[[Header, bytes], Frame | None]
"""Does one request; a frame is its reply, None means that none is due (a one-way request)."""


class Channel:
    """The child's end, for a child that does one thing after another."""

    def __init__(self, requests: BinaryIO, replies: BinaryIO) -> None:
        self._requests = requests
        self._replies = replies
        self._sending = threading.Lock()
        self._received: queue.SimpleQueue[Frame] = queue.SimpleQueue()

    @classmethod
    def of_this_process(cls) -> "Channel":
        return cls(*take_over_standard_streams())

    def send(self, frame: Frame) -> None:
        data = memoryview(pack(frame))
        with self._sending:
            while data:
                data = data[self._replies.write(data) :]

    def serve(
        self,
        handlers: Mapping[str, Handler],
        ready: Header,
        work_ahead: Callable[[], bool] = lambda: False,
    ) -> None:
        """Answers requests one after another until the parent closes its end; then the process
        ends at once, even in the middle of work, since nobody is left to want it.

        work_ahead: does a little of what nobody has asked for yet, while no request waits; False
        when there is nothing to do.
        """
        threading.Thread(target=self._receive, name="requests", daemon=True).start()
        self.send(Frame(ready))
        while True:
            if self._received.empty() and work_ahead():
                continue
            reply = self._handle(handlers, self._received.get())
            if reply is not None:
                self.send(reply)

    def _handle(self, handlers: Mapping[str, Handler], request: Frame) -> Frame | None:
        id_ = request.header.get("id")
        try:
            reply = handlers[request.header["op"]](request.header, request.payload)
        except Exception as error:  # reported to the parent, which tells the call
            reply = Frame({FAULT: f"{type(error).__name__}: {error}"})
        if reply is None or id_ is None:
            return None
        return Frame({**reply.header, "id": id_}, reply.payload)

    def _receive(self) -> None:
        while True:
            prefix = self._requests.read(PREFIX.size)
            if len(prefix) < PREFIX.size:
                os._exit(0)
            header_bytes, payload_bytes = lengths(prefix)
            header = self._requests.read(header_bytes)
            payload = self._requests.read(payload_bytes)
            if len(header) < header_bytes or len(payload) < payload_bytes:
                os._exit(0)
            self._received.put(Frame(json.loads(header), payload))
