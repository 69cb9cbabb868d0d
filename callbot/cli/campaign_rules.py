"""`callbot campaign show` and `set`: the rules of a campaign, out and in again."""

from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from pydantic import ValidationError

from callbot import datafile
from callbot.campaigns import campaign as campaigns
from callbot.campaigns.rules.policy import CampaignFile, RetryPolicy
from callbot.cli.db import AsJson, open_office
from callbot.cli.output import note, print_json
from callbot.errors import BadInput

CampaignId = Annotated[int, typer.Argument(help="the campaign's number")]
NEVER = "never"


def show(campaign_id: CampaignId, as_json: AsJson = False) -> None:
    """The campaign as a YAML file, to be changed and given to `campaign set --from`."""
    with open_office() as office:
        found = campaigns.as_file(office.database, campaign_id).model_dump(mode="json")
    if as_json:
        print_json(found)
    else:
        typer.echo(yaml.safe_dump(found, allow_unicode=True, sort_keys=False), nl=False)


def set_rules(
    campaign_id: CampaignId,
    from_file: Annotated[
        Path | None, typer.Option("--from", help="all rules, as `campaign show` writes them")
    ] = None,
    retry: Annotated[
        list[str] | None,
        typer.Option("--retry", help="busy=15, voicemail=never, rings_per_day=2 …; repeatable"),
    ] = None,
    twice: Annotated[bool | None, typer.Option("--twice/--once", help="calls a day")] = None,
    as_json: AsJson = False,
) -> None:
    """Other rules, also while it runs; they hold from the next ring on."""
    if from_file is None and not retry and twice is None:
        raise BadInput("give --from, --retry, --twice or --once")
    with open_office() as office:
        before = campaigns.as_file(office.database, campaign_id)
        wanted = datafile.load(from_file, CampaignFile)[0] if from_file else before
        wanted = _changed(wanted, retry or [], twice)
        campaigns.change(office.database, campaign_id, wanted, office.now, actor=office.actor)
    if as_json:
        print_json(wanted.model_dump(mode="json"))
        return
    old, new = (_flat(file.model_dump(mode="json")) for file in (before, wanted))
    for name, value in new.items():
        if old.get(name) != value:
            note(f"campaign {campaign_id}: {name} {_shown(old.get(name))} → {_shown(value)}")


def _changed(wanted: CampaignFile, retry: list[str], twice: bool | None) -> CampaignFile:
    data = wanted.model_dump()
    for given in retry:
        name, _, value = given.partition("=")
        if name not in RetryPolicy.model_fields:
            known = ", ".join(RetryPolicy.model_fields)
            raise BadInput(f"--retry {given}: unknown rule {name!r}; known: {known}")
        data["retry"][name] = None if value == NEVER else value
    if twice is not None:
        data["twice_daily"] = twice
    try:
        return CampaignFile.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        rule = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"{rule}: {first['msg'].removeprefix('Value error, ')}") from error


def _flat(data: dict[str, Any], above: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in data.items():
        flat |= _flat(value, f"{name}.") if isinstance(value, dict) else {above + name: value}
    return flat


def _shown(value: object) -> str:
    return NEVER if value is None else str(value)
