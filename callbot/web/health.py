"""Whether this process lives, and whether it can do its work: for a load balancer or a probe."""

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlmodel import text

from callbot.db import Database, DatabaseUnavailable

router = APIRouter()


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request) -> JSONResponse:
    """200 when the database can be read, else 503 with what to do."""
    try:
        await asyncio.to_thread(_read, request.app.state.office.database)
    except DatabaseUnavailable as error:
        return JSONResponse({"status": "unavailable", "detail": str(error)}, 503)
    return JSONResponse({"status": "ok"})


def _read(database: Database) -> None:
    with database.reading() as rows:
        rows.connection().execute(text("SELECT 1"))
