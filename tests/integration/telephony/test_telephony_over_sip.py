"""Residents of the embedded network can be reached over real SIP and RTP, for the bench."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from followed import Followed, loud
from phones import Phone
from simulated_far_end import SimulatedFarEnd, resident

from callbot.clock import SystemClock
from callbot.config import Settings
from callbot.dialog.answers import Kind
from callbot.dialog.events import Listen
from callbot.rehearsal.network_plan import NetworkPlan
from callbot.rehearsal.over_sip import OverSip
from callbot.telephony.carrier import Dial, EndReason, Key

OFFICE = "+8653288880000"
QUESTION = Listen(question="identity", kind=Kind.OPEN, asked=1)


class FarEndOverSip(SimulatedFarEnd):
    """With its residents in a process of their own."""

    pace = 1.0

    def __init__(self, over: OverSip) -> None:
        self.over = over

    def picked_up(self, attempt_id: str) -> None:
        self.over.residents.cue(attempt_id, QUESTION)


@pytest.fixture
async def far_end(tmp_path: Path, voice: Path) -> AsyncIterator[FarEndOverSip]:
    over = OverSip(NetworkPlan(tmp_path, rings_ms=(100.0, 200.0)), Settings(), SystemClock())
    far_end = FarEndOverSip(over)
    people = [Phone.SPEAKS, Phone.PRESSES, Phone.BUSY]
    described = [resident(does, await far_end.phone(does), voice) for does in people]
    await over.start()
    await over.residents.prepare(described)
    yield far_end
    await over.close()


async def test_sound_keys_and_refusals_of_residents_come_over_sip(far_end: FarEndOverSip) -> None:
    over = far_end.over

    async def rung(does: Phone) -> Followed:
        dial = Dial(does.value, await far_end.phone(does), OFFICE, ring_timeout_s=15.0)
        return Followed(await over.place(dial), far_end)

    async def talked(does: Phone) -> Followed:
        call = await rung(does)
        await call.answered()
        await call.say(0.4)
        await call.until(lambda _: Key("#") in call.events or sum(map(loud, call.audio)) >= 20)
        await call.leg.hang_up()
        assert (await call.ended()).reason is EndReason.HUNG_UP_HERE
        return call

    spoke, pressed = await asyncio.gather(talked(Phone.SPEAKS), talked(Phone.PRESSES))
    busy = await rung(Phone.BUSY)
    assert (await busy.ended()).reason is EndReason.BUSY
    assert Key("#") not in spoke.events
    assert [e.digit for e in pressed.events if isinstance(e, Key)] == ["3", "6", "#"]
    await over.close()
    assert over.residents.report("speaks").first_word_ms is not None
    assert over.transport.frames > over.transport.missing
