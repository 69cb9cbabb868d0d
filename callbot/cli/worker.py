"""`callbot worker`: one more machine that rings, beside a PostgreSQL database."""

import asyncio
import logging
import signal
import socket
from contextlib import AsyncExitStack
from typing import Annotated

import typer
from sqlmodel import col, select

from callbot.campaigns.campaign import running_scripts
from callbot.campaigns.engines import nodes
from callbot.campaigns.engines.worker import Worker, must_be_shared
from callbot.cli import calling
from callbot.cli.db import Office, open_office
from callbot.cli.output import note
from callbot.clock import SteadyClock
from callbot.errors import BadInput, CallbotError
from callbot.models import Resident
from callbot.node import Node
from callbot.rehearsal.serving import SimulatedPublic
from callbot.telephony.carrier import Carrier
from callbot.telephony.simulated.network import SimulatedCarrier
from callbot.web.webhooks import webhooks_of

app = typer.Typer(help="One more machine that rings.", invoke_without_command=True)

DEFAULT_SLOTS = 8
PREPARED_EVERY_S = 30.0

log = logging.getLogger(__name__)


@app.callback()
def work(
    context: typer.Context,
    name: Annotated[str, typer.Option(help="of this node, the same after a restart")] = "",
    carrier: Annotated[str, typer.Option(help="who rings; or simulated, to try it")] = "sip",
    slots: Annotated[
        int, typer.Option(min=1, max=500, help="conversations this machine can lead at once")
    ] = DEFAULT_SLOTS,
    capacity: Annotated[
        int | None,
        typer.Option(min=1, help="calls at once that the carrier allows all machines together"),
    ] = None,
    calls_per_second: Annotated[
        float | None,
        typer.Option("--cps", min=0.01, help="that the carrier allows all machines together"),
    ] = None,
) -> None:
    """Rings until SIGTERM, Ctrl-C or `callbot worker drain`.

    Each of them lets the calls under way end first.
    """
    if context.invoked_subcommand is not None:
        return
    with open_office() as office:
        must_be_shared(office.settings)
        clock = SteadyClock()
        [opened] = calling.open_carriers(office.settings, clock, [carrier])
        if webhooks_of([opened]):
            raise BadInput(
                f"--carrier {carrier}: it reports to one address, that of `callbot serve "
                f"--carrier {carrier}`; workers ring by a carrier that needs none, such as sip"
            )
        calling.set_limits(
            office.database,
            office.settings,
            [opened],
            calls_at_once=capacity,
            calls_per_second=calls_per_second,
        )
        asyncio.run(_Machine(office, opened, clock, name or socket.gethostname()).work(slots))


class _Machine:
    def __init__(self, office: Office, carrier: Carrier, clock: SteadyClock, name: str) -> None:
        self._office = office
        self._carrier = carrier
        self._clock = clock
        self._name = name
        simulated = carrier if isinstance(carrier, SimulatedCarrier) else None
        self._public = SimulatedPublic(office.settings, office.database, simulated)

    async def work(self, slots: int) -> None:
        settings, database = self._office.settings, self._office.database
        async with AsyncExitStack() as stack:
            node = await stack.enter_async_context(
                calling.running_node(
                    *(settings, database, self._carrier, self._clock, self._public.observe),
                    name=self._name,
                )
            )
            node.dialer.slots = slots
            worker = Worker(settings, database, node.dialer, self._clock)
            for stop in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(stop, worker.drain)
            note(f"node {self._name} prepares voices and recognisers")
            await self._prepare(node)
            preparing = asyncio.create_task(self._keep_prepared(node), name="preparation")
            stack.callback(preparing.cancel)
            node.trials.company = self._public if self._public.plays else None
            await stack.enter_async_context(node.trials.watching())
            note(f"node {self._name} rings with {slots} slots")
            await worker.run()

    async def _keep_prepared(self, node: Node) -> None:
        """Campaigns are started while we work."""
        while True:
            await asyncio.sleep(PREPARED_EVERY_S)
            try:
                await self._prepare(node)
            except CallbotError:
                log.exception("preparing failed; prompts are made when they are needed")

    async def _prepare(self, node: Node) -> None:
        scripts, residents = await asyncio.to_thread(_to_prepare, self._office)
        for script in scripts:
            await node.get_ready(script, residents)
        await self._public.move_in()


def _to_prepare(office: Office) -> tuple[list[str], list[Resident]]:
    """Scripts of the running campaigns, and a resident of each language.

    The names of a whole province would take hours to speak; they are spoken during the call.
    """
    with office.database.reading() as session:
        locales = session.exec(select(Resident.locale).distinct()).all()
        residents = [
            session.exec(select(Resident).where(col(Resident.locale) == locale).limit(1)).one()
            for locale in locales
        ]
    return running_scripts(office.database), residents


@app.command()
def drain(name: Annotated[str, typer.Argument(help="the node's name")]) -> None:
    """Lets a node take no new call; it ends once its calls under way have ended."""
    with open_office() as office:
        nodes.drain(office.database, name, office.now, actor=office.actor)
    note(f"node {name} takes no new call, and ends when those under way have ended")
