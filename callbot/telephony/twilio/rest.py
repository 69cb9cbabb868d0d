"""Twilio's REST interface by its own SDK, whose blocking calls run in a few threads of their own.

Every request has a time-out, and none is ever sent twice.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit, urlunsplit

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from callbot.telephony.carrier import Dial
from callbot.telephony.network_words import without_numbers
from callbot.telephony.twilio.account import API_BASE_URL, TwilioAccount
from callbot.telephony.twilio.refusals import Fault, Refused, fault_of
from callbot.telephony.twilio.statuses import CallStatus

TIMEOUT_S: Final = 10.0
THREADS: Final = 4
LONGEST_CALL_S: Final = 1260
"""Twilio ends a call by itself then, should we have died."""

EVENTS: Final = ["initiated", "ringing", "answered", "completed"]
LISTED: Final = 20

_WHAT_TO_CHECK: Final = "check name service, firewall and proxy of this machine"

T = TypeVar("T")


@dataclass(frozen=True)
class RemoteCall:
    """A call as Twilio lists it."""

    sid: str
    status: CallStatus
    created_at: datetime | None


class _RebasedClient(TwilioHttpClient):  # type: ignore[misc]
    """Sends what is meant for Twilio to another base, for tests; to Twilio's own as it is."""

    def __init__(self, base_url: str, timeout_s: float) -> None:
        super().__init__(timeout=timeout_s)
        self._base = urlsplit(base_url) if base_url != API_BASE_URL else None

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        if self._base is not None:
            asked = urlsplit(url)
            url = urlunsplit((self._base.scheme, self._base.netloc, asked.path, asked.query, ""))
        return super().request(method, url, *args, **kwargs)

    def close(self) -> None:
        if self.session is not None:
            self.session.close()


class TwilioRest:
    """Every method raises Refused, whose fault says what may be concluded."""

    def __init__(self, account: TwilioAccount, *, timeout_s: float = TIMEOUT_S) -> None:
        self._account = account
        self.caller_id = account.caller_id
        self._http = _RebasedClient(account.api_base_url, timeout_s)
        self._client = Client(account.sid, account.auth_token, http_client=self._http)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="twilio")

    async def create(self, dial: Dial) -> str:
        """Asks Twilio to ring; the call's sid."""
        account, attempt = self._account, dial.attempt_id

        def ask() -> str:
            call = self._client.calls.create(
                to=dial.to,
                from_=dial.caller_id or account.caller_id,
                url=account.url("voice", attempt),
                method="POST",
                status_callback=account.url("status", attempt),
                status_callback_method="POST",
                status_callback_event=EVENTS,
                timeout=round(dial.ring_timeout_s),
                time_limit=LONGEST_CALL_S,
                machine_detection="Enable",
                async_amd="true",
                async_amd_status_callback=account.url("amd", attempt),
                async_amd_status_callback_method="POST",
            )
            return str(call.sid)

        return await self._run(ask)

    async def complete(self, sid: str) -> None:
        """Ends a call in whatever state it is."""
        await self._run(lambda: self._client.calls(sid).update(status="completed"))

    async def redirect(self, sid: str, twiml: str) -> None:
        """Lets a call go on with another document."""
        await self._run(lambda: self._client.calls(sid).update(twiml=twiml))

    async def calls(self, to: str, caller_id: str) -> list[RemoteCall]:
        """The latest calls between these numbers, newest first."""
        found = await self._run(
            lambda: self._client.calls.list(
                to=to, from_=caller_id or self._account.caller_id, limit=LISTED
            )
        )
        return [
            RemoteCall(str(c.sid), CallStatus(c.status), c.date_created or c.start_time)
            for c in found
        ]

    async def account_status(self) -> str:
        """`active`, `suspended` or `closed`."""
        account = await self._run(lambda: self._client.api.accounts(self._account.sid).fetch())
        return str(account.status)

    async def own_numbers(self) -> dict[str, str]:
        """The account's telephone numbers, and where their incoming calls are sent."""
        found = await self._run(
            lambda: self._client.incoming_phone_numbers.list(
                phone_number=self._account.caller_id, limit=1
            )
        )
        return {str(number.phone_number): str(number.voice_url or "") for number in found}

    async def may_ring(self, country: str) -> bool:
        """Whether the account's geographic permissions allow calls to a country (ISO 3166)."""
        found = await self._run(
            lambda: self._client.voice.v1.dialing_permissions.countries(country).fetch()
        )
        return bool(found.low_risk_numbers_enabled)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._http.close()

    async def _run(self, ask: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, ask)
        except TwilioRestException as error:
            fault = fault_of(error.status, error.code)
            raise Refused(fault, _words(error), error.code) from error
        except requests.ConnectTimeout as error:
            raise Refused(Fault.LATER, f"no connection; {_WHAT_TO_CHECK}") from error
        except requests.Timeout as error:
            raise Refused(Fault.UNKNOWN, "did not answer in time") from error
        except requests.exceptions.ConnectionError as error:
            words = f"the connection failed ({_cause(error)}); {_WHAT_TO_CHECK}"
            raise Refused(_connection_fault(error), words) from error
        except (requests.RequestException, TwilioException, ValueError) as error:
            raise Refused(Fault.UNKNOWN, f"answered nonsense: {type(error).__name__}") from error


def _connection_fault(error: requests.exceptions.ConnectionError) -> Fault:
    """A connection that never came about carried no request; one that broke may have."""
    never_connected = _cause(error) in ("NewConnectionError", "NameResolutionError")
    return Fault.LATER if never_connected else Fault.UNKNOWN


def _cause(error: requests.exceptions.ConnectionError) -> str:
    """What urllib3 calls it; its own words hold addresses."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return type(reason or error).__name__


def _words(error: TwilioRestException) -> str:
    """The SDK's message without its first line of addresses, and without the number called."""
    code = f"{error.code} " if error.code else ""
    return f"{code}HTTP {error.status}: {without_numbers(error.msg)}"
