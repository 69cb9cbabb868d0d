"""Taking in a roster: first as a trial that shows each problem beside its row."""

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, UploadFile
from starlette.responses import Response

from callbot.campaigns.roster.store import ImportReport, RosterRejected, import_roster
from callbot.errors import BadInput
from callbot.web.body_limit import MOST_BYTES
from callbot.web.desk import Desk, NotAllowed, Operating, same_origin

router = APIRouter(dependencies=[Depends(same_origin)])

LISTED = 500
SHOWN = {"listed": LISTED, "most_bytes": MOST_BYTES}
ACCEPTED = (".xlsx", ".xls", ".csv")


@router.get("/import")
def import_page(desk: Desk = Operating) -> Response:
    _office_wide(desk)
    return desk.page("campaigns/import.html", report=None, problem="", trial=True, **SHOWN)


@router.post("/import")
def import_form(
    file: Annotated[UploadFile, File()],
    trial: Annotated[bool, Form()] = True,
    skip_bad: Annotated[bool, Form()] = False,
    desk: Desk = Operating,
) -> Response:
    _office_wide(desk)
    problem = ""
    report: ImportReport | None = None
    try:
        report = _take(desk, file, trial=trial, skip_bad=skip_bad)
    except RosterRejected as rejected:
        report = rejected.report
        problem = desk.say("有 {n} 行不能导入，什么都没有改动。", n=report.left_out)
    except BadInput as error:
        problem = str(error)
    return desk.page(
        "campaigns/import.html",
        status=422 if problem else 200,
        report=report,
        problem=problem,
        trial=trial,
        **SHOWN,
    )


def _take(desk: Desk, file: UploadFile, *, trial: bool, skip_bad: bool) -> ImportReport:
    """The upload lies on disk only while it is read; its name decides nothing but the format."""
    suffix = Path(file.filename or "").suffix.lower()
    if suffix not in ACCEPTED:
        raise BadInput(desk.say("只接受 {kinds} 文件。", kinds="、".join(ACCEPTED)))
    with tempfile.TemporaryDirectory(prefix="callbot-roster-") as folder:
        path = Path(folder) / f"roster{suffix}"
        with path.open("wb") as copy:
            shutil.copyfileobj(file.file, copy)
        return import_roster(
            desk.database,
            path,
            desk.now,
            desk.office.settings.zone,
            actor=desk.visitor.name,
            skip_bad=skip_bad,
            dry_run=trial,
        )


def _office_wide(desk: Desk) -> None:
    """A roster may name any community, so only those for the whole office take one in."""
    if desk.visitor.areas:
        raise NotAllowed
