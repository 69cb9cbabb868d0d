"""The release list: whose follow-up is over, confirmed by staff in two steps, and undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from sqlmodel import Session, col, select
from starlette.responses import Response

from callbot.campaigns.follow_up import changes
from callbot.campaigns.follow_up.release import Standing, candidate, candidates, release
from callbot.campaigns.rules.period import FollowUpError
from callbot.models import Area, Areas, Change, PlanChange, Resident, covered, residents_within
from callbot.review.resident_record import NoSuchResident, get_resident
from callbot.web.desk import Caring, Desk, NotThere, Seeing, same_origin
from callbot.web.kept import Kept
from callbot.web.places import communities

router = APIRouter(dependencies=[Depends(same_origin)])

LISTED = 200
"""Residents of each kind on the page; all are counted."""

UNDONE_WITHIN = timedelta(days=7)
"""Releases of so long are shown with a button that undoes them; the resident's page has all."""


@dataclass(frozen=True)
class Released:
    change: PlanChange
    resident: Resident


@router.get("/reports/release")
def release_page(community: str = "", desk: Desk = Seeing) -> Response:
    areas = _narrowed(desk.visitor.areas, community)
    listed = [each for each in _standings(desk).get() if covered(areas, each.community, each.grid)]
    ready = [each.resident_id for each in listed if each.ready]
    waiting = [each.resident_id for each in listed if not each.ready]
    with desk.database.reading() as rows:
        shown = candidates(rows, [*ready[:LISTED], *waiting[:LISTED]], desk.now)
        released = _released(rows, desk)
    return desk.page(
        "reports/release.html",
        ready=[each for each in shown if each.standing.ready],
        ready_count=len(ready),
        waiting=[each for each in shown if not each.standing.ready],
        waiting_count=len(waiting),
        released=released,
        community=community,
        communities=communities(desk.database, desk.visitor.areas),
    )


def _standings(desk: Desk) -> Kept[list[Standing]]:
    """The whole office's, as of a moment ago. Those whom a page shows are judged once more."""
    kept: Kept[list[Standing]] = desk.request.app.state.standings
    return kept


def _narrowed(areas: Areas, community: str) -> Areas:
    """To one community, never beyond the visitor's own areas."""
    if not community:
        return areas
    return tuple(a for a in areas if a.community == community) or areas or (Area(community),)


def _released(rows: Session, desk: Desk) -> list[Released]:
    found = rows.exec(
        select(PlanChange, Resident)
        .join(Resident, col(Resident.id) == col(PlanChange.resident_id))
        .where(
            PlanChange.change == Change.RELEASED,
            col(PlanChange.at) >= desk.now - UNDONE_WITHIN,
            residents_within(desk.visitor.areas),
        )
        .order_by(col(PlanChange.id).desc())
        .limit(LISTED)
    )
    return [Released(change, resident) for change, resident in found]


@router.get("/reports/release/confirm")
def confirm_page(
    resident: Annotated[list[int] | None, Query()] = None, desk: Desk = Caring
) -> Response:
    """The first step: who will be released, and what still stands in the way."""
    with desk.database.reading() as rows:
        try:
            found = [candidate(rows, each, desk.now) for each in _residents(rows, desk, resident)]
        except FollowUpError:
            return _changed(desk)
    if not found:
        told = desk.say("没有选中任何人。")
        return desk.back("/reports/release", told, problem=True)
    return desk.page(
        "reports/confirm.html",
        found=found,
        needs_reason=not all(each.standing.ready for each in found),
    )


@router.post("/reports/release")
def release_form(
    resident: Annotated[list[int] | None, Form()] = None,
    reason: Annotated[str, Form(max_length=2000)] = "",
    desk: Desk = Caring,
) -> Response:
    """The second step: all of those named, or none."""
    actor = desk.visitor.name
    try:
        with desk.database.session() as rows:
            people = _residents(rows, desk, resident)
            for each in people:
                release(rows, each, desk.now, actor=actor, reason=reason)
    except FollowUpError:
        return _changed(desk)
    _standings(desk).forget()
    return desk.back("/reports/release", desk.say("已解除 {n} 人的随访。", n=len(people)))


@router.post("/reports/release/undo")
def undo_form(change: Annotated[int, Form()], desk: Desk = Caring) -> Response:
    try:
        with desk.database.session() as rows:
            found = rows.get(PlanChange, change)
            if found is None or found.change is not Change.RELEASED:
                raise NotThere
            [resident] = _residents(rows, desk, [found.resident_id])
            changes.undo(rows, found, desk.now, actor=desk.visitor.name)
    except FollowUpError:
        told = desk.say("没有撤销：此后这个人的随访又有改动，请在居民页面处理。")
        return desk.back("/reports/release", told, problem=True)
    _standings(desk).forget()
    return desk.back("/reports/release", desk.say("已撤销，{name}继续随访。", name=resident.name))


def _residents(rows: Session, desk: Desk, ids: Sequence[int] | None) -> list[Resident]:
    try:
        return [get_resident(rows, each, desk.visitor.areas) for each in dict.fromkeys(ids or ())]
    except NoSuchResident as missing:
        raise NotThere from missing


def _changed(desk: Desk) -> Response:
    told = desk.say("没有解除任何人：名单已有变化，或者未写明原因。请重新核对。")
    return desk.back("/reports/release", told, problem=True)
