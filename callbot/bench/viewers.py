"""The same calls twice, without and with many live viewers of the console of the same process."""

import asyncio
import json
import secrets
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from callbot.bench import viewing
from callbot.bench.calls import CallsBench, bench_calls
from callbot.bench.viewing import Orders, Seen
from callbot.config import Settings
from callbot.errors import CallbotError
from callbot.models import Role
from callbot.web.app import Office, create_app
from callbot.web.auth.accounts import add_account, set_password
from callbot.web.server import serving

PAGES: Final = ("/", "/queue", "/campaigns/1")
"""Those that stay open all day; viewers have them in turn."""

ROUNDS: Final = 1
HOST: Final = "127.0.0.1"
NAME: Final = "viewer"

NICENESS: Final = 19
"""A viewer's own work is done by another machine in life, so it takes what is left over here."""

END_S: Final = 30.0
"""For the viewers to say what they saw and go."""


class ViewersGone(CallbotError):
    """The viewers' process has ended early; what it was refused stands in its standard error."""


@dataclass(frozen=True)
class ViewersBench:
    """own_cpu_share of the two: of one core, the console within."""

    viewers: int
    seen: Seen
    alone: CallsBench
    watched: CallsBench

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


async def bench_viewers(
    viewers: int,
    calls: int,
    settings: Settings,
    now: datetime,
    progress: Callable[[str, int, int], None] | None = None,
) -> ViewersBench:
    """One round of calls each time, in real time, on the embedded network.

    As in `callbot serve`, the console is in the process of the calls: their frames and its pages
    wait for each other. The viewers have a process of their own.
    """
    audience = Audience(viewers)
    alone = await bench_calls(calls, settings, now, progress, rounds=ROUNDS)
    watched = await bench_calls(
        calls, settings, now, progress, rounds=ROUNDS, beside=audience.watching
    )
    assert audience.seen is not None
    return ViewersBench(viewers, audience.seen, alone, watched)


class Audience:
    """seen: by all of them together, once they have gone. niceness: of their process."""

    def __init__(self, viewers: int, *, niceness: int = NICENESS) -> None:
        self._viewers = viewers
        self._niceness = niceness
        self.seen: Seen | None = None

    @asynccontextmanager
    async def watching(self, office: Office) -> AsyncIterator[None]:
        """Inside, each has its page open and up to date. The office has a campaign, number 1.

        Raises ViewersGone.
        """
        password = _let_in(office)
        async with serving(create_app(office), HOST, 0) as port:
            address = f"http://{HOST}:{port}"
            orders = Orders(address, NAME, password, self._viewers, PAGES, self._niceness)
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", viewing.__name__), stdin=PIPE, stdout=PIPE
            )
            assert process.stdin is not None and process.stdout is not None
            try:
                process.stdin.write(orders.as_line())
                await _told(process.stdout)
                yield
                process.terminate()
                async with asyncio.timeout(END_S):
                    self.seen = await _told(process.stdout)
                    await process.wait()
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()


async def _told(lines: asyncio.StreamReader) -> Seen:
    line = await lines.readline()
    if not line:
        raise ViewersGone("the viewers ended early")
    return Seen(**json.loads(line))


def _let_in(office: Office) -> str:
    """Makes the viewers' account; its password."""
    password, now = secrets.token_urlsafe(16), office.clock.now()
    token = add_account(office.database, NAME, Role.VIEWER, (), now, actor="bench")
    set_password(office.database, token, password, now)
    return password
