"""`callbot call +86… --script S --carrier X`: rings one number, to hear it work."""

import asyncio
from contextlib import AsyncExitStack
from typing import Annotated, Any

import typer

from callbot import vault
from callbot.campaigns import campaign as campaigns
from callbot.campaigns.planning.planner import plan
from callbot.campaigns.roster import values
from callbot.campaigns.rules.policy import NO_RETRY, CampaignFile
from callbot.cli import calling
from callbot.cli.db import AsJson
from callbot.cli.output import note, print_json, print_table
from callbot.clock import Clock, SystemClock
from callbot.config import Settings, load_settings
from callbot.db import Database, open_database, upgrade
from callbot.dialog.events import Outcome
from callbot.dialog.script import load_script
from callbot.errors import BadInput, CallbotError
from callbot.models import Resident
from callbot.rehearsal.outcome import ResidentResult, results
from callbot.telephony.carriers import carrier_names
from callbot.web.app import Office, create_app
from callbot.web.server import serving
from callbot.web.webhooks import webhooks_of

ONCE = NO_RETRY.model_copy(update={"rings_per_day": 1})
ACTOR = "call"


def call_command(
    phone: Annotated[str, typer.Argument(help="the number to ring, such as +8613800000001")],
    script: Annotated[str, typer.Option("--script", help="a folder of prompts")],
    carrier: Annotated[
        str, typer.Option("--carrier", help=f"through which: {', '.join(carrier_names())}")
    ],
    name: Annotated[str, typer.Option(help="whom the bot asks for")] = "王秀英",
    locale: Annotated[str, typer.Option(help="zh-CN, ko-KR or en-US")] = "zh-CN",
    host: Annotated[str, typer.Option(help="address to listen at")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    as_json: AsJson = False,
) -> None:
    """Rings one number once, now, if the hours of calling allow it, and says what came of it.

    The call is kept in a database of its own, in the folder `calls` of the data folder: the
    office's residents and figures are not touched.
    """
    settings, clock = load_settings(), SystemClock()
    number = _number(phone)
    wording = load_script(settings.prompts_dir, script).wordings
    if locale not in wording:
        raise BadInput(f"--locale: {script} speaks {', '.join(wording)}")
    folder = settings.data_dir / "calls" / f"{clock.now():%Y%m%d-%H%M%S}"
    own = settings.model_copy(
        update={
            "database_url": f"sqlite:///{folder / 'callbot.sqlite3'}",
            "recordings_dir": folder / "recordings",
        }
    )
    folder.mkdir(parents=True)
    vault.unlock(settings.encryption_keys, settings.data_dir)
    database = open_database(own)
    try:
        upgrade(database)
        _enrol(own, database, number, name, locale, script, clock)
        asyncio.run(_call(own, database, clock, carrier, host, port))
        [result] = results(database, lambda _attempt: None)
    finally:
        database.close()
    _tell(result, as_json)
    if result.outcome in (None, Outcome.FAILED):
        why = result.detail or "no reason is known"
        doctor = f"`callbot doctor --carrier {carrier}`"
        advice = "" if doctor in why else f"; {doctor} proves account and address"
        raise CallbotError(f"the call did not come about: {why}{advice}")


def _number(written: str) -> str:
    try:
        return values.phone(written)
    except values.WrongValue as error:
        raise BadInput(f"{written}: {error}") from error


def _enrol(
    settings: Settings,
    database: Database,
    phone: str,
    name: str,
    locale: str,
    script: str,
    clock: Clock,
) -> None:
    now = clock.now()
    with database.session() as rows:
        rows.add(
            Resident(
                name=name,
                phone=phone,
                phone_hash=vault.look_up_hash(phone),
                locale=locale,
                time_zone=settings.timezone,
                exposed_on=now.astimezone(settings.zone).date(),
                imported_at=now,
            )
        )
    wish = CampaignFile(name="one call", script=script, retry=ONCE)
    campaign_id = campaigns.create(database, wish, now, actor=ACTOR)
    campaigns.start(database, campaign_id, now, actor=ACTOR)


async def _call(
    settings: Settings, database: Database, clock: Clock, name: str, host: str, port: int
) -> None:
    carriers = calling.open_carriers(settings, clock, [name])
    routers = webhooks_of(carriers)
    calling.set_limits(database, settings, carriers)
    async with AsyncExitStack() as stack:
        if routers:
            app = create_app(Office(settings, database, clock), *routers)
            await stack.enter_async_context(serving(app, host, port))
        node = await stack.enter_async_context(
            calling.running_node(settings, database, calling.as_one(carriers), clock)
        )
        note("preparing voice and recogniser")
        await calling.prepare(node, database)
        if plan(database, clock.now()).planned == 0 or await node.dialer.tick() == 0:
            raise CallbotError("the hours of calling do not allow a call now (08:00 to 21:00)")
        note("ringing")
        stopping = asyncio.create_task(calling.told_to_stop())
        settled = asyncio.create_task(node.dialer.settled())
        await asyncio.wait((stopping, settled), return_when=asyncio.FIRST_COMPLETED)
        if not settled.done():
            node.say_goodbye()
            await node.dialer.drain(let_ringing_go=True)
        stopping.cancel()
        await asyncio.gather(stopping, settled, return_exceptions=True)


def _tell(result: ResidentResult, as_json: bool) -> None:
    if as_json:
        print_json({**result.as_json(), "detail": result.detail})
        return
    outcome = f"Outcome: {result.outcome or 'not rung'}"
    if result.detail not in ("", result.outcome):
        outcome += f" ({result.detail})"
    if not result.turns:
        print(outcome)
        return
    rows: list[tuple[Any, ...]] = [
        (turn["speaker"], f"{turn['start_ms'] / 1000:.1f}", turn["text"]) for turn in result.turns
    ]
    print_table(outcome, ("who", "s", "words"), rows)
