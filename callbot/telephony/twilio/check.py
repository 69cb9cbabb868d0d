"""Proves an account and its settings without ringing anyone: `callbot doctor --carrier twilio`."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

import phonenumbers
import requests

from callbot.clock import Clock
from callbot.config import Settings
from callbot.errors import ConfigurationError, TelephonyError
from callbot.telephony.twilio.account import TwilioAccount
from callbot.telephony.twilio.rest import TwilioRest
from callbot.telephony.twilio.signature import HEADER, Signatures

PUBLIC_TIMEOUT_S: Final = 10.0
_ATTEMPT: Final = "doctor"
"""None that there is: whatever is rightly signed for it is answered 404."""

_FORGED: Final = "forged"
_UPGRADE: Final = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "Y2FsbGJvdCBkb2N0b3IgIQ==",
}


async def check(settings: Settings, clock: Clock) -> Sequence[str]:
    """Credentials, the caller id and where its calls go, and the public address, in that order.

    Raises ConfigurationError or TelephonyError at the first that fails.
    """
    del clock
    account = TwilioAccount.of(settings)
    rest = TwilioRest(account)
    try:
        status = await rest.account_status()
        numbers = await rest.own_numbers()
        country = _country(account.caller_id)
        allowed = await rest.may_ring(country)
    finally:
        rest.close()
    if status != "active":
        raise TelephonyError(f"the Twilio account is {status}; see its console", permanent=False)
    if account.caller_id not in numbers:
        raise ConfigurationError(
            f"CALLBOT_TWILIO_FROM: {account.caller_id} is not a number of this account"
        )
    if not allowed:
        raise TelephonyError(
            f"calls to {country}, the country of CALLBOT_TWILIO_FROM, are not allowed; allow it, "
            "and every other country you call, under Voice, Geographic Permissions",
            permanent=False,
        )
    return (
        f"account {account.sid} is active; the credentials are right",
        f"{account.caller_id} is a number of this account",
        f"calls to {country} are allowed by the account's geographic permissions; check those of "
        "other countries in its console",
        _about_incoming(account, numbers[account.caller_id]),
        await asyncio.to_thread(_prove_public_url, account),
        await asyncio.to_thread(_prove_media_sockets, account),
    )


def _country(number: str) -> str:
    """ISO 3166, of an E.164 number."""
    return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or "US"


def _about_incoming(account: TwilioAccount, voice_url: str) -> str:
    wanted = account.url("voice", "incoming")
    if voice_url == wanted:
        return "calls to this number come to us"
    return f"calls to this number do not come to us; to take them, set its voice URL to {wanted}"


def _prove_public_url(account: TwilioAccount) -> str:
    """A callback as Twilio would sign it must be accepted, and a forged one refused."""
    form = {"AccountSid": account.sid, "CallSid": "CA" + "0" * 32, "CallStatus": "ringing"}
    url = account.url("status", _ATTEMPT)
    signed = _asked("POST", url, Signatures(account).sign(url, form), form=form)
    forged = _asked("POST", url, _FORGED, form=form)
    if signed == 403:
        raise ConfigurationError(
            "CALLBOT_PUBLIC_URL: what answers there does not accept our signature; is it the same "
            "address, and the same account, as of `callbot serve`?"
        )
    if (signed, forged) != (404, 403):
        raise ConfigurationError(
            f"CALLBOT_PUBLIC_URL: {account.public_url} is not `callbot serve --carrier twilio` "
            f"(it answers {signed} and {forged}, not 404 and 403)"
        )
    return f"{account.public_url} leads to us, and signatures are checked there"


def _prove_media_sockets(account: TwilioAccount) -> str:
    """The sound of a call comes through a web socket, which many a proxy does not pass on.

    Only what reaches us as the upgrade to one is told by its signature; else both are unknown.
    """
    url = account.url("media", _ATTEMPT)
    signature = Signatures(account).sign(account.media_url(_ATTEMPT), {})
    signed, forged = (_asked("GET", url, each, headers=_UPGRADE) for each in (signature, _FORGED))
    if (signed, forged) != (404, 403):
        raise ConfigurationError(
            "CALLBOT_PUBLIC_URL: web sockets do not come through to us, so that calls would be "
            f"silent; let the proxy pass the headers Upgrade and Connection on ({url} answers "
            f"{signed} and {forged}, not 404 and 403)"
        )
    return "web sockets come through to us"


def _asked(
    method: str,
    url: str,
    signature: str,
    *,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> int:
    """The status of the answer."""
    try:
        return requests.request(
            method,
            url,
            data=form,
            headers={HEADER: signature, **(headers or {})},
            timeout=PUBLIC_TIMEOUT_S,
            allow_redirects=False,
        ).status_code
    except requests.RequestException as error:
        raise ConfigurationError(
            f"CALLBOT_PUBLIC_URL: {url} cannot be reached ({type(error).__name__}); start "
            "`callbot serve --carrier twilio`, and check name, proxy, certificate and firewall"
        ) from error
