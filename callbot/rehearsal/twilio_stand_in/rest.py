"""Twilio's REST interface: calls made, listed, looked at and changed; what `doctor` asks for."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Protocol
from urllib.parse import parse_qs
from xml.etree import ElementTree

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from callbot.rehearsal.twilio_stand_in.call import RemoteCall
from callbot.rehearsal.twilio_stand_in.troubles import Troubles
from callbot.telephony.twilio.account import TwilioAccount


class Calls(Protocol):
    """What stands behind the interface. calls: by sid, the oldest first."""

    account: TwilioAccount
    troubles: Troubles

    @property
    def calls(self) -> Mapping[str, RemoteCall]: ...

    def ring(self, call: RemoteCall) -> None:
        """Rings the phone, and goes on by itself."""


class RestInterface:
    """`app` is to be served. asked: how often for a new call."""

    def __init__(self, twilio: Calls) -> None:
        self.asked = 0
        self._twilio = twilio
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

    def _refused(self, request: Request) -> Response | None:
        account = self._twilio.account
        wanted = base64.b64encode(f"{account.sid}:{account.auth_token}".encode()).decode()
        if request.headers.get("authorization", "") != f"Basic {wanted}":
            return _error(401, 20003, "Authenticate")
        return None

    async def _create(self, request: Request) -> Response:
        self.asked += 1
        if refused := self._refused(request):
            return refused
        form = {name: values[-1] for name, values in parse_qs(await _text(request)).items()}
        if self._twilio.troubles.refusal is not None:
            return _error(*self._twilio.troubles.refusal, f"not a valid number: {form['To']}")
        if (hesitates := self._twilio.troubles.hesitates) is not None:
            await hesitates.wait()
        webhooks = {
            "voice": form["Url"],
            "status": form["StatusCallback"],
            "amd": form["AsyncAmdStatusCallback"],
        }
        call = RemoteCall(form["To"], form["From"], webhooks, float(form["Timeout"]))
        answer = JSONResponse(call.as_json(self._twilio.account.sid), 201)
        self._twilio.ring(call)
        if (keeps_silent := self._twilio.troubles.keeps_silent) is not None:
            await keeps_silent.wait()
        return answer

    async def _list(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        wanted = request.query_params
        found = [
            call.as_json(self._twilio.account.sid)
            for call in reversed([*self._twilio.calls.values()])
            if call.to == wanted.get("To", call.to)
            and call.caller == wanted.get("From", call.caller)
        ]
        return JSONResponse({**_page(request), "calls": found})

    async def _fetch(self, request: Request) -> Response:
        call = self._twilio.calls.get(request.path_params["sid"])
        if call is None:
            return _error(404, 20404, "not found")
        return JSONResponse(call.as_json(self._twilio.account.sid))

    async def _update(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        call = self._twilio.calls.get(request.path_params["sid"])
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
        return JSONResponse(call.as_json(self._twilio.account.sid))

    async def _account(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        now, sid = format_datetime(datetime.now(UTC)), self._twilio.account.sid
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
        own = self._twilio.account.caller_id
        number = {
            "sid": "PN" + "c" * 32,
            "account_sid": self._twilio.account.sid,
            "phone_number": own,
            "voice_url": self._twilio.account.url("voice", "incoming"),
        }
        found = [number] if request.query_params.get("PhoneNumber", own) == own else []
        return JSONResponse({**_page(request), "incoming_phone_numbers": found})

    async def _permission(self, request: Request) -> Response:
        country = request.path_params["country"]
        return JSONResponse({"iso_code": country, "low_risk_numbers_enabled": country == "US"})


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
