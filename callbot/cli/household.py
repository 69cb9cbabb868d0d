"""`callbot household …`: who lives together."""

from collections.abc import Callable
from typing import Annotated

import typer
from sqlmodel import Session

from callbot.campaigns.follow_up import household
from callbot.cli.db import AsJson, Office, open_office
from callbot.cli.person import Reason, Who, find_resident, find_residents, tell, told
from callbot.models import PlanChange

app = typer.Typer(help="Households: one call, one extension.", no_args_is_help=True)

Act = Callable[[Session, Office], list[PlanChange]]


def _act(act: Act, *, as_json: bool) -> None:
    with open_office() as office:
        with office.database.session() as rows:
            done = told(act(rows, office))
        tell(done, as_json=as_json)


@app.command()
def put(
    name: Annotated[str, typer.Argument(help="the household's name or number")],
    who: Annotated[list[str], typer.Argument(help="residents, by id or telephone number")],
    as_json: AsJson = False,
) -> None:
    """Puts residents into one household; each is still called for themselves."""

    def act(rows: Session, office: Office) -> list[PlanChange]:
        residents = find_residents(rows, who)
        return household.live_together(rows, residents, name, office.now, actor=office.actor)

    _act(act, as_json=as_json)


@app.command()
def leave(who: Who, as_json: AsJson = False) -> None:
    """Out of the household."""

    def act(rows: Session, office: Office) -> list[PlanChange]:
        done = household.leave(rows, find_resident(rows, who), office.now, actor=office.actor)
        return [done] if done else []

    _act(act, as_json=as_json)


@app.command()
def together(who: Who, as_json: AsJson = False) -> None:
    """One call for the household: this resident is rung and asked about all of them."""

    def act(rows: Session, office: Office) -> list[PlanChange]:
        speaker = find_resident(rows, who)
        return household.call_together(rows, speaker, office.now, actor=office.actor)

    _act(act, as_json=as_json)


@app.command()
def each(who: Who, as_json: AsJson = False) -> None:
    """Everybody of the resident's household is called for themselves."""

    def act(rows: Session, office: Office) -> list[PlanChange]:
        resident = find_resident(rows, who)
        return household.call_each(rows, resident, office.now, actor=office.actor)

    _act(act, as_json=as_json)


@app.command()
def extend(who: Who, reason: Reason = "", as_json: AsJson = False) -> None:
    """Lets all who live with this resident be followed up as long as they are."""

    def act(rows: Session, office: Office) -> list[PlanChange]:
        exposed = find_resident(rows, who)
        return household.extend_household(rows, exposed, reason, office.now, actor=office.actor)

    _act(act, as_json=as_json)
