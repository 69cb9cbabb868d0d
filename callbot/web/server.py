"""Serves an application on a port of this machine, for as long as it is wanted."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from callbot.errors import BadInput

LONGEST_MESSAGE_BYTES: Final = 64 * 1024
GOODBYE_S: Final = 5
_LOOKED_AT_EVERY_S: Final = 0.02


class _Server(uvicorn.Server):
    """Leaves signals to us: calls end before the addresses they need do."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _no_refusal(line: logging.LogRecord) -> bool:
    """uvicorn calls it an error when a socket is refused by a status: that is meant, and whoever
    forges one would fill the log."""
    return "without completing handshake" not in line.getMessage()


@asynccontextmanager
async def serving(app: ASGIApp, host: str, port: int) -> AsyncIterator[int]:
    """The application is reachable inside; gives the port, which is a free one if 0 was asked for.

    Raises BadInput when the address cannot be had.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        ws="websockets-sansio",
        ws_max_size=LONGEST_MESSAGE_BYTES,
        timeout_graceful_shutdown=GOODBYE_S,
        # The proxy's word on the scheme is not needed: signatures go by CALLBOT_PUBLIC_URL.
        proxy_headers=False,
    )
    logging.getLogger("uvicorn.error").addFilter(_no_refusal)
    server = _Server(config)
    running = asyncio.create_task(_run(server), name="http server")
    try:
        while not server.started:
            if running.done():
                raise BadInput(f"--port: {host}:{port} cannot be listened at; is it in use?")
            await asyncio.sleep(_LOOKED_AT_EVERY_S)
        yield int(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        await running


async def _run(server: uvicorn.Server) -> None:
    try:
        await server.serve()
    except SystemExit:
        # How uvicorn says that it cannot listen.
        return
