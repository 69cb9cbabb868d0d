"""`callbot doctor --carrier twilio` proves credentials, number and public address, or says what is
wrong; the public address is a real TLS proxy before the webhooks."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from tls_proxy import TlsProxy, tls_proxy

from callbot.clock import SystemClock
from callbot.config import Settings
from callbot.errors import ConfigurationError, TelephonyError
from callbot.rehearsal.twilio_stand_in.network import TwilioStandIn
from callbot.rehearsal.twilio_stand_in.premises import ACCOUNT
from callbot.telephony.carrier import Dial, Leg
from callbot.telephony.twilio.carrier import TwilioCarrier
from callbot.telephony.twilio.check import check
from callbot.web.server import serving
from callbot.web.webhooks import app_of

HOST = "127.0.0.1"
CLOCK = SystemClock()


async def nobody(dial: Dial) -> Leg:
    raise TelephonyError(f"nobody is at {dial.to}", permanent=False)


@pytest.fixture
async def proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TlsProxy]:
    async with tls_proxy(tmp_path) as proxy:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(proxy.certificate))
        yield proxy


@pytest.fixture
async def settings(proxy: TlsProxy) -> AsyncIterator[Settings]:
    """Of an office that is served behind the proxy."""
    account = replace(ACCOUNT, public_url=proxy.url)
    served = app_of([TwilioCarrier(account, CLOCK)])
    twilio = TwilioStandIn(account, nobody)
    async with serving(twilio.rest.app, HOST, 0) as rest, serving(served, HOST, 0) as proxy.target:
        yield Settings(
            twilio_account_sid=account.sid,
            twilio_auth_token=account.auth_token,
            twilio_from=account.caller_id,
            twilio_api_base_url=f"http://{HOST}:{rest}",
            public_url=account.public_url,
        )


async def test_what_is_right_is_proven_behind_a_tls_proxy(settings: Settings) -> None:
    told = " ".join(await check(settings, CLOCK))
    assert "credentials are right" in told
    assert f"{ACCOUNT.caller_id} is a number of this account" in told
    assert "calls to US are allowed" in told
    assert "calls to this number come to us" in told
    assert f"{settings.public_url} leads to us" in told
    assert "web sockets come through" in told


async def test_a_proxy_that_keeps_web_sockets_back_is_named(
    settings: Settings, proxy: TlsProxy
) -> None:
    proxy.upgrades = False
    with pytest.raises(ConfigurationError, match="web sockets do not come through"):
        await check(settings, CLOCK)


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        ({"twilio_auth_token": "0" * 32}, "CALLBOT_TWILIO_AUTH_TOKEN is wrong"),
        ({"twilio_from": "+15005550009"}, "is not a number of this account"),
        ({"twilio_from": ""}, "CALLBOT_TWILIO_FROM"),
        ({"public_url": "http://calls.example.org"}, "must be the https address"),
        ({"public_url": "https://localhost:1"}, "cannot be reached"),
        (
            {"twilio_api_base_url": "http://127.0.0.1:1"},
            "connection.*; check name service, firewall and proxy",
        ),
    ],
    ids=["password", "number", "no number", "http", "unreachable", "Twilio unreachable"],
)
async def test_what_is_wrong_is_named(
    settings: Settings, wrong: dict[str, str], advice: str
) -> None:
    with pytest.raises((ConfigurationError, TelephonyError), match=advice):
        await check(settings.model_copy(update=wrong), CLOCK)


async def test_a_country_that_may_not_be_called_is_named() -> None:
    korean = replace(ACCOUNT, caller_id="+82212345678")
    async with serving(TwilioStandIn(korean, nobody).rest.app, HOST, 0) as rest:
        office = Settings(
            twilio_account_sid=korean.sid,
            twilio_auth_token=korean.auth_token,
            twilio_from=korean.caller_id,
            twilio_api_base_url=f"http://{HOST}:{rest}",
            public_url=korean.public_url,
        )
        with pytest.raises(TelephonyError, match=r"calls to KR.* Geographic Permissions"):
            await check(office, CLOCK)


async def test_a_public_address_that_is_another_than_the_served_one_is_named(
    settings: Settings, proxy: TlsProxy
) -> None:
    other = replace(ACCOUNT, public_url="https://other.example.org")
    async with serving(app_of([TwilioCarrier(other, CLOCK)]), HOST, 0) as proxy.target:
        with pytest.raises(ConfigurationError, match="does not accept our signature"):
            await check(settings, CLOCK)
    under_a_path = settings.model_copy(update={"public_url": f"{proxy.url}/calls"})
    async with serving(app_of([]), HOST, 0) as proxy.target:
        with pytest.raises(ConfigurationError, match="is not `callbot serve"):
            await check(under_a_path, CLOCK)
