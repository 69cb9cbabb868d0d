"""SIP keeps to the carrier protocol, with Debian's baresip as the phones at its far end."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path

import psutil
import pytest
from carrier_conformance import CarrierConformance
from conformance_calls import FIRST_WORD_S
from followed import loud, tone
from peers import needs_programs
from phones import Caller, FarEnd, Phone
from ports import HOST, RTP_PORTS, Ports
from sip_phone import PhoneNetwork, loud_frames, recorded, whole, write_wav
from sip_scenarios import pause, playing, received, response

from callbot.config import Settings
from callbot.speech.audio import Samples, samples
from callbot.telephony.carrier import OnIncoming
from callbot.telephony.sip import sip_carrier
from callbot.telephony.sip.remote_leg import RemoteLeg

US = "+8653288880000"
NUMBERS = {does: f"+861380000{n:04d}" for n, does in enumerate(Phone)}


class SipCaller:
    """The call that the phones made last."""

    def __init__(self, network: PhoneNetwork, seen: int) -> None:
        self.network = network
        self._seen = seen

    async def answered(self) -> bool:
        def news() -> list[str]:
            return [e["type"] for e in self.network.events[self._seen :]]

        await self.network.wait_for(lambda: "CALL_ESTABLISHED" in news() or "CALL_CLOSED" in news())
        return "CALL_ESTABLISHED" in news()


class SipFarEnd:
    pace = 1.0
    tells_machines = False

    def __init__(self, network: PhoneNetwork, settings: Settings) -> None:
        self.carrier = sip_carrier(settings)
        self.settings = settings
        self.network = network
        self._picked_up: list[str] = []
        self._rung = False
        self._does = Phone.LISTENS
        self._ringing = asyncio.Lock()
        self._peers = AsyncExitStack()
        self._acting: set[asyncio.Task[None]] = set()

    async def phone(self, does: Phone) -> str:
        async with self._ringing:
            if self._rung:
                await self._another_second()
            self._rung = True
            self._does = does
            if does is Phone.REJECTS:
                await self._behind_one_that_rejects()
            if does is Phone.BUSY:
                self._do(self._hang_up_when("CALL_INCOMING"))
            return NUMBERS[does]

    def picked_up(self, attempt_id: str) -> None:
        self._picked_up.append(attempt_id)
        if self._does in (Phone.PRESSES, Phone.HANGS_UP):
            self._do(self._act(self._does, attempt_id))

    async def heard_s(self, attempt_id: str) -> float:
        """By its energy, as a gap in a frame would make two of it."""
        recording = self._recording(attempt_id)
        assert recording is not None
        heard = recorded(await whole(recording))
        return energy(heard) / energy(samples(tone(1.0)))

    async def ring_in(self) -> Caller:
        seen = len(self.network.events)
        await self.phone(Phone.LISTENS)
        await self.network.command("dial", f"sip:{US}@{self.settings.sip_listen}")
        return SipCaller(self.network, seen)

    async def restarted(self, on_incoming: OnIncoming | None) -> None:
        await self.carrier.close()
        await self.carrier.start(on_incoming)

    async def moved(self, **settings: str) -> None:
        """To a trunk that differs so."""
        await self.carrier.close()
        self.carrier = sip_carrier(self.settings.model_copy(update=settings))
        await self.carrier.start()

    async def close(self) -> None:
        await self.carrier.close()
        await self._peers.aclose()
        for task in self._acting:
            task.cancel()
        await asyncio.gather(*self._acting, return_exceptions=True)

    def open_things(self) -> dict[str, int]:
        processes = psutil.Process(), psutil.Process(self.carrier.worker_pid)
        return {
            "descriptors": sum(process.num_fds() for process in processes),
            "sockets": sum(len(process.net_connections()) for process in processes),
            "threads": sum(process.num_threads() for process in processes),
            "tasks": len(asyncio.all_tasks()),
            "calls": self.carrier.live,
        }

    async def _behind_one_that_rejects(self) -> None:
        """baresip has no command for 603: sipp is this phone."""
        port, steps = Ports.free().sip, (response("180 Ringing"), pause(100))
        rejecting = (received("INVITE"), *steps, response("603 Decline"), received("ACK"))
        await self._peers.enter_async_context(playing(self.network.folder, port, *rejecting))
        await self.moved(sip_trunk=f"{HOST}:{port}")

    def _do(self, what: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(what)
        self._acting.add(task)
        task.add_done_callback(self._acting.discard)

    async def _act(self, does: Phone, attempt_id: str) -> None:
        # The phone tells of nothing when it hears us: only its recording shows it.
        while not self._has_heard(attempt_id):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        await self.network.command("uafind", f"sip:{NUMBERS[does]}@{self.network.address}")
        if does is Phone.HANGS_UP:
            await self.network.command("hangup")
            return
        for key in "36#":
            await self.network.command("sndcode", key)
            await asyncio.sleep(0.3)

    async def _hang_up_when(self, event: str) -> None:
        await self.network.until(event)
        await self.network.command("hangup")

    async def _another_second(self) -> None:
        """The phones name their recordings by the second in which they pick up: returns in one that
        begins when all calls so far have been picked up."""
        while self.network.calls_up < self.carrier.live:  # noqa: ASYNC110 - of ours nothing tells
            await asyncio.sleep(0.02)
        now_s = time.time()
        await asyncio.sleep(math.floor(now_s) + 1.05 - now_s)

    def _has_heard(self, attempt_id: str) -> bool:
        recording = self._recording(attempt_id)
        return recording is not None and bool(loud_frames(recording).any())

    def _recording(self, attempt_id: str) -> Path | None:
        """Once there is one. Calls are picked up one after another, here as there."""
        recordings, nth = self.network.heard(), self._picked_up.index(attempt_id)
        return recordings[nth] if nth < len(recordings) else None


def energy(sound: Samples) -> float:
    return float((sound.astype(float) ** 2).sum())


def account(does: Phone, folder: Path, port: int) -> str:
    answers = "manual" if does in (Phone.RINGS, Phone.BUSY) else "auto"
    line = f"<sip:{NUMBERS[does]}@{HOST}:{port}>;regint=0;answermode={answers}"
    if does in (Phone.SPEAKS, Phone.MACHINE):
        folder.mkdir(exist_ok=True)
        speech = folder / f"{does}.wav"
        waits = bytes(16000 if does is Phone.SPEAKS else 0)
        write_wav(speech, waits + tone(1.0) + bytes(16000 * 20))
        line += f";audio_source=aufile,{speech}"
    return line


@needs_programs("baresip")
class TestSipCarrier(CarrierConformance):
    gives_up_after_s = 3.0

    async def test_keys_reach_the_far_end(self, far_end: SipFarEnd) -> None:
        call = await self.talking(far_end, Phone.LISTENS)
        assert isinstance(call.leg, RemoteLeg)
        await call.leg.press("36#")
        await far_end.network.until("CALL_DTMF_START", 3)
        await call.leg.hang_up()
        await call.ended()
        pressed = [e for e in far_end.network.events if e["type"] == "CALL_DTMF_START"]
        assert [event["param"] for event in pressed] == ["3", "6", "#"]

    @pytest.mark.parametrize("codec", ["pcma", "pcmu"])
    async def test_a_trunk_that_knows_one_law_alone_carries_sound_both_ways(
        self, far_end: SipFarEnd, codec: str
    ) -> None:
        await far_end.moved(sip_codecs=codec)
        call = await self.talking(far_end, Phone.SPEAKS)
        await call.until(lambda _: sum(map(loud, call.audio)) >= 20)
        await call.leg.hang_up()
        await call.ended()
        await self.check_heard(far_end, call.leg.attempt_id, FIRST_WORD_S)

    @pytest.fixture
    async def far_end(self, tmp_path: Path) -> AsyncIterator[FarEnd]:
        theirs, ours = Ports.free(), Ports.free()
        folder = tmp_path / "phones"
        phones = [p for p in Phone if p not in (Phone.REJECTS, Phone.NOBODYS)]
        accounts = [account(does, folder, theirs.sip) for does in phones]
        settings = Settings(
            sip_trunk=f"{HOST}:{theirs.sip}",
            sip_from=US,
            sip_listen=f"{HOST}:{ours.sip}",
            sip_interface=HOST,
            sip_rtp_ports=f"{ours.rtp}-{ours.rtp + RTP_PORTS}",
        )
        async with PhoneNetwork(folder, theirs, accounts) as network:
            far_end = SipFarEnd(network, settings)
            await far_end.carrier.start()
            yield far_end
            await far_end.close()
