"""Twilio as its documentation tells it, for tests: REST, signed callbacks, Media Streams, phones.

It reaches us at an https address that a TLS proxy would serve: requests are signed over that
address and sent to the plain port behind it. Its REST answers are checked against Twilio's own
API document in `test_telephony_twilio_api.py`.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree

import httpx
import uvicorn
import websockets
from carrier_conformance import Phone, tone
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator
from twilio_call import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    FINAL,
    OFFICE,
    PUBLIC_URL,
    Media,
    RemoteCall,
    call_sid,
    start_of,
)
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from callbot.speech.audio import Pcm


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[int]:
    """Serves an application on a free loopback port; gives the port."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_level="error", ws="websockets-sansio", lifespan="off"
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 (uvicorn has no event for it)
        await asyncio.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await task


class TwilioNetwork:
    """phones: what each number does; others are nobody's. lose_marks: marks never come back.

    answers: what a phone that SPEAKS says, one each time we have fallen silent; response_ms: from
    the last frame of an answer to our first audible one after it. late_callbacks: callbacks are
    sent twice, the second time after everything else.
    """

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.phones: dict[str, Phone] = {}
        self.calls: dict[str, RemoteCall] = {}
        self.attempts: dict[str, RemoteCall] = {}
        self.requests: list[dict[str, str]] = []
        self.statuses: list[int] = []
        self.ring_s = 0.05
        self.hurry = 0.1
        self.lose_marks = False
        self.late_callbacks = False
        self.answer_after_s = 0.0
        self.refusal: tuple[int, int] | None = None
        self.speech = tone(1.2)
        self.answers: list[Pcm] = []
        self.response_ms: list[float] = []
        self.first_word_ms: float | None = None
        self._validator = RequestValidator(AUTH_TOKEN)
        self._tasks: set[asyncio.Task[None]] = set()
        self._http = httpx.AsyncClient(timeout=20, trust_env=False)
        base = "/2010-04-01/Accounts/{account}"
        self.app = Starlette(
            routes=[
                Route(base + ".json", self._account),
                Route(base + "/Calls.json", self._create, methods=["POST"]),
                Route(base + "/Calls.json", self._list),
                Route(base + "/Calls/{sid}.json", self._update, methods=["POST"]),
                Route(base + "/Calls/{sid}.json", self._fetch),
                Route(base + "/IncomingPhoneNumbers.json", self._numbers),
                Route("/v1/DialingPermissions/Countries/{country}", self._permission),
            ]
        )

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._http.aclose()

    @property
    def live(self) -> int:
        return sum(call.status not in FINAL for call in self.calls.values())

    def ring_in(self, caller: str, does: Phone = Phone.LISTENS) -> RemoteCall:
        urls = {kind: f"{PUBLIC_URL}/twilio/{kind}/incoming" for kind in ("voice", "status")}
        call = RemoteCall(call_sid(), OFFICE, caller, does, urls, direction="inbound")
        self.calls[call.sid] = call
        self._start(self._incoming(call))
        return call

    # -- REST ----------------------------------------------------------------------------------

    def _refused(self, request: Request) -> Response | None:
        given = request.headers.get("authorization", "")
        want = base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
        if given != f"Basic {want}":
            return _error(401, 20003, "Authenticate")
        return None

    async def _create(self, request: Request) -> Response:
        form = {k: v[-1] for k, v in parse_qs((await request.body()).decode()).items()}
        self.requests.append(form)
        if refused := self._refused(request):
            return refused
        if self.refusal is not None:
            return _error(*self.refusal, "refused for a test")
        does = self.phones.get(form["To"], Phone.NOBODYS)
        webhooks = {
            "voice": form["Url"],
            "status": form["StatusCallback"],
            "amd": form["AsyncAmdStatusCallback"],
        }
        call = RemoteCall(call_sid(), form["To"], form["From"], does, webhooks)
        self.calls[call.sid] = call
        self.attempts[form["Url"].rsplit("/", 1)[1]] = call
        self._start(self._outgoing(call, float(form["Timeout"])))
        answer = JSONResponse(call.as_json(), 201)
        await asyncio.sleep(self.answer_after_s)
        return answer

    async def _list(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        wanted = request.query_params
        found = [
            call.as_json()
            for call in reversed(self.calls.values())
            if call.to == wanted.get("To", call.to)
            and call.caller == wanted.get("From", call.caller)
        ]
        return JSONResponse({**_page(request), "calls": found})

    async def _fetch(self, request: Request) -> Response:
        call = self.calls.get(request.path_params["sid"])
        return JSONResponse(call.as_json()) if call else _error(404, 20404, "not found")

    async def _update(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        form = parse_qs((await request.body()).decode())
        call = self.calls.get(request.path_params["sid"])
        if call is None:
            return _error(404, 20404, "not found")
        if call.status in FINAL:
            return _error(400, 21220, "Call is not in-progress. Cannot redirect.")
        if "Twiml" in form:
            number = ElementTree.fromstring(form["Twiml"][0]).find("Dial/Number")
            assert number is not None
            call.dialled_person = number.text or ""
            call.redirected.set()
        if form.get("Status") == ["completed"]:
            call.hang_up.set()
        return JSONResponse(call.as_json())

    async def _account(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        now = format_datetime(datetime.now(UTC))
        return JSONResponse(
            {
                "sid": ACCOUNT_SID,
                "status": "active",
                "type": "Full",
                "friendly_name": "office",
                "owner_account_sid": ACCOUNT_SID,
                "date_created": now,
                "date_updated": now,
                "uri": f"/2010-04-01/Accounts/{ACCOUNT_SID}.json",
            }
        )

    async def _numbers(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        number = {
            "sid": "PN" + "c" * 32,
            "account_sid": ACCOUNT_SID,
            "phone_number": OFFICE,
            "voice_url": f"{PUBLIC_URL}/twilio/voice/incoming",
        }
        own = request.query_params.get("PhoneNumber", OFFICE) == OFFICE
        return JSONResponse({**_page(request), "incoming_phone_numbers": [number] if own else []})

    async def _permission(self, request: Request) -> Response:
        country = request.path_params["country"]
        return JSONResponse({"iso_code": country, "low_risk_numbers_enabled": country == "US"})

    # -- calls ---------------------------------------------------------------------------------

    def _start(self, playing: Any) -> None:
        task = asyncio.create_task(playing, name="twilio network")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def post(
        self, url: str, form: dict[str, str], signature: str | None = None
    ) -> httpx.Response:
        """A webhook: signed over the public address, sent to the port behind it."""
        signature = signature or self._validator.compute_signature(url, form)
        local = url.replace(PUBLIC_URL, f"http://127.0.0.1:{self.port}")
        answer = await self._http.post(local, data=form, headers={"X-Twilio-Signature": signature})
        self.statuses.append(answer.status_code)
        return answer

    def sign(self, url: str, form: dict[str, str]) -> str:
        return str(self._validator.compute_signature(url, form))

    def form(self, call: RemoteCall, **more: str) -> dict[str, str]:
        return {
            "AccountSid": ACCOUNT_SID,
            "CallSid": call.sid,
            "CallStatus": call.status,
            "From": call.caller,
            "To": call.to,
            "Direction": call.direction,
            "ApiVersion": "2010-04-01",
            **more,
        }

    async def _becomes(self, call: RemoteCall, status: str, **more: str) -> None:
        call.status = status
        form = self.form(call, **more)
        await self.post(call.webhooks["status"], form)
        if self.late_callbacks:
            self._start(self._again(call.webhooks["status"], form))

    async def _again(self, url: str, form: dict[str, str]) -> None:
        await asyncio.sleep(0.5)
        await self.post(url, form)

    async def _outgoing(self, call: RemoteCall, timeout_s: float) -> None:
        await self._becomes(call, "initiated")
        if call.does is Phone.NOBODYS:
            return await self._becomes(call, "failed", SipResponseCode="404")
        if call.does is Phone.BUSY:
            return await self._becomes(call, "busy", SipResponseCode="486")
        await self._becomes(call, "ringing")
        if call.does is Phone.RINGS:
            hung_up = await _within(call.hang_up.wait(), timeout_s * self.hurry)
            return await self._becomes(call, "canceled" if hung_up else "no-answer")
        if await _within(call.hang_up.wait(), self.ring_s):
            return await self._becomes(call, "canceled")
        if call.does is Phone.REJECTS:
            return await self._becomes(call, "busy", SipResponseCode="603")
        await self._becomes(call, "in-progress")
        await self._answered(call)
        return None

    async def _incoming(self, call: RemoteCall) -> None:
        call.status = "ringing"
        await self._answered(call)

    async def _answered(self, call: RemoteCall) -> None:
        answer = await self.post(call.webhooks["voice"], self.form(call))
        stream = ElementTree.fromstring(answer.text).find("Connect/Stream")
        if call.direction == "inbound":
            call.accepted.set_result(stream is not None)
        if stream is not None:
            call.status = "in-progress"
            parameters = {p.get("name"): p.get("value") for p in stream.iter("Parameter")}
            await self._stream(call, stream.get("url", ""), parameters)
        if call.dialled_person:
            await _within(call.hang_up.wait(), 0.2)
        await self._becomes(call, "completed")

    @asynccontextmanager
    async def socket(
        self, url: str, signature: str | None = None
    ) -> AsyncIterator[ClientConnection]:
        signature = signature or self._validator.compute_signature(url, {})
        local = url.replace("wss://calls.example.org", f"ws://127.0.0.1:{self.port}")
        headers = {"X-Twilio-Signature": signature}
        async with websockets.connect(local, additional_headers=headers, proxy=None) as socket:
            yield socket

    async def _stream(self, call: RemoteCall, url: str, parameters: dict[Any, Any]) -> None:
        async with self.socket(url) as socket:
            media = Media(self, call, socket)
            await socket.send(json.dumps({"event": "connected", "protocol": "Call"}))
            await media.tell("start", start=start_of(call, media.sid, parameters))
            listening = asyncio.create_task(media.listen())
            try:
                with suppress(ConnectionClosed):
                    await media.play()
                    await media.tell("stop", stop={"accountSid": ACCOUNT_SID, "callSid": call.sid})
            finally:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)


def _page(request: Request) -> dict[str, Any]:
    path = request.url.path
    return {
        "page": 0,
        "page_size": 50,
        "start": 0,
        "end": 0,
        "uri": path,
        "first_page_uri": path,
        "next_page_uri": None,
        "previous_page_uri": None,
    }


def _error(http_status: int, code: int, message: str) -> Response:
    more = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": message, "more_info": more, "status": http_status}
    return JSONResponse(body, http_status)


async def _within(waiting: Any, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await waiting
    except TimeoutError:
        return False
    return True
