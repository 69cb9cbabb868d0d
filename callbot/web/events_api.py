"""`POST /api/events`: alerts from the systems of doors, cameras and vehicles, signed by HMAC."""

import asyncio
import hashlib
import hmac
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints, ValidationError
from starlette.responses import JSONResponse

from callbot.campaigns.alerts import NobodyOfThisNumber, take_alert
from callbot.models.alerts import AlertKind
from callbot.web.office import Office

HEADER = "x-callbot-signature"
FRESH_S = 300
"""A signature is good for so long before and after its time, so that none is sent again later."""

LONGEST_BYTES = 16 * 1024

router = APIRouter()


class AlertIn(BaseModel):
    """`id`: the system's own number of the event; `phone` in E.164."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    source: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,40}$")]
    kind: AlertKind
    phone: Annotated[str, StringConstraints(pattern=r"^\+[1-9]\d{6,14}$")]
    at: AwareDatetime


@router.post("/api/events")
async def take_event(request: Request) -> JSONResponse:
    """201 when a flag waits for it or a call is to verify it; 200 when it is known, or its resident
    is not followed up."""
    office: Office = request.app.state.office
    now = office.clock.now()
    told = await request.body()
    if len(told) > LONGEST_BYTES:
        return _problem(413, "the event is too large")
    given = request.headers.get(HEADER, "")
    if not signed(office.settings.events_secret, given, told, now):
        return _problem(403, "not signed with CALLBOT_EVENTS_SECRET, or more than 5 minutes off")
    try:
        event = AlertIn.model_validate_json(told)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return _problem(422, f"{where}: {first['msg']}" if where else first["msg"])
    try:
        alert = await asyncio.to_thread(
            take_alert,
            office.database,
            event.source,
            event.id,
            event.kind,
            event.phone,
            event.at,
            now,
        )
    except NobodyOfThisNumber as error:
        return _problem(404, str(error))
    leads_to = {"flag": alert.flag_id, "attempt": alert.attempt_id}
    new = alert.received_at == now and any(leads_to.values())
    return JSONResponse({"id": event.id, **leads_to}, 201 if new else 200)


def signed(secret: str, signature: str, told: bytes, now: datetime) -> bool:
    """signature: `t=<seconds since 1970>,v1=<hex HMAC-SHA256 of "<t>.<body>">`."""
    parts = dict(part.split("=", 1) for part in signature.split(",") if "=" in part)
    sent = parts.get("t", "")
    if not secret or not sent.isascii() or not sent.isdigit() or len(sent) > 12:
        return False
    expected = hmac.new(secret.encode(), sent.encode() + b"." + told, hashlib.sha256).hexdigest()
    right = hmac.compare_digest(expected.encode(), parts.get("v1", "").encode())
    return right and abs(now.timestamp() - int(sent)) <= FRESH_S


def _problem(status: int, words: str) -> JSONResponse:
    return JSONResponse({"problem": words}, status)
