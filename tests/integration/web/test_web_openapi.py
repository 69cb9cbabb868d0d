"""Schemathesis against what other systems send us: whatever is sent, the answer is as described.

Everything it makes up is signed on its way, since what is not signed never reaches the code behind
(test_web_events, test_telephony_twilio_hostile).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, given, settings
from schemathesis.generation import GenerationMode
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from test_web_events import SECRET, signature
from web_office import HOST, Console, PinnedClock

from callbot.config import Settings
from callbot.telephony.twilio.account import TwilioAccount
from callbot.telephony.twilio.carrier import TwilioCarrier
from callbot.telephony.twilio.signature import HEADER as TWILIO_HEADER
from callbot.telephony.twilio.signature import Signatures
from callbot.web.app import Office
from callbot.web.events_api import HEADER
from callbot.web.twilio_webhooks import router_of

EVENTS: Final = Path(__file__).parents[3] / "docs" / "openapi" / "events.yaml"
WEBHOOKS: Final = Path(__file__).parent / "twilio-webhooks.yaml"
ACCOUNT: Final = TwilioAccount("AC" + "0" * 32, "secret", "+18005550100", HOST)

EXAMPLES: Final = 20
"""Of each operation and mode: some 10 s together."""

Sign = Callable[[Scope, bytes], str]


class Signed:
    """Puts the right signature on every request before the application gets it."""

    def __init__(self, app: ASGIApp, header: str, sign: Sign) -> None:
        self._app, self._header, self._sign = app, header.lower().encode(), sign

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)

        async def given() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        others = [(name, value) for name, value in scope["headers"] if name != self._header]
        signed = (self._header, self._sign(scope, body).encode())
        await self._app({**scope, "headers": [*others, signed]}, given, send)


def of_twilio(scope: Scope, body: bytes) -> str:
    form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    path = scope["raw_path"].decode() if "raw_path" in scope else scope["path"]
    return Signatures(ACCOUNT).sign(HOST + path, form)


@pytest.fixture
def events_api(console: Console) -> Any:
    given = Settings(data_dir=console.office.settings.data_dir, events_secret=SECRET)
    console.app.state.office = Office(given, console.office.database, console.clock)
    return described(EVENTS, Signed(console.app, HEADER, lambda _scope, body: signature(body)))


@pytest.fixture
def webhooks(console: Console) -> Any:
    console.app.include_router(router_of(TwilioCarrier(ACCOUNT, PinnedClock())))
    return described(WEBHOOKS, Signed(console.app, TWILIO_HEADER, of_twilio))


def described(file: Path, app: ASGIApp) -> Any:
    schema = schemathesis.openapi.from_dict(yaml.safe_load(file.read_text("utf-8")))
    schema.app = app
    return schema


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("what", ["events_api", "webhooks"])
def test_whatever_is_sent_is_answered_as_described(
    what: str, mode: GenerationMode, request: pytest.FixtureRequest
) -> None:
    """What fits the description is taken, what does not is refused, each as it says there."""
    schema = request.getfixturevalue(what)
    for operation in schema.get_all_operations():

        @given(case=operation.ok().as_strategy(generation_mode=mode))
        @settings(suppress_health_check=list(HealthCheck), max_examples=EXAMPLES, deadline=None)
        def send(case: schemathesis.Case) -> None:
            case.call_and_validate()

        send()
