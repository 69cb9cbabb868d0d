"""The first page: the day so far in my areas, and what needs me first."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from callbot.models import FlagState
from callbot.review import queue
from callbot.review.queue import FlagFilter, FlagView
from callbot.review.today import CallsOfDay, live_calls, today
from callbot.web.desk import Desk, Seeing
from callbot.web.kept import Kept

router = APIRouter()

FIRST = 8


@router.get("/")
def today_page(desk: Desk = Seeing) -> Response:
    return desk.page("today/page.html", mine=_mine(desk), **_of_all(desk))


@router.get("/today")
def today_figures(desk: Desk = Seeing) -> Response:
    """The part of the page that changes, fetched again on each change."""
    mine = _mine(desk)
    return desk.part("today/_figures.html", lambda: {"mine": mine, **_of_all(desk)}, own=bool(mine))


def _mine(desk: Desk) -> list[FlagView]:
    wanted = FlagFilter(
        areas=desk.visitor.areas, states=[FlagState.CLAIMED], claimed_by=desk.visitor.name
    )
    return queue.list_flags(desk.database, wanted, limit=FIRST)


def _of_all(desk: Desk) -> dict[str, Any]:
    """The same for all with these areas."""
    zone = desk.office.settings.zone
    areas = desk.visitor.areas
    calls: Kept[CallsOfDay] = desk.request.app.state.calls_of_day
    waiting = FlagFilter(areas=areas, states=[FlagState.OPEN])
    return {
        "figures": today(desk.database, calls.get(), zone, areas),
        "waiting": queue.list_flags(desk.database, waiting, limit=FIRST),
        "calls": live_calls(desk.database, areas),
    }
