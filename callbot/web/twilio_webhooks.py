"""Twilio's webhooks and media sockets: who sends them is checked here, what they say elsewhere."""

import logging
from collections.abc import Awaitable, Callable
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
FORM: Final = "application/x-www-form-urlencoded"

log = logging.getLogger(__name__)


def router_of(carrier: TwilioCarrier) -> APIRouter:
    """The carrier's own addresses under /twilio."""
    router = APIRouter(prefix="/twilio")
    signatures = Signatures(carrier.account)

    async def told(request: Request) -> Callback:
        form = await _form(request)
        if not signatures.of_webhook(_path(request), form, request.headers.get(HEADER, "")):
            raise HTTPException(403, "the signature is not Twilio's")
        return Callback.parse(form, carrier.account.sid)

    async def answer(act: Callable[[], Awaitable[str | None]]) -> Response:
        try:
            document = await act()
        except BadCallback as bad:
            raise HTTPException(bad.status, str(bad)) from bad
        except TelephonyError as error:
            log.warning("a webhook could not be followed", exc_info=True)
            raise HTTPException(503, "try again later") from error
        if document is None:
            return Response(status_code=204)
        return Response(document, media_type="text/xml")

    @router.post("/voice/{attempt}")
    async def voice(attempt: str, request: Request) -> Response:
        async def act() -> str:
            callback = await told(request)
            if attempt == "incoming":
                return await carrier.voice_incoming(callback)
            return carrier.voice(attempt, callback)

        return await answer(act)

    @router.post("/status/{attempt}")
    async def status(attempt: str, request: Request) -> Response:
        async def act() -> None:
            callback = await told(request)
            if attempt == "incoming":
                carrier.incoming_status(callback)
            else:
                await carrier.status(attempt, callback)

        return await answer(act)

    @router.post("/amd/{attempt}")
    async def amd(attempt: str, request: Request) -> Response:
        async def act() -> None:
            carrier.machine_detection(attempt, await told(request))

        return await answer(act)

    @router.websocket("/media/{attempt}")
    async def media(attempt: str, websocket: WebSocket) -> None:
        signature = websocket.headers.get(HEADER, "")
        if not signatures.of_media(_path(websocket), signature):
            await websocket.send_denial_response(Response(status_code=403))
        elif not carrier.expects_media(attempt):
            await websocket.send_denial_response(Response(status_code=404))
        else:
            await websocket.accept()
            await carrier.media(attempt, Socket(websocket))

    return router


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
