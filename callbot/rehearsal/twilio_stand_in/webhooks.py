"""How Twilio reaches us: signed webhooks and media sockets.

It reaches us at an https address that a TLS proxy would serve: requests are signed over that
address, and sent to the plain port behind it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import aiohttp
import websockets
import yarl
from websockets.asyncio.client import ClientConnection

from callbot.telephony.twilio.account import TwilioAccount
from callbot.telephony.twilio.signature import HEADER, Signatures

WEBHOOK_TIMEOUT_S: Final = 15
_HOST: Final = "127.0.0.1"


_GONE: Final = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)


@dataclass(frozen=True)
class Answer:
    """Ours, to a webhook."""

    status: int
    text: str


class Webhooks:
    """port: where ours are reached behind the proxy."""

    def __init__(self, account: TwilioAccount) -> None:
        self.port = 0
        self._public_url = account.public_url
        self._signatures = Signatures(account)
        self._http: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()

    async def post(self, url: str, form: dict[str, str], signature: str | None = None) -> Answer:
        """A webhook: signed over the public address, sent to the port behind it."""
        if self._http is None:
            timeout = aiohttp.ClientTimeout(total=WEBHOOK_TIMEOUT_S)
            self._http = aiohttp.ClientSession(timeout=timeout)
        headers = {
            HEADER: self.sign(url, form) if signature is None else signature,
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        }
        local = url.replace(self._public_url, f"http://{_HOST}:{self.port}", 1)
        asked = yarl.URL(local, encoded=True)
        try:
            return await _posted(self._http, asked, form, headers)
        except _GONE:
            # A kept connection, closed at the other end in the moment that it was taken up again.
            return await _posted(self._http, asked, form, headers)

    @asynccontextmanager
    async def socket(
        self, url: str, signature: str | None = None
    ) -> AsyncIterator[ClientConnection]:
        """A media socket at one of our wss addresses."""
        public = f"wss{self._public_url.removeprefix('https')}"
        local = url.replace(public, f"ws://{_HOST}:{self.port}", 1)
        headers = {HEADER: self.sign(url, {}) if signature is None else signature}
        async with websockets.connect(
            local, additional_headers=headers, proxy=None, compression=None
        ) as socket:
            yield socket

    def sign(self, url: str, form: dict[str, str]) -> str:
        return self._signatures.sign(url, form)


async def _posted(
    http: aiohttp.ClientSession, asked: yarl.URL, form: dict[str, str], headers: dict[str, str]
) -> Answer:
    async with http.post(asked, data=urlencode(form), headers=headers) as answer:
        return Answer(answer.status, await answer.text())
