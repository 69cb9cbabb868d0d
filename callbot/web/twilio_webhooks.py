"""Twilio's webhooks and media sockets: who sends them is checked here, what they say elsewhere."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, WebSocket, WebSocketDisconnect
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from callbot.errors import TelephonyError
from callbot.telephony.twilio.callbacks import BadCallback, Callback
from callbot.telephony.twilio.carrier import TwilioCarrier
from callbot.telephony.twilio.media_stream import SocketClosed
from callbot.telephony.twilio.signature import HEADER, Signatures

LONGEST_FORM_BYTES: Final = 64 * 1024
INCOMING: Final = "incoming"
"""In place of an attempt, in the addresses of calls to us."""

FORM: Final = "application/x-www-form-urlencoded"

log = logging.getLogger(__name__)


def router_of(carrier: TwilioCarrier) -> APIRouter:
    """The carrier's own addresses under /twilio."""
    webhooks = _Webhooks(carrier)
    router = APIRouter(prefix="/twilio")
    router.post("/voice/{attempt}")(webhooks.voice)
    router.post("/status/{attempt}")(webhooks.status)
    router.post("/amd/{attempt}")(webhooks.amd)
    router.websocket("/media/{attempt}")(webhooks.media)
    return router


class _Webhooks:
    """Each address's handler."""

    def __init__(self, carrier: TwilioCarrier) -> None:
        self._carrier = carrier
        self._signatures = Signatures(carrier.account)
        self._doubted = ""

    async def voice(self, attempt: str, request: Request) -> Response:
        async with _refusals():
            callback = await self._told(attempt, request)
            if attempt == INCOMING:
                document = await self._carrier.voice_incoming(callback)
            else:
                document = self._carrier.voice(attempt, callback)
        return Response(document, media_type="text/xml")

    async def status(self, attempt: str, request: Request) -> Response:
        async with _refusals():
            callback = await self._told(attempt, request)
            if attempt == INCOMING:
                self._carrier.incoming_status(callback)
            else:
                await self._carrier.status(attempt, callback)
        return Response(status_code=204)

    async def amd(self, attempt: str, request: Request) -> Response:
        async with _refusals():
            self._carrier.machine_detection(attempt, await self._told(attempt, request))
        return Response(status_code=204)

    async def media(self, attempt: str, websocket: WebSocket) -> None:
        signature = websocket.headers.get(HEADER, "")
        if not self._signatures.of_media(_path(websocket), signature):
            await websocket.send_denial_response(Response(status_code=403))
        elif not self._carrier.expects_media(attempt):
            await websocket.send_denial_response(Response(status_code=404))
        else:
            await websocket.accept()
            await self._carrier.media(attempt, Socket(websocket))

    async def _told(self, attempt: str, request: Request) -> Callback:
        """What Twilio posts; refused if it is not Twilio who does."""
        form, signature = await _form(request), request.headers.get(HEADER, "")
        if not self._signatures.of_webhook(_path(request), form, signature):
            self._doubt(attempt)
            raise HTTPException(403, "the signature is not Twilio's")
        return Callback.parse(form, self._carrier.account.sid)

    def _doubt(self, attempt: str) -> None:
        """Said once a call that is waiting for Twilio: whoever forges requests knows of none."""
        if attempt != self._doubted and self._carrier.waits(attempt):
            self._doubted = attempt
            log.warning(
                "a webhook of a call is not signed by Twilio: are CALLBOT_PUBLIC_URL and the token "
                "right? `callbot doctor --carrier twilio` proves both",
                extra={"attempt": attempt},
            )


@asynccontextmanager
async def _refusals() -> AsyncIterator[None]:
    """Errors as answers of HTTP."""
    try:
        yield
    except BadCallback as bad:
        raise HTTPException(bad.status, str(bad)) from bad
    except TelephonyError as error:
        log.warning("a webhook could not be followed", exc_info=True)
        raise HTTPException(503, "try again later") from error


class Socket:
    """A MediaSocket over the web framework's."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._closed = False

    async def receive(self) -> str:
        message = await self._websocket.receive()
        if message["type"] != "websocket.receive":
            self._closed = True
            raise SocketClosed
        return message.get("text") or ""

    async def send(self, text: str) -> None:
        try:
            await self._websocket.send_text(text)
        except (WebSocketDisconnect, RuntimeError, OSError) as error:
            raise SocketClosed from error

    async def close(self, code: int) -> None:
        if not self._closed:
            self._closed = True
            try:
                await self._websocket.close(code)
            except (WebSocketDisconnect, RuntimeError, OSError):
                log.debug("a media socket was gone before it was closed")


async def _form(request: Request) -> dict[str, str]:
    """The form's fields. Twilio sends no files and no field twice."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != FORM:
        raise HTTPException(415, "a form is expected")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM_BYTES:
            raise HTTPException(413, "the form is too large")
    return _fields(body)


def _fields(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=200))
    except ValueError as error:
        raise HTTPException(400, "the form cannot be read") from error


def _path(connection: Request | WebSocket) -> str:
    """As Twilio asked for it, behind the public address."""
    query = connection.url.query
    return connection.url.path + (f"?{query}" if query else "")
