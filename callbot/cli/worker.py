"""`callbot worker`: one more machine that rings, beside a PostgreSQL database."""

import asyncio
import signal
import socket
from typing import Annotated

import typer
from sqlmodel import col, select

from callbot.campaigns import nodes
from callbot.campaigns.line import set_line
from callbot.campaigns.worker import Worker
from callbot.cli.db import Office, open_office
from callbot.cli.output import note
from callbot.clock import SteadyClock
from callbot.models import Campaign, CampaignState, Resident
from callbot.node import Node
from callbot.speech.prompts import PromptLibrary
from callbot.speech.pyttsx3_engine import Pyttsx3Synthesizer
from callbot.telephony.sip.carrier import SipCarrier
from callbot.telephony.sip.stack import Endpoint
from callbot.telephony.sip.trunk import Trunk

app = typer.Typer(help="One more machine that rings.", invoke_without_command=True)

DEFAULT_SLOTS = 8


@app.callback()
def work(
    context: typer.Context,
    name: Annotated[str, typer.Option(help="of this node, the same after a restart")] = "",
    slots: Annotated[
        int, typer.Option(min=1, max=500, help="conversations this machine can lead at once")
    ] = DEFAULT_SLOTS,
    capacity: Annotated[
        int, typer.Option(min=1, help="calls at once that the trunk allows, on all machines")
    ] = 30,
    calls_per_second: Annotated[
        float, typer.Option("--cps", min=0.01, help="that the trunk allows, on all machines")
    ] = 1.0,
) -> None:
    """Rings over the SIP trunk until SIGTERM, Ctrl-C or `callbot worker drain`.

    Each of them lets the calls under way end first.
    """
    if context.invoked_subcommand is not None:
        return
    with open_office() as office:
        set_line(
            office.database,
            "sip",
            carrier="sip",
            capacity=capacity,
            calls_per_second=calls_per_second,
            caller_id=office.settings.sip_from,
        )
        asyncio.run(_work(office, name or socket.gethostname(), slots))


async def _work(office: Office, name: str, slots: int) -> None:
    settings, clock = office.settings, SteadyClock()
    carrier = SipCarrier(Trunk.of(settings), Endpoint.of(settings), clock, lines=slots)
    synthesizer = Pyttsx3Synthesizer()
    scripts, residents = await asyncio.to_thread(_to_prepare, office)
    recordings = [settings.prompts_dir / script / "recordings" for script in scripts]
    prompts = PromptLibrary(synthesizer, recordings, settings.data_dir / "cache" / "prompts")
    node = Node(settings, office.database, carrier, clock, prompts, name=name, line="sip")
    node.dialer.slots = slots
    worker = Worker(settings, office.database, node.dialer, clock, name=name, line="sip")
    for stop in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(stop, worker.drain)
    await synthesizer.start()
    try:
        async with node.running():
            for script in scripts:
                await node.get_ready(script, residents)
            note(f"node {name} rings with {slots} slots")
            await worker.run()
    finally:
        await synthesizer.close()


def _to_prepare(office: Office) -> tuple[list[str], list[Resident]]:
    """Scripts of the running campaigns, and a resident of each language."""
    with office.database.reading() as session:
        running = select(Campaign.script).where(col(Campaign.state) == CampaignState.RUNNING)
        scripts = session.exec(running.distinct()).all()
        locales = session.exec(select(Resident.locale).distinct()).all()
        residents = [
            session.exec(select(Resident).where(col(Resident.locale) == locale).limit(1)).one()
            for locale in locales
        ]
    return sorted(scripts), residents


@app.command()
def drain(name: Annotated[str, typer.Argument(help="the node's name")]) -> None:
    """Lets a node take no new call; it ends once its calls under way have ended."""
    with open_office() as office:
        nodes.drain(office.database, name, office.now, actor=office.actor)
    note(f"node {name} takes no new call, and ends when those under way have ended")
