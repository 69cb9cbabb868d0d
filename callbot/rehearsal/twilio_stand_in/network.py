"""Twilio's REST interface and its callbacks, with a telephone network behind it.

It reaches us at an https address that a TLS proxy would serve: requests are signed over that
address, and sent to the plain port behind it.
"""

import asyncio
import base64
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Final
from urllib.parse import parse_qs, urlencode
from xml.etree import ElementTree

import aiohttp
import websockets
import yarl
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from websockets.asyncio.client import ClientConnection

from callbot.errors import TelephonyError
from callbot.rehearsal.transport import Transport
from callbot.rehearsal.twilio_stand_in.call import RemoteCall
from callbot.rehearsal.twilio_stand_in.stream import TwilioStream
from callbot.telephony.carrier import (
    Answered,
    Dial,
    Ended,
    EndReason,
    Incoming,
    Leg,
    LegEvent,
    Ringing,
)
from callbot.telephony.twilio.account import TwilioAccount
from callbot.telephony.twilio.signature import HEADER, Signatures

Ring = Callable[[Dial], Awaitable[Leg]]
"""Rings a phone of the network behind."""

REMEMBERED: Final = 1000
"""Calls that can still be asked for."""

WEBHOOK_TIMEOUT_S: Final = 15
_HOST: Final = "127.0.0.1"
_TAKES_OVER_S: Final = 0.2
"""Until the person to whom a resident is put through has picked up."""

_REPEATED_AFTER_S: Final = 0.5

_UNANSWERED: Final = {
    EndReason.BUSY: ("busy", "486"),
    EndReason.REJECTED: ("busy", "603"),
    EndReason.INVALID_NUMBER: ("failed", "404"),
    EndReason.NETWORK_FAILED: ("failed", "503"),
    EndReason.NO_ANSWER: ("no-answer", "480"),
    EndReason.HUNG_UP_HERE: ("canceled", "487"),
}
"""Status and SIP code of a call that nobody picked up."""


@dataclass
class Troubles:
    """What goes wrong at Twilio. refusal: of a new call, HTTP status and code.

    repeats_callbacks: each comes a second time, after those that follow it. answers_after_s: the
    REST answer to a new call, which is under way meanwhile. hesitates_s: before it is.
    """

    refusal: tuple[int, int] | None = None
    loses_marks: bool = False
    repeats_callbacks: bool = False
    answers_after_s: float = 0.0
    hesitates_s: float = 0.0


@dataclass(frozen=True)
class Answer:
    """Ours, to a webhook."""

    status: int
    text: str


