"""One media stream, with a socket that does as a test says."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator

import pytest

from callbot.speech.audio import SILENT_FRAME, Pcm, mu_law_encode
from callbot.telephony.carrier import Audio, Ended, EndReason
from callbot.telephony.event_stream import EventStream
from callbot.telephony.twilio import media_stream
from callbot.telephony.twilio.media_stream import MediaStream, SocketClosed, StreamEnd

VOICE: Pcm = bytes.fromhex("d007") * 160


class ScriptedSocket:
    """takes: how many messages it takes before it takes no more, as a half-closed one does."""

    def __init__(self, takes: int | None = None) -> None:
        self.sent: list[dict[str, object]] = []
        self.closed = 0
        self._takes = takes
        self._told: asyncio.Queue[str | None] = asyncio.Queue()

    def tells(self, *messages: dict[str, object] | None) -> None:
        """None: the socket is gone."""
        for message in messages:
            self._told.put_nowait(None if message is None else json.dumps(message))

    async def receive(self) -> str:
        told = await self._told.get()
        if told is None:
            raise SocketClosed
        return told

    async def send(self, text: str) -> None:
        if self._takes is not None and len(self.sent) >= self._takes:
            await asyncio.Event().wait()
        self.sent.append(json.loads(text))

    async def close(self, code: int) -> None:
        del code
        self.closed += 1


def heard(timestamp_ms: int, pcm: Pcm = VOICE) -> dict[str, object]:
    payload = base64.b64encode(mu_law_encode(pcm)).decode()
    return {"event": "media", "media": {"timestamp": str(timestamp_ms), "payload": payload}}


STOP: dict[str, object] = {"event": "stop"}


async def audio_of(happened: EventStream) -> AsyncIterator[Pcm]:
    happened.post(Ended(EndReason.HUNG_UP_THERE))
    async for event in happened.read():
        if isinstance(event, Audio):
            yield event.pcm


async def test_a_half_closed_socket_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media_stream, "SEND_TIMEOUT_S", 0.02)
    socket = ScriptedSocket(takes=3)
    stream = MediaStream(socket, "MZ1", EventStream())
    for _ in range(10):
        stream.send(VOICE)
    assert await stream.run() is StreamEnd.LOST
    assert len(socket.sent) == 3
    assert socket.closed == 1


@pytest.mark.parametrize("sounded", [True, False])
async def test_a_socket_that_stays_open_without_sound_is_given_up(
    monkeypatch: pytest.MonkeyPatch, sounded: bool
) -> None:
    monkeypatch.setattr(media_stream, "SOUNDLESS_S", 0.2)
    monkeypatch.setattr(media_stream, "LISTENED_S", 0.05)
    socket = ScriptedSocket()
    stream = MediaStream(socket, "MZ1", EventStream())
    if sounded:
        socket.tells(heard(0), heard(20))
    socket.tells({"event": "mark", "mark": {"name": "1"}})
    assert await stream.run() is StreamEnd.SOUNDLESS
    assert stream.sounded is sounded
    assert socket.closed == 1


async def test_what_waits_for_a_slow_socket_is_bounded_and_forgotten_at_an_interruption() -> None:
    socket = ScriptedSocket()
    stream = MediaStream(socket, "MZ1", EventStream())
    for _ in range(media_stream.UNSENT_FRAMES + 7):
        stream.send(VOICE)
    assert stream.dropped == 7
    stream.clear()
    running = asyncio.create_task(stream.run())
    while not socket.sent:  # noqa: ASYNC110
        await asyncio.sleep(0)
    socket.tells(STOP)
    assert await running is StreamEnd.STOPPED
    assert [message["event"] for message in socket.sent] == ["clear"]


async def test_a_mark_that_never_returns_is_waited_for_as_long_as_the_sound_lasts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(media_stream, "MARK_GRACE_S", 0.02)
    stream = MediaStream(ScriptedSocket(), "MZ1", EventStream())
    for _ in range(3):
        stream.send(VOICE)
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    await stream.played_out()
    assert loop.time() - began_s >= 0.06


async def test_those_who_wait_for_a_mark_go_on_when_the_stream_is_over() -> None:
    socket = ScriptedSocket()
    stream = MediaStream(socket, "MZ1", EventStream())
    for _ in range(500):
        stream.send(VOICE)
    waiting = asyncio.create_task(stream.played_out())
    running = asyncio.create_task(stream.run())
    await asyncio.sleep(0)
    socket.tells(None)
    assert await running is StreamEnd.LOST
    await waiting


@pytest.mark.parametrize(
    ("timestamps_ms", "frames"),
    [
        ((0, 20, 40), [VOICE, VOICE, VOICE]),
        ((0, 20, 20, 40), [VOICE, VOICE, VOICE]),
        ((0, 40, 20, 60), [VOICE, SILENT_FRAME, VOICE, VOICE]),
        ((0, 80), [VOICE, SILENT_FRAME, SILENT_FRAME, SILENT_FRAME, VOICE]),
    ],
    ids=["in order", "twice", "out of order", "lost"],
)
async def test_the_time_of_a_call_is_that_of_its_sound(
    timestamps_ms: tuple[int, ...], frames: list[Pcm]
) -> None:
    socket, happened = ScriptedSocket(), EventStream()
    socket.tells(*(heard(at_ms) for at_ms in timestamps_ms), STOP)
    await MediaStream(socket, "MZ1", happened).run()
    came = [pcm async for pcm in audio_of(happened)]
    assert [pcm == SILENT_FRAME for pcm in came] == [pcm == SILENT_FRAME for pcm in frames]


async def test_sound_that_is_not_cut_into_frames_is() -> None:
    socket, happened = ScriptedSocket(), EventStream()
    socket.tells(heard(0, VOICE * 2 + VOICE[:160]), heard(50, VOICE[160:]), STOP)
    await MediaStream(socket, "MZ1", happened).run()
    assert [len(pcm) async for pcm in audio_of(happened)] == [320, 320, 320]


async def test_a_gap_of_hours_is_a_second_of_silence() -> None:
    socket, happened = ScriptedSocket(), EventStream()
    socket.tells(heard(0), heard(7_200_000), STOP)
    await MediaStream(socket, "MZ1", happened).run()
    assert len([pcm async for pcm in audio_of(happened)]) == 2 + media_stream.LONGEST_GAP_FRAMES
