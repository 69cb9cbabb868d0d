"""Whether this process lives, and whether it can do its work: for a load balancer or a probe."""

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlmodel import text

from callbot.db import Database
from callbot.errors import CallbotError
from callbot.speech.engines import WHISPER_LOCALES, check_model
from callbot.web.office import Office

router = APIRouter()


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request) -> JSONResponse:
    """200 when the database can be read and the speech models are there, else 503 and why."""
    problem = await asyncio.to_thread(_problem, request.app.state.office)
    if problem:
        return JSONResponse({"status": "unavailable", "detail": problem}, 503)
    return JSONResponse({"status": "ok"})


def _problem(office: Office) -> str:
    """What keeps this process from its work, empty when nothing does."""
    settings = office.settings
    try:
        _read(office.database)
        for locale in sorted({*WHISPER_LOCALES, *settings.asr}):
            check_model(locale, settings.asr.get(locale), data_dir=settings.data_dir)
    except CallbotError as error:
        return str(error)
    return ""


def _read(database: Database) -> None:
    with database.reading() as rows:
        rows.connection().execute(text("SELECT 1"))
