"""The review queue: tabs with counts, and every act on one flag or on many."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from sqlmodel import col, select
from starlette.responses import Response

from callbot.dialog.events import Severity
from callbot.errors import BadInput
from callbot.models import Account, FlagState, Resident, Settlement, covered, parse_areas
from callbot.review import queue
from callbot.review.queue import FlagConflict, FlagFilter, NoSuchFlag
from callbot.web.auth.rights import RIGHTS, Right
from callbot.web.desk import Desk, NotThere, Reviewing, Seeing, same_origin
from callbot.web.places import communities

router = APIRouter(dependencies=[Depends(same_origin)])

PAGE = 50
MOST_COUNTED = 1000
"""Resolved flags are not counted further: they grow for ever, and no work hangs on the number."""


class Tab(StrEnum):
    OPEN = "open"
    MINE = "mine"
    OTHERS = "others"
    DONE = "done"


class Act(StrEnum):
    """What one or many flags can be sent to; each tells how it can be undone."""

    CLAIM = "claim"
    GIVE_BACK = "give_back"
    RESOLVE = "resolve"
    HAND_OVER = "hand_over"
    TAKE_BACK = "take_back"
    REOPEN = "reopen"


UNDO = {
    Act.CLAIM: Act.GIVE_BACK,
    Act.GIVE_BACK: Act.CLAIM,
    Act.RESOLVE: Act.REOPEN,
    Act.HAND_OVER: Act.TAKE_BACK,
}
"""The act that takes an act back."""
DONE = {
    Act.CLAIM: "已开始处理 {n} 条预警。",
    Act.GIVE_BACK: "已退回 {n} 条预警。",
    Act.RESOLVE: "已办结 {n} 条预警。",
    Act.HAND_OVER: "已转交 {n} 条预警。",
    Act.TAKE_BACK: "已收回 {n} 条预警。",
    Act.REOPEN: "已重新打开 {n} 条预警。",
}


def _tab(tab: Tab, desk: Desk) -> FlagFilter:
    me, areas = desk.visitor.name, desk.visitor.areas
    match tab:
        case Tab.OPEN:
            return FlagFilter(areas=areas, states=[FlagState.OPEN])
        case Tab.MINE:
            return FlagFilter(areas=areas, states=[FlagState.CLAIMED], claimed_by=me)
        case Tab.OTHERS:
            return FlagFilter(areas=areas, states=[FlagState.CLAIMED], not_claimed_by=me)
        case Tab.DONE:
            return FlagFilter(areas=areas, states=[FlagState.RESOLVED])


@router.get("/queue")
def queue_page(
    tab: Tab = Tab.OPEN,
    severity: Severity | None = None,
    community: str = "",
    page: int = 1,
    desk: Desk = Seeing,
) -> Response:
    def narrowed(tab: Tab) -> FlagFilter:
        return replace(
            _tab(tab, desk),
            severities=[severity] if severity else (),
            communities=[community] if community else (),
        )

    wanted = narrowed(tab)
    page = max(1, page)
    found = queue.list_flags(desk.database, wanted, limit=PAGE + 1, offset=(page - 1) * PAGE)
    return desk.page(
        "queue/page.html",
        tab=tab,
        tabs=Tab,
        counts={each: _count(desk, each, narrowed(each)) for each in Tab},
        flags=found[:PAGE],
        more=len(found) > PAGE,
        page=page,
        severity=severity,
        severities=Severity,
        community=community,
        communities=communities(desk.database, desk.visitor.areas),
        colleagues=colleagues(desk) if tab in (Tab.OPEN, Tab.MINE) else [],
    )


def _count(desk: Desk, tab: Tab, wanted: FlagFilter) -> str:
    most = MOST_COUNTED if tab is Tab.DONE else None
    count = queue.count_flags(desk.database, wanted, most=most)
    return f"{count - 1}+" if count == most else str(count)


def colleagues(desk: Desk, resident: Resident | None = None) -> Sequence[str]:
    """Who else may take a flag over (of this resident, if one is given)."""
    reviewers = [role for role, rights in RIGHTS.items() if Right.REVIEW in rights]
    with desk.database.reading() as rows:
        found = rows.exec(
            select(Account)
            .where(
                col(Account.role).in_(reviewers),
                col(Account.disabled_at).is_(None),
                Account.name != desk.visitor.name,
            )
            .order_by(col(Account.name))
        ).all()
    return [
        account.name
        for account in found
        if resident is None
        or covered(parse_areas(account.areas), resident.community, resident.grid)
    ]


@router.post("/flags/act")
def act_on_flags(
    act: Annotated[Act, Form()],
    flag: Annotated[list[int] | None, Form()] = None,
    settlement: Annotated[str, Form()] = "",
    note: Annotated[str, Form(max_length=2000)] = "",
    was_right: Annotated[str, Form()] = "",
    to: Annotated[str, Form(max_length=100)] = "",
    back: Annotated[str, Form()] = "/queue",
    refused: Annotated[str, Form()] = "",
    desk: Desk = Reviewing,
) -> Response:
    """One act on every flag that was ticked; each is done or not for itself.

    back: the page that follows; refused: the one that follows when something was not done.
    """
    how = _how(act, desk, settlement=settlement, note=note, was_right=was_right, to=to)
    if how is None:
        told = desk.say("请选择处理结果；选“其他”时请写明做了什么。")
        return desk.back(refused or back, told, problem=True)
    done: list[int] = []
    problems: list[str] = []
    for flag_id in flag or ():
        try:
            queue.get_flag(desk.database, flag_id, desk.visitor.areas)
            how(desk.database, flag_id, desk.now)
            done.append(flag_id)
        except NoSuchFlag as missing:
            raise NotThere from missing
        except FlagConflict:
            problems.append(_conflict(desk, flag_id))
        except BadInput as error:
            problems.append(str(error))
    if problems or not done:
        told = " ".join(dict.fromkeys(problems)) or desk.say("没有选中任何预警。")
        return desk.back(refused or back, told, problem=True)
    undo = {"act": UNDO[act].value, "flags": done, "to": to} if act in UNDO else None
    return desk.back(back, desk.say(DONE[act], n=len(done)), undo=undo)


def _conflict(desk: Desk, flag_id: int) -> str:
    flag = queue.get_flag(desk.database, flag_id)
    if flag.state is FlagState.CLAIMED:
        return desk.say("预警 {id} 正由 {who} 处理，没有改动。", id=flag_id, who=flag.claimed_by)
    return desk.say("预警 {id} 的状态已被别人改变，没有改动。", id=flag_id)


def _how(
    act: Act, desk: Desk, *, settlement: str, note: str, was_right: str, to: str
) -> Callable[..., None] | None:
    """The act with what it needs; None when something it needs was not given."""
    me = desk.visitor.name
    plain: dict[Act, Any] = {
        Act.CLAIM: queue.claim,
        Act.GIVE_BACK: queue.reopen,
        Act.REOPEN: queue.reopen,
    }
    if act in plain:
        return partial(plain[act], reviewer=me)
    if act is Act.HAND_OVER:
        return partial(queue.hand_over, reviewer=me, to=to) if to in colleagues(desk) else None
    if act is Act.TAKE_BACK:
        return partial(queue.take_back, reviewer=me, holder=to)
    if settlement not in set(Settlement):
        return None
    if settlement == Settlement.OTHER and not note.strip():
        return None
    return partial(
        queue.resolve,
        reviewer=me,
        note=note,
        settlement=Settlement(settlement),
        was_right={"yes": True, "no": False}.get(was_right),
    )


@router.get("/queue/new")
def new_flags(
    seen: int,
    severity: str = "",
    community: str = "",
    desk: Desk = Seeing,
) -> Response:
    """A word when more flags wait than the page shows; the list itself stays under the hand."""
    severities = [Severity(severity)] if severity in set(Severity) else ()
    wanted = replace(
        _tab(Tab.OPEN, desk),
        severities=severities,
        communities=[community] if community else (),
    )
    return desk.part(
        "queue/_new.html", lambda: {"more": queue.count_flags(desk.database, wanted) - seen}
    )