class TwilioStandIn:
    """`app` is the REST interface, to be served. webhooks_port: where ours are reached."""

    def __init__(self, account: TwilioAccount, ring: Ring) -> None:
        self.account = account
        self.webhooks_port = 0
        self.troubles = Troubles()
        self.transport = Transport()
        self.calls: OrderedDict[str, RemoteCall] = OrderedDict()
        self.asked = 0
        self._ring = ring
        self._signatures = Signatures(account)
        self._tasks: set[asyncio.Task[None]] = set()
        self._http: aiohttp.ClientSession | None = None
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
        if self._http is not None:
            await self._http.close()

    @property
    def live(self) -> int:
        return sum(not call.over for call in self.calls.values())

    def call_of(self, attempt_id: str) -> RemoteCall:
        """KeyError if there is none."""
        for call in reversed(self.calls.values()):
            if call.attempt_id == attempt_id:
                return call
        raise KeyError(attempt_id)

    async def takes(self, incoming: Incoming) -> None:
        """The handler of the network behind: somebody on it rings the office's number."""
        urls = {kind: self.account.url(kind, "incoming") for kind in ("voice", "status")}
        call = RemoteCall(incoming.called, incoming.caller, urls, direction="inbound")
        self._keep(call)
        call.status = "ringing"
        answer = await self.post(call.webhooks["voice"], self.form(call))
        if _stream_in(answer) is None:
            await incoming.reject()
            await self._becomes(call, "busy")
        else:
            leg = await incoming.answer()
            await self._connect(call, leg, leg.events(), answer)

    # -- what we are asked by REST -------------------------------------------------------------

    def _refused(self, request: Request) -> Response | None:
        account = self.account
        wanted = base64.b64encode(f"{account.sid}:{account.auth_token}".encode()).decode()
        if request.headers.get("authorization", "") != f"Basic {wanted}":
            return _error(401, 20003, "Authenticate")
        return None

    async def _create(self, request: Request) -> Response:
        self.asked += 1
        if refused := self._refused(request):
            return refused
        if self.troubles.refusal is not None:
            return _error(*self.troubles.refusal, "refused")
        form = {name: values[-1] for name, values in parse_qs(await _text(request)).items()}
        await asyncio.sleep(self.troubles.hesitates_s)
        webhooks = {
            "voice": form["Url"],
            "status": form["StatusCallback"],
            "amd": form["AsyncAmdStatusCallback"],
        }
        call = RemoteCall(form["To"], form["From"], webhooks, float(form["Timeout"]))
        self._keep(call)
        answer = JSONResponse(call.as_json(self.account.sid), 201)
        self._start(self._outgoing(call))
        await asyncio.sleep(self.troubles.answers_after_s)
        return answer

    async def _list(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        wanted = request.query_params
        found = [
            call.as_json(self.account.sid)
            for call in reversed(self.calls.values())
            if call.to == wanted.get("To", call.to)
            and call.caller == wanted.get("From", call.caller)
        ]
        return JSONResponse({**_page(request), "calls": found})

    async def _fetch(self, request: Request) -> Response:
        call = self.calls.get(request.path_params["sid"])
        if call is None:
            return _error(404, 20404, "not found")
        return JSONResponse(call.as_json(self.account.sid))

    async def _update(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        call = self.calls.get(request.path_params["sid"])
        if call is None:
            return _error(404, 20404, "not found")
        if call.over:
            return _error(400, 21220, "Call is not in-progress. Cannot redirect.")
        form = parse_qs(await _text(request))
        if "Twiml" in form:
            number = ElementTree.fromstring(form["Twiml"][0]).find("Dial/Number")
            assert number is not None
            call.dialled_person = number.text or ""
            call.redirected.set()
        if form.get("Status") == ["completed"]:
            call.stopped.set()
        return JSONResponse(call.as_json(self.account.sid))

    async def _account(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        now, sid = format_datetime(datetime.now(UTC)), self.account.sid
        return JSONResponse(
            {
                "sid": sid,
                "status": "active",
                "type": "Full",
                "friendly_name": "office",
                "owner_account_sid": sid,
                "date_created": now,
                "date_updated": now,
                "uri": f"/2010-04-01/Accounts/{sid}.json",
            }
        )

    async def _numbers(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        own = self.account.caller_id
        number = {
            "sid": "PN" + "c" * 32,
            "account_sid": self.account.sid,
            "phone_number": own,
            "voice_url": self.account.url("voice", "incoming"),
        }
        found = [number] if request.query_params.get("PhoneNumber", own) == own else []
        return JSONResponse({**_page(request), "incoming_phone_numbers": found})

    async def _permission(self, request: Request) -> Response:
        country = request.path_params["country"]
        return JSONResponse({"iso_code": country, "low_risk_numbers_enabled": country == "US"})

    # -- what it asks us -----------------------------------------------------------------------

    async def post(self, url: str, form: dict[str, str], signature: str | None = None) -> Answer:
        """A webhook: signed over the public address, sent to the port behind it."""
        if self._http is None:
            timeout = aiohttp.ClientTimeout(total=WEBHOOK_TIMEOUT_S)
            self._http = aiohttp.ClientSession(timeout=timeout)
        headers = {
            HEADER: self.sign(url, form) if signature is None else signature,
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        }
        local = url.replace(self.account.public_url, f"http://{_HOST}:{self.webhooks_port}", 1)
        asked = yarl.URL(local, encoded=True)
        async with self._http.post(asked, data=urlencode(form), headers=headers) as answer:
            return Answer(answer.status, await answer.text())

    @asynccontextmanager
    async def socket(
        self, url: str, signature: str | None = None
    ) -> AsyncIterator[ClientConnection]:
        """A media socket at one of our wss addresses."""
        public = f"wss{self.account.public_url.removeprefix('https')}"
        local = url.replace(public, f"ws://{_HOST}:{self.webhooks_port}", 1)
        headers = {HEADER: self.sign(url, {}) if signature is None else signature}
        async with websockets.connect(
            local, additional_headers=headers, proxy=None, compression=None
        ) as socket:
            yield socket

    def sign(self, url: str, form: dict[str, str]) -> str:
        return self._signatures.sign(url, form)

    def form(self, call: RemoteCall, **more: str) -> dict[str, str]:
        return call.as_form(self.account.sid) | more

    async def _becomes(self, call: RemoteCall, status: str, sip_code: str = "") -> None:
        call.status = status
        more = {"SipResponseCode": sip_code} if sip_code else {}
        form = self.form(call, **more)
        await self.post(call.webhooks["status"], form)
        if self.troubles.repeats_callbacks:
            self._start(self._repeat(call.webhooks["status"], form))

    async def _repeat(self, url: str, form: dict[str, str]) -> None:
        await asyncio.sleep(_REPEATED_AFTER_S)
        await self.post(url, form)

    # -- calls ---------------------------------------------------------------------------------

    def _keep(self, call: RemoteCall) -> None:
        self.calls[call.sid] = call
        if len(self.calls) > REMEMBERED:
            self.calls.popitem(last=False)

    def _start(self, playing: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(playing, name="twilio")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _outgoing(self, call: RemoteCall) -> None:
        await self._becomes(call, "initiated")
        dial = Dial(call.attempt_id, call.to, call.caller, call.ring_timeout_s)
        try:
            leg = await self._ring(dial)
        except TelephonyError:
            return await self._becomes(call, *_UNANSWERED[EndReason.NETWORK_FAILED])
        stopping = asyncio.create_task(_leave_when_stopped(call, leg), name="twilio stop")
        try:
            await self._follow(call, leg)
        finally:
            stopping.cancel()
            await asyncio.gather(stopping, return_exceptions=True)
        return None

    async def _follow(self, call: RemoteCall, leg: Leg) -> None:
        events = leg.events()
        async for event in events:
            match event:
                case Ringing():
                    await self._becomes(call, "ringing")
                case Answered():
                    await self._becomes(call, "in-progress")
                    answer = await self.post(call.webhooks["voice"], self.form(call))
                    return await self._connect(call, leg, events, answer)
                case Ended():
                    return await self._becomes(call, *_UNANSWERED[event.reason])
                case _:
                    pass
        return None

    async def _connect(
        self, call: RemoteCall, leg: Leg, events: AsyncIterator[LegEvent], answer: Answer
    ) -> None:
        """As our answer to the voice webhook says; an answer without a stream hangs up."""
        stream = _stream_in(answer)
        if stream is not None:
            call.status = "in-progress"
            parameters = {p.get("name", ""): p.get("value", "") for p in stream.iter("Parameter")}
            async with self.socket(stream.get("url", "")) as socket:
                media = TwilioStream(
                    socket,
                    call,
                    leg,
                    self.transport,
                    lambda: self._machine_heard(call),
                    loses_marks=self.troubles.loses_marks,
                )
                await media.run(self.account.sid, parameters, events)
        if call.dialled_person:
            await _within(call.stopped.wait(), _TAKES_OVER_S)
            await leg.transfer(call.dialled_person)
        await leg.hang_up()
        await self._becomes(call, "completed")

    async def _machine_heard(self, call: RemoteCall) -> None:
        await self.post(call.webhooks["amd"], self.form(call, AnsweredBy="machine_start"))


async def _leave_when_stopped(call: RemoteCall, leg: Leg) -> None:
    await call.stopped.wait()
    await leg.hang_up()


def _stream_in(answer: Answer) -> ElementTree.Element | None:
    return ElementTree.fromstring(answer.text).find("Connect/Stream")


async def _text(request: Request) -> str:
    return (await request.body()).decode()


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


async def _within(waiting: Awaitable[Any], seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await waiting
    except TimeoutError:
        return False
    return True
