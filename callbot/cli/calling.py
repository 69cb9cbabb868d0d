"""What `serve` and `call` share: carriers by name, and a node that calls through them."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from sqlmodel import col, select

from callbot.campaigns.campaign import running_scripts
from callbot.campaigns.dialing.line import set_line
from callbot.clock import Clock
from callbot.config import Settings
from callbot.db import Database
from callbot.errors import BadInput
from callbot.models import FollowUp, Resident
from callbot.node import CallObserver, Node
from callbot.speech.prompts import PromptLibrary
from callbot.speech.pyttsx3_engine import Pyttsx3Synthesizer
from callbot.telephony.carrier import Carrier
from callbot.telephony.carriers import Limits, carrier_folder
from callbot.telephony.routing import Route, RoutedCarrier

LINE = "line-1"

Progress = Callable[[int, int], None]


def open_carriers(settings: Settings, clock: Clock, names: Sequence[str]) -> list[Carrier]:
    """Raises BadInput for a carrier that there is not or that lacks a setting."""
    if len(set(names)) != len(names):
        raise BadInput("--carrier: each carrier once")
    return [carrier_folder(name).open(settings, clock) for name in names]


def as_one(carriers: Sequence[Carrier]) -> Carrier:
    """The carrier itself, or several with each number sent to the first that reaches it."""
    if len(carriers) == 1:
        return carriers[0]
    return RoutedCarrier([Route(c, carrier_folder(c.name).reaches) for c in carriers])


def set_limits(
    database: Database,
    settings: Settings,
    carriers: Sequence[Carrier],
    *,
    calls_at_once: int | None = None,
    calls_per_second: float | None = None,
) -> None:
    """The line as the carriers' accounts allow: together so many calls, at the slowest's pace.

    calls_at_once, calls_per_second: what was agreed with the carrier instead.
    """
    limits: list[Limits] = [carrier_folder(c.name).limits(settings) for c in carriers]
    set_line(
        database,
        LINE,
        carrier=",".join(carrier.name for carrier in carriers),
        capacity=calls_at_once or sum(each.calls_at_once for each in limits),
        calls_per_second=calls_per_second or min(each.calls_per_second for each in limits),
        caller_id=limits[0].caller_id if len(limits) == 1 else "",
    )


@asynccontextmanager
async def running_node(
    settings: Settings,
    database: Database,
    carrier: Carrier,
    clock: Clock,
    observer: CallObserver | None = None,
    *,
    name: str = "node-1",
) -> AsyncIterator[Node]:
    """A node with its voice and its carrier up; nobody is rung yet."""
    synthesizer = Pyttsx3Synthesizer()
    prompts = PromptLibrary(
        synthesizer, settings.prompts_dir, settings.data_dir / "cache" / "prompts"
    )
    async with AsyncExitStack() as stack:
        stack.push_async_callback(synthesizer.close)
        await synthesizer.start()
        node = Node(
            *(settings, database, carrier, clock, prompts), name=name, line=LINE, observer=observer
        )
        yield await stack.enter_async_context(node.running())


async def prepare(node: Node, database: Database, progress: Progress | None = None) -> None:
    """Prompts and recognisers of every running campaign; what is there already costs nothing."""
    with database.reading() as rows:
        people = rows.exec(select(Resident).where(col(Resident.follow_up) == FollowUp.ACTIVE)).all()
    for script in running_scripts(database):
        await node.get_ready(script, people, progress)


async def told_to_stop() -> None:
    """Returns at Ctrl-C, or when a service manager says so."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        await stop.wait()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
