"""`callbot campaign …`: whom to call, with which script, from when to when."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from callbot import datafile
from callbot.campaigns import campaign as campaigns
from callbot.campaigns.alerts import verifies
from callbot.campaigns.campaign import CampaignStatus
from callbot.campaigns.engines import nodes
from callbot.campaigns.engines.worker import queue_lengths
from callbot.campaigns.planning.planner import plan
from callbot.campaigns.rules.policy import CampaignFile
from callbot.cli import campaign_rules
from callbot.cli.campaign_preview import preview_command, warn
from callbot.cli.db import AsJson, Office, open_office
from callbot.cli.output import note, print_json, print_table
from callbot.dialog.script import script_names
from callbot.dialog.script_file import ScriptFile
from callbot.errors import BadInput
from callbot.models import Occasion

app = typer.Typer(help="Campaigns of calls.", no_args_is_help=True)
app.command("preview")(preview_command)
app.command("show")(campaign_rules.show)
app.command("set")(campaign_rules.set_rules)

CampaignId = Annotated[int, typer.Argument(help="the campaign's number")]


@app.command()
def create(
    name: Annotated[str | None, typer.Option("--name")] = None,
    script: Annotated[str | None, typer.Option("--script", help="a folder of prompts")] = None,
    from_file: Annotated[
        Path | None, typer.Option("--from", help="audience, hours and retries from a YAML file")
    ] = None,
    on_alert: Annotated[
        bool, typer.Option("--on-alert", help="calls only to verify alerts of doors and cameras")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Makes a campaign; it calls nobody until `start`."""
    with open_office() as office:
        wanted = _wanted(name, script, from_file)
        if on_alert:
            wanted = wanted.model_copy(update={"occasion": Occasion.ALERT})
        _check_script(office.settings.prompts_dir, wanted)
        campaign_id = campaigns.create(office.database, wanted, office.now, actor=office.actor)
    if as_json:
        print_json({"id": campaign_id, "state": "draft"})
    else:
        note(f"campaign {campaign_id} made; `callbot campaign start {campaign_id}` starts it")


def _wanted(name: str | None, script: str | None, from_file: Path | None) -> CampaignFile:
    """The file, with what the command line says in place of what the file says."""
    given = {key: value for key, value in (("name", name), ("script", script)) if value}
    if from_file is not None:
        return datafile.load(from_file, CampaignFile)[0].model_copy(update=given)
    try:
        return CampaignFile.model_validate(given)
    except ValidationError as error:
        missing = " and ".join(f"--{part['loc'][0]}" for part in error.errors())
        raise BadInput(f"give {missing}, or a file with --from") from error


def _check_script(prompts_dir: Path, wanted: CampaignFile) -> None:
    known = script_names(prompts_dir)
    if wanted.script not in known:
        raise BadInput(
            f"there is no script {wanted.script!r} in {prompts_dir}; known: {', '.join(known)}"
        )
    file, _ = datafile.load(prompts_dir / wanted.script / "script.yaml", ScriptFile)
    if wanted.occasion is Occasion.ALERT and not verifies(file):
        raise BadInput(
            f"script {wanted.script!r} does not ask where the resident has been: no call by it can "
            "clear an alert; use `verification`"
        )


Act = Callable[..., None]

RINGS_NOBODY = (
    "No phone rings by this command; `callbot serve --carrier` and `callbot worker` ring."
)


def _act(act: Act, campaign_id: int, done: str, *, as_json: bool) -> None:
    with open_office() as office:
        act(office.database, campaign_id, office.now, actor=office.actor)
        runs = act in (campaigns.start, campaigns.resume)
        if runs:
            warn(office, campaign_id)
            plan(office.database, office.now)
        [state] = campaigns.status(office.database, campaign_id)
    if as_json:
        print_json(asdict(state))
    else:
        note(f"campaign {campaign_id} {done}; {_planned(office, state)}")
    if runs:
        note(RINGS_NOBODY)


def _planned(office: Office, state: CampaignStatus) -> str:
    if state.next_due_at is None:
        return f"no call is planned; `callbot campaign preview {state.id}` tells why"
    return f"calls planned: {state.planned}, the first for {office.local(state.next_due_at)}"


@app.command()
def start(campaign_id: CampaignId, as_json: AsJson = False) -> None:
    """Sets it running and plans the day's calls; rings nobody by itself."""
    _act(campaigns.start, campaign_id, "is running", as_json=as_json)


@app.command()
def pause(campaign_id: CampaignId, as_json: AsJson = False) -> None:
    """No new calls until `resume`."""
    _act(campaigns.pause, campaign_id, "is paused", as_json=as_json)


@app.command()
def resume(campaign_id: CampaignId, as_json: AsJson = False) -> None:
    """Goes on after `pause`: plans the rest of the day's calls; rings nobody by itself."""
    _act(campaigns.resume, campaign_id, "is running again", as_json=as_json)


@app.command()
def stop(
    campaign_id: CampaignId,
    hang_up: Annotated[
        bool, typer.Option("--hang-up", help="Cut calls under way off, too, within a second.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """No new calls, for good; calls under way go on to their end."""
    act = partial(campaigns.stop, hang_up=hang_up)
    _act(act, campaign_id, "is stopped", as_json=as_json)


@app.command()
def status(
    campaign_id: Annotated[int | None, typer.Argument(help="all campaigns if left out")] = None,
    machines: Annotated[
        bool, typer.Option("--machines", help="Nodes, lines, queues and what hangs instead.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """State and figures."""
    with open_office() as office:
        if machines:
            _machines(office, as_json=as_json)
            return
        found = campaigns.status(office.database, campaign_id)
        if as_json:
            data = [asdict(one) for one in found]
            print_json(data if campaign_id is None else data[0])
            return
        print_table(
            "campaigns",
            ("id", "name", "script", "state", "calls", "outcomes", "flags"),
            [
                (
                    one.id,
                    one.name,
                    one.script,
                    one.state.value,
                    f"{one.calls} made\n{one.live} live\n{one.planned} planned",
                    "\n".join(f"{outcome} {count}" for outcome, count in one.outcomes.items()),
                    one.open_flags,
                )
                for one in found
            ],
            whole=("id", "script", "state", "calls", "outcomes", "flags"),
        )


def _machines(office: Office, *, as_json: bool) -> None:
    state = nodes.machinery(office.database, office.now)
    queues = asyncio.run(queue_lengths(office.settings))
    if as_json:
        print_json({**asdict(state), "queues": queues})
        return
    print_table(
        "nodes",
        ("name", "line", "slots", "live", "state", "seen"),
        [
            (
                node.name,
                node.line,
                node.slots,
                node.live,
                "gone" if node.gone else "draining" if node.draining else "at work",
                office.local(node.seen_at),
            )
            for node in state.nodes
        ],
    )
    print_table(
        "lines",
        ("name", "carrier", "live", "room", "per second", "state"),
        [
            (
                line.name,
                line.carrier,
                line.live,
                line.usable_capacity,
                f"{line.usable_calls_per_second:g}",
                f"paused until {office.local(line.paused_until)} after {line.failures} failures "
                f"and {line.unheard} answered calls without any sound"
                if line.paused_until and line.paused_until > office.now
                else "open",
            )
            for line in state.lines
        ],
    )
    print_table(
        "queues",
        ("name", "to do", "doing", "failed"),
        [(q["name"], q["todo"], q["doing"], q["failed"]) for q in queues],
    )
    note(f"live attempts: {state.attempts or 'none'}; {state.stuck} whose lease has run out")
