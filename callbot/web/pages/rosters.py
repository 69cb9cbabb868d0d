"""Taking in a roster: first as a trial that shows each problem beside its row."""

import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, UploadFile
from starlette.responses import Response

from callbot.campaigns.roster.file import RosterFileError
from callbot.campaigns.roster.store import ImportReport, RosterRejected, import_roster
from callbot.errors import BadInput
from callbot.web.body_limit import MOST_BYTES
from callbot.web.desk import Desk, OperatingEverywhere, same_origin
from callbot.web.language import language_of
from callbot.web.phrases import of_roster
from callbot.web.tried_rosters import TriedRosters

router = APIRouter(dependencies=[Depends(same_origin)])

LISTED = 500
SHOWN = {"listed": LISTED, "most_bytes": MOST_BYTES}
ACCEPTED = (".xlsx", ".xls", ".csv")


@router.get("/import")
def import_page(desk: Desk = OperatingEverywhere) -> Response:
    return _page(desk)


@router.post("/import")
def import_form(
    file: Annotated[UploadFile, File()],
    trial: Annotated[bool, Form()] = True,
    skip_bad: Annotated[bool, Form()] = False,
    desk: Desk = OperatingEverywhere,
) -> Response:
    """A roster that was read on trial is kept, so that it need not be chosen again."""
    suffix = Path(file.filename or "").suffix.lower()
    if suffix not in ACCEPTED:
        told = desk.say("只接受 {kinds} 文件。", kinds="、".join(ACCEPTED))
        return _page(desk, problem=told)
    return _take(desk, file.file.read(), suffix, trial=trial, skip_bad=skip_bad)


@router.post("/import/tried")
def import_tried(
    tried: Annotated[str, Form(max_length=60)],
    skip_bad: Annotated[bool, Form()] = False,
    desk: Desk = OperatingEverywhere,
) -> Response:
    """Imports what was read on trial before."""
    kept = TriedRosters(desk.office.settings.data_dir)
    try:
        content = kept.read(tried, desk.now)
    except BadInput:
        return _page(desk, problem=desk.say("试读过的名单已不在，请重新选择文件。"))
    kept.forget(tried)
    return _take(desk, content, Path(tried).suffix, trial=False, skip_bad=skip_bad)


def _take(desk: Desk, content: bytes, suffix: str, *, trial: bool, skip_bad: bool) -> Response:
    problem, tried = "", ""
    report: ImportReport | None = None
    try:
        report = _read(desk, content, suffix, trial=trial, skip_bad=skip_bad)
    except RosterRejected as rejected:
        report = rejected.report
        problem = desk.say("有 {n} 行不能导入，什么都没有改动。", n=report.left_out)
    except RosterFileError as error:
        problem = of_roster(error.problem, language_of(desk.request))
    if report is not None and (trial or problem):
        tried = TriedRosters(desk.office.settings.data_dir).keep(content, suffix, desk.now)
    return _page(desk, report=report, problem=problem, trial=trial, tried=tried)


def _page(
    desk: Desk,
    *,
    report: ImportReport | None = None,
    problem: str = "",
    trial: bool = True,
    tried: str = "",
) -> Response:
    return desk.page(
        "campaigns/import.html",
        status=422 if problem else 200,
        report=report,
        problem=problem,
        trial=trial,
        tried=tried,
        said=of_roster,
        **SHOWN,
    )


def _read(desk: Desk, content: bytes, suffix: str, *, trial: bool, skip_bad: bool) -> ImportReport:
    """The upload lies in clear only while it is read; its name decides nothing but the format."""
    with tempfile.TemporaryDirectory(prefix="callbot-roster-") as folder:
        path = Path(folder) / f"roster{suffix}"
        path.write_bytes(content)
        return import_roster(
            desk.database,
            path,
            desk.now,
            desk.office.settings.zone,
            actor=desk.visitor.name,
            skip_bad=skip_bad,
            dry_run=trial,
        )
