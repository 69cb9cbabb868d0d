"""Forms that are sent twice do nothing twice: the second gets the answer of the first.

Every form posts to an address with a number of its own (`?once=…`), put there when its page was
made. A double click, a reload of the answer, or a second try after a broken connection sends the
same number again. It also tells the page's script which form has arrived, so that what was typed
into it need not be kept any longer.
"""

import asyncio
import re
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from jinja2.ext import Extension
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callbot.web.auth.log_ins import SESSION_COOKIE

PARAMETER = "once"
ARRIVED_COOKIE = "arrived"
"""Read by `drafts.js`, so not hidden from scripts; it holds nothing but a form's number."""

KEPT_S = 600.0
MOST_KEPT = 1000
"""Answers that lead to another page, so small and without anything private. A form answered with a
page itself is one that may be acted on again: it shows something, or says that it is done."""

_NUMBER = re.compile(r"[\w-]{16,64}")
_ACTION = re.compile(r"""(<form\b[^>]*\bmethod="post"[^>]*\baction=")([^"#]*)""")


class NumberedForms(Extension):
    """Gives each form of a template that posts a number, so that none can be left out."""

    def preprocess(self, source: str, *_name_and_file: str | None) -> str:
        return _ACTION.sub(rf"\1\2?{PARAMETER}={{{{ new_number() }}}}", source)


def new_number() -> str:
    return secrets.token_urlsafe(16)


def nothing_done(request: Request) -> None:
    """The form was taken but not followed, and may be sent again as it is."""
    request.state.nothing_done = True


@dataclass
class _Answer:
    """What was answered to a form; `ready` is set when it is known, or will never be."""

    at_s: float
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    messages: list[Message] | None = None


class FormsOnce:
    """ASGI middleware. Answers are kept in this process for KEPT_S, for one log-in each."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._answers: OrderedDict[tuple[str, ...], _Answer] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        number = _number(scope)
        if number is None:
            await self._app(scope, receive, send)
            return
        key = (number, scope["path"], Request(scope).cookies.get(SESSION_COOKIE, ""))
        while (known := self._known(key)) is not None:
            await known.ready.wait()
            if known.messages is not None:
                for message in known.messages:
                    await send(message)
                return
        mine = _Answer(time.monotonic())
        self._answers[key] = mine
        try:
            mine.messages = await self._act(scope, receive, send, number)
        finally:
            if mine.messages is None:
                self._answers.pop(key, None)
            mine.ready.set()

    def _known(self, key: tuple[str, ...]) -> _Answer | None:
        oldest = time.monotonic() - KEPT_S
        while self._answers:
            answer = next(iter(self._answers.values()))
            if len(self._answers) <= MOST_KEPT and answer.at_s >= oldest:
                break
            self._answers.popitem(last=False)
        return self._answers.get(key)

    async def _act(
        self, scope: Scope, receive: Receive, send: Send, number: str
    ) -> list[Message] | None:
        """What was answered; None when the form was not followed."""
        state: dict[str, Any] = scope.setdefault("state", {})
        sent: list[Message] = []

        async def send_and_note(message: Message) -> None:
            if message["type"] == "http.response.start" and _followed(message, state):
                cookie = f"{ARRIVED_COOKIE}={number}; Path=/; Max-Age=60; SameSite=Lax"
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            sent.append(message)
            await send(message)

        await self._app(scope, receive, send_and_note)
        return sent if _followed(sent[0], state) and sent[0]["status"] == 303 else None


def _followed(start: Message, state: dict[str, Any]) -> bool:
    return int(start["status"]) < 400 and not state.get("nothing_done")


def _number(scope: Scope) -> str | None:
    if scope["type"] != "http" or scope["method"] != "POST":
        return None
    query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
    number = query.get(PARAMETER, "")
    return number if _NUMBER.fullmatch(number) else None
