"""The socket of a spoken trial: who may open it, and what it takes from a browser."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from web_office import Console

from callbot.speech.audio import FRAME_BYTES
from callbot.telephony.carrier import Audio, Ended, Key
from callbot.web.desk import SESSION_COOKIE
from callbot.web.pages.spoken_trial import AT_ONCE, REFUSED, TOO_MANY
from callbot.web.scripts.browser_leg import BadMessage, BrowserLeg

SOCKET_HOST = "http://testserver"
"""As the test client names itself at a WebSocket."""

PATH = "/scripts/quarantine/speak?locale=zh-CN"


async def refused(
    console: Console, name: str | None, path: str = PATH, origin: str = SOCKET_HOST
) -> int:
    """The code with which the socket is closed."""
    client = TestClient(console.app)
    if name is not None:
        token = (await console.as_(name)).cookies[SESSION_COOKIE]
        client.cookies.set(SESSION_COOKIE, token)
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        client.websocket_connect(path, headers={"Origin": origin}) as socket,
    ):
        socket.receive_text()
    return closed.value.code


async def test_only_operators_speak_from_our_own_page(console: Console) -> None:
    assert await refused(console, None) == REFUSED
    assert await refused(console, "vera") == REFUSED
    assert await refused(console, "alice") == REFUSED
    assert await refused(console, "otto", origin="http://elsewhere.test") == REFUSED
    assert await refused(console, "otto", path="/scripts/nothing/speak") == REFUSED
    assert await refused(console, "otto", path="/scripts/quarantine/speak?locale=xx") == REFUSED


async def test_calls_come_first_so_only_a_few_speak_at_once(console: Console) -> None:
    trials = console.app.state.spoken_trials
    places = [trials.place() for _ in range(AT_ONCE)]
    for place in places:
        assert place.__enter__()
    assert await refused(console, "otto") == TOO_MANY
    for place in places:
        place.__exit__(None, None, None)


async def test_the_microphone_is_allowed_on_that_page_alone(console: Console) -> None:
    otto, vera = await console.as_("otto"), await console.as_("vera")
    trial = (await otto.get("/scripts/quarantine/try")).headers["permissions-policy"]
    assert "microphone=(self)" in trial
    for page in (await otto.get("/scripts"), await vera.get("/scripts/quarantine/try")):
        assert "microphone=()" in page.headers["permissions-policy"]


class Messages:
    """What a browser sends, in order, and then its leaving."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self._messages = [{"type": "websocket.receive", **message} for message in messages]

    async def receive(self) -> dict[str, Any]:
        return self._messages.pop(0) if self._messages else {"type": "websocket.disconnect"}

    async def send_text(self, data: str) -> None: ...

    async def send_bytes(self, data: bytes) -> None: ...


async def events_of(*messages: dict[str, Any]) -> Sequence[object]:
    leg = BrowserLeg()
    await leg.read(Messages(*messages))
    return [event async for event in leg.events()]


async def test_sound_in_any_pieces_becomes_frames() -> None:
    sound = bytes(range(256)) * 3
    events = await events_of({"bytes": sound[:100]}, {"bytes": sound[100:]})
    frames = [event.pcm for event in events if isinstance(event, Audio)]
    assert frames == [sound[:FRAME_BYTES], sound[FRAME_BYTES : 2 * FRAME_BYTES]]
    assert isinstance(events[-1], Ended)


async def test_keys_are_keys_and_nothing_else_is_taken() -> None:
    events = await events_of({"text": json.dumps({"key": "#"})})
    assert Key("#") in events
    for wrong in ('{"key": "x"}', "[]", "not json", '{"key": ["1"]}'):
        with pytest.raises(BadMessage):
            await events_of({"text": wrong})
