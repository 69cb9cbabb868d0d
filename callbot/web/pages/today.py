"""The first page: the day so far in my areas, and what needs me first."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from callbot.models import FlagState
from callbot.review import queue
from callbot.review.queue import FlagFilter
from callbot.review.today import CallsOfDay, live_calls, today
from callbot.web.desk import Desk, Seeing
from callbot.web.kept import Kept

router = APIRouter()

FIRST = 8


@router.get("/")
def today_page(desk: Desk = Seeing) -> Response:
    return desk.page("today/page.html", **_context(desk))


@router.get("/today")
def today_figures(desk: Desk = Seeing) -> Response:
    """The part of the page that changes, fetched again on each change."""
    return desk.page("today/_figures.html", **_context(desk))


def _context(desk: Desk) -> dict[str, Any]:
    zone = desk.office.settings.zone
    areas = desk.visitor.areas
    calls: Kept[CallsOfDay] = desk.request.app.state.calls_of_day
    waiting = FlagFilter(areas=areas, states=[FlagState.OPEN])
    mine = FlagFilter(areas=areas, states=[FlagState.CLAIMED], claimed_by=desk.visitor.name)
    return {
        "figures": today(desk.database, calls.get(), zone, areas),
        "waiting": queue.list_flags(desk.database, waiting, limit=FIRST),
        "mine": queue.list_flags(desk.database, mine, limit=FIRST),
        "calls": live_calls(desk.database, areas),
    }
