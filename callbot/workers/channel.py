"""The child's end of the pipes, for a child with an event loop of its own."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from typing import Any, Self

from callbot.errors import CallbotError
from callbot.workers.protocol import Frame, pack, read_frame, take_over_standard_streams


class AsyncChannel:
    """Frames to and from the parent. Sending never blocks."""

    def __init__(self, requests: asyncio.StreamReader, replies: asyncio.WriteTransport) -> None:
        self._requests = requests
        self._replies = replies

    @classmethod
    async def of_this_process(cls) -> Self:
        """Takes standard input and output over; to be called once, before anything is printed."""
        loop = asyncio.get_running_loop()
        requests, replies = take_over_standard_streams()
        reader = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), requests)
        transport, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, replies)
        return cls(reader, transport)

    @property
    def unsent_bytes(self) -> int:
        """What the parent has not read yet."""
        return self._replies.get_write_buffer_size()

    async def receive(self) -> Frame:
        """Raises asyncio.IncompleteReadError when the parent is gone."""
        return await read_frame(self._requests)

    def send(self, frame: Frame) -> None:
        self._replies.write(pack(frame))


def run_child(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Until the parent is gone. An error of ours ends the process with its words."""
    try:
        asyncio.run(_until_orphaned(main))
    except CallbotError as error:
        sys.exit(str(error))


async def _until_orphaned(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    try:
        await main()
    except asyncio.IncompleteReadError:
        # Nobody is left to want what is under way; what it is connected to ends it.
        os._exit(0)
