"""`callbot resident …`: one resident's follow-up, and what staff change of it."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Annotated

import typer
from sqlmodel import Session

from callbot.campaigns.follow_up import changes
from callbot.campaigns.follow_up.changes import ANY_TIME, Wishes
from callbot.campaigns.roster.values import WrongValue, preferred
from callbot.cli import resident_contacts, resident_view
from callbot.cli.db import AsJson, Office, open_office
from callbot.cli.person import Reason, Told, Who, find_resident, tell, told
from callbot.errors import BadInput
from callbot.models import PlanChange, Resident

app = typer.Typer(help="Residents' follow-up: dates, pauses, wishes.", no_args_is_help=True)
app.command("list")(resident_view.list_residents)
app.command("show")(resident_view.show_resident)
app.command("contacted")(resident_contacts.contacted)
app.add_typer(resident_contacts.app, name="contact")

Day = Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="YYYY-MM-DD")]

Act = Callable[[Session, Resident, Office], PlanChange | None]


def _change(who: str, act: Act, *, as_json: bool) -> None:
    with open_office() as office:
        with office.database.session() as rows:
            done = told([act(rows, find_resident(rows, who), office)])
        tell(done, as_json=as_json)


# -- dates and state ------------------------------------------------------------------------------


@app.command()
def pause(
    who: Who,
    until: Annotated[
        datetime | None,
        typer.Option("--until", formats=["%Y-%m-%d"], help="first day of calls again"),
    ] = None,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """No calls until that day, or until `resume`; the period runs on."""
    day = until.date() if until else None

    def act(rows: Session, resident: Resident, office: Office) -> PlanChange | None:
        return changes.pause(rows, resident, day, reason, office.now, actor=office.actor)

    _change(who, act, as_json=as_json)


@app.command()
def resume(who: Who, reason: Reason = "", as_json: AsJson = False) -> None:
    """Calls again after `pause`."""

    def act(rows: Session, resident: Resident, office: Office) -> PlanChange | None:
        return changes.resume(rows, resident, office.now, actor=office.actor, reason=reason)

    _change(who, act, as_json=as_json)


@app.command("exposed-again")
def exposed_again(who: Who, on: Day, reason: Reason = "", as_json: AsJson = False) -> None:
    """Restarts the period: the given day is day 0."""

    def act(rows: Session, resident: Resident, office: Office) -> PlanChange | None:
        day = on.date()
        return changes.expose_again(rows, resident, day, reason, office.now, actor=office.actor)

    _change(who, act, as_json=as_json)


@app.command("end")
def end(who: Who, on: Day, reason: Reason = "", as_json: AsJson = False) -> None:
    """Overrides the last day of the follow-up, earlier or later than the rule's."""

    def act(rows: Session, resident: Resident, office: Office) -> PlanChange | None:
        day = on.date()
        return changes.override_end(rows, resident, day, reason, office.now, actor=office.actor)

    _change(who, act, as_json=as_json)


StateChange = Callable[..., PlanChange | None]


def _state(who: str, change: StateChange, reason: str, *, as_json: bool) -> None:
    def act(rows: Session, resident: Resident, office: Office) -> PlanChange | None:
        return change(rows, resident, reason, office.now, actor=office.actor)

    _change(who, act, as_json=as_json)


@app.command()
def cancel(who: Who, reason: Reason = "", as_json: AsJson = False) -> None:
    """No more calls: moved away, in hospital, entered by mistake."""
    _state(who, changes.cancel, reason, as_json=as_json)


@app.command()
def lost(who: Who, reason: Reason = "", as_json: AsJson = False) -> None:
    """Neither calls nor visits find them."""
    _state(who, changes.give_up, reason, as_json=as_json)


@app.command()
def reopen(who: Who, reason: Reason = "", as_json: AsJson = False) -> None:
    """Follows up again after a release, a cancellation or a loss."""
    _state(who, changes.reopen, reason, as_json=as_json)


@app.command()
def wishes(
    who: Who,
    window: Annotated[
        str | None, typer.Option("--window", help="9:00-11:30, 上午, 下午, 晚上, or any")
    ] = None,
    time_zone: Annotated[str | None, typer.Option("--time-zone", help="Asia/Shanghai")] = None,
    twice: Annotated[bool | None, typer.Option("--twice/--once", help="calls a day")] = None,
    key: Annotated[bool | None, typer.Option("--key/--not-key", help="called first")] = None,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """When, how often and how early the resident is called."""
    given = Wishes(_window(window), time_zone, twice, key)
    if given == Wishes():
        raise BadInput("give --window, --time-zone, --twice or --once, --key or --not-key")

    def act(rows: Session, resident: Resident, office: Office) -> PlanChange | None:
        actor, now = office.actor, office.now
        return changes.set_wishes(rows, resident, given, now, actor=actor, reason=reason)

    _change(who, act, as_json=as_json)


def _window(written: str | None) -> tuple[time, time] | None:
    if written is None:
        return None
    if written.casefold() == "any":
        return ANY_TIME
    try:
        hours = preferred(written)
    except WrongValue as wrong:
        raise BadInput(f"--window: {wrong.problem}; {wrong.remedy}, or any") from wrong
    return hours.starts, hours.ends


@app.command()
def undo(
    change_id: Annotated[int, typer.Argument(help="as `resident show` lists it")],
    as_json: AsJson = False,
) -> None:
    """Takes a change back, for everybody it was about."""
    with open_office() as office:
        with office.database.session() as rows:
            change = rows.get(PlanChange, change_id)
            if change is None:
                raise BadInput(f"there is no change {change_id}; see `callbot resident show`")
            done: list[Told] = told(changes.undo(rows, change, office.now, actor=office.actor))
        tell(done, as_json=as_json, undone=True)
