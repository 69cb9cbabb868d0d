"""The stand-in of Twilio reaches us as Twilio would, so that a test fails for our faults only."""

import asyncio
import re

from callbot.rehearsal.twilio_stand_in.premises import ACCOUNT
from callbot.rehearsal.twilio_stand_in.webhooks import Webhooks

HOST = "127.0.0.1"
LENGTH = re.compile(rb"Content-Length: (\d+)")


async def answers_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A server that resets a kept connection as it is taken up again."""
    found = LENGTH.search(await reader.readuntil(b"\r\n\r\n"))
    assert found is not None
    await reader.readexactly(int(found[1]))
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    await writer.drain()
    await reader.read(1)
    writer.transport.abort()


async def test_a_kept_connection_that_closes_as_it_is_taken_up_costs_no_webhook() -> None:
    server = await asyncio.start_server(answers_once, HOST, 0)
    webhooks = Webhooks(ACCOUNT)
    webhooks.port = server.sockets[0].getsockname()[1]
    async with server:
        for _ in range(2):
            answer = await webhooks.post(ACCOUNT.url("status", "a1"), {"CallStatus": "ringing"})
            assert (answer.status, answer.text) == (200, "ok")
        await webhooks.close()
