"""`callbot serve`: console, webhooks, media sockets; on one machine the scheduler too."""

import asyncio
import logging
from contextlib import AsyncExitStack, suppress
from typing import Annotated

import typer

from callbot.cli import calling
from callbot.cli.breaking_off import ctrl_c_breaks_off
from callbot.cli.db import Office, open_office
from callbot.cli.output import note
from callbot.clock import Clock, SteadyClock
from callbot.errors import CallbotError
from callbot.node import Node
from callbot.rehearsal.serving import SimulatedPublic
from callbot.telephony.carrier import Carrier
from callbot.telephony.carriers import carrier_names
from callbot.telephony.simulated.network import SimulatedCarrier
from callbot.web.app import Office as WebOffice
from callbot.web.app import create_app
from callbot.web.server import serving
from callbot.web.webhooks import webhooks_of

PREPARED_EVERY_S = 30.0

log = logging.getLogger(__name__)

Carriers = Annotated[
    str,
    typer.Option(
        "--carrier",
        help=f"who rings: {', '.join(carrier_names())}, or several with commas, each number by "
        "the first that reaches it; without it nobody is rung",
    ),
]


def serve_command(
    host: Annotated[str, typer.Option(help="address to listen at")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    carrier: Carriers = "",
) -> None:
    """Serves until Ctrl-C; with a carrier, running campaigns are called too."""
    names = [name.strip() for name in carrier.split(",") if name.strip()]
    with open_office() as office:
        asyncio.run(_serve(office, host, port, names))


async def _serve(office: Office, host: str, port: int, names: list[str]) -> None:
    clock = SteadyClock()
    carriers = calling.open_carriers(office.settings, clock, names)
    app = create_app(WebOffice(office.settings, office.database, clock), *webhooks_of(carriers))
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(serving(app, host, port))
        note(f"http://{host}:{port}")
        if carriers:
            node = await stack.enter_async_context(_Calling(office, carriers, clock))
            app.state.spoken_trials.speech = node
        await calling.told_to_stop()
        ctrl_c_breaks_off()
        note("stopping: calls end politely first; Ctrl-C again to break off")


class _Calling:
    """Scheduler and dialer beside the web, from the first ring to the last goodbye."""

    def __init__(self, office: Office, carriers: list[Carrier], clock: Clock) -> None:
        self._office = office
        self._carriers = carriers
        self._clock = clock
        self._stack = AsyncExitStack()
        self._node: Node | None = None
        self._preparing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Node:
        settings, database = self._office.settings, self._office.database
        calling.set_limits(database, settings, self._carriers)
        public = SimulatedPublic(settings, database, self._simulated())
        node = await self._stack.enter_async_context(
            calling.running_node(
                settings, database, calling.as_one(self._carriers), self._clock, public.observe
            )
        )
        try:
            note("preparing voices and recognisers")
            await calling.prepare(node, database)
            await public.move_in()
            await node.scheduler.start()
            node.trials.company = public if public.plays else None
            await self._stack.enter_async_context(node.trials.watching())
        except BaseException:
            await self._stack.aclose()
            raise
        self._node = node
        self._preparing = asyncio.create_task(self._prepare(node, public), name="preparation")
        note(f"calling through {', '.join(carrier.name for carrier in self._carriers)}")
        return node

    async def __aexit__(self, *_: object) -> None:
        assert self._node is not None and self._preparing is not None
        self._preparing.cancel()
        with suppress(asyncio.CancelledError):
            await self._preparing
        self._node.say_goodbye()
        await self._node.scheduler.stop(let_ringing_go=True)
        await self._stack.aclose()

    def _simulated(self) -> SimulatedCarrier | None:
        return next((c for c in self._carriers if isinstance(c, SimulatedCarrier)), None)

    async def _prepare(self, node: Node, public: SimulatedPublic) -> None:
        """Campaigns that are started, and residents who are imported, while we serve."""
        while True:
            await asyncio.sleep(PREPARED_EVERY_S)
            try:
                await calling.prepare(node, self._office.database)
                await public.move_in()
            except CallbotError:
                log.exception("preparing failed; prompts are made when they are needed")
