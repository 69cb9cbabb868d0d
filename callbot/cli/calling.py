"""What `serve` and `call` share: carriers by name, a node that calls through them, and HTTP."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

import uvicorn
from fastapi import FastAPI
from sqlmodel import col, select

from callbot.campaigns.dialing.line import set_line
from callbot.clock import Clock
from callbot.config import Settings
from callbot.db import Database
from callbot.errors import BadInput
from callbot.models import Campaign, CampaignState, FollowUp, Resident
from callbot.node import CallObserver, Node
from callbot.speech.prompts import PromptLibrary
from callbot.speech.pyttsx3_engine import Pyttsx3Synthesizer
from callbot.telephony.carrier import Carrier
from callbot.telephony.carriers import Limits, carrier_folder
from callbot.telephony.routing import Route, RoutedCarrier

LINE = "line-1"
LONGEST_MESSAGE_BYTES = 64 * 1024

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
        running = select(Campaign.script).where(col(Campaign.state) == CampaignState.RUNNING)
        scripts = sorted(set(rows.exec(running)))
        people = rows.exec(select(Resident).where(col(Resident.follow_up) == FollowUp.ACTIVE)).all()
    for script in scripts:
        await node.get_ready(script, people, progress)


class _Server(uvicorn.Server):
    """Leaves signals to us: calls end before the addresses they need do."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(app: FastAPI, host: str, port: int) -> AsyncIterator[None]:
    """The application is reachable inside. Raises BadInput when the address cannot be had."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        ws="websockets-sansio",
        ws_max_size=LONGEST_MESSAGE_BYTES,
        timeout_graceful_shutdown=5,
        # The proxy's word on the scheme is not needed: signatures go by CALLBOT_PUBLIC_URL.
        proxy_headers=False,
    )
    server = _Server(config)
    running = asyncio.create_task(_run(server), name="http server")
    try:
        while not server.started:
            if running.done():
                raise BadInput(f"--port: {host}:{port} cannot be listened at; is it in use?")
            await asyncio.sleep(0.02)
        yield
    finally:
        server.should_exit = True
        await running


async def _run(server: uvicorn.Server) -> None:
    try:
        await server.serve()
    except SystemExit:
        # How uvicorn says that it cannot listen.
        return


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
