"""Residents of the embedded network can be reached over real SIP and RTP, for the bench."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from followed import Followed, loud
from phones import Phone
from test_telephony_simulated_carrier import SimulatedFarEnd, resident
from test_telephony_simulated_carrier import voice as voice

from callbot.clock import SystemClock
from callbot.config import Settings
from callbot.rehearsal.over_sip import OverSip
from callbot.telephony.carrier import Dial, EndReason, Key
from callbot.telephony.simulated.network import SimulatedCarrier
from callbot.telephony.simulated.studio import Studio

OFFICE = "+8653288880000"


class FarEndOverSip(SimulatedFarEnd):
    pace = 1.0


@pytest.fixture
async def far_end(studio: Studio, voice: Path) -> AsyncIterator[FarEndOverSip]:
    network = SimulatedCarrier(studio, rings_ms=(100.0, 200.0))
    far_end = FarEndOverSip(network)
    people = (Phone.SPEAKS, Phone.PRESSES, Phone.BUSY)
    await network.prepare([resident(p, await far_end.phone(p), voice) for p in people])
    yield far_end


async def test_sound_keys_and_refusals_of_residents_come_over_sip(far_end: FarEndOverSip) -> None:
    carrier = OverSip(far_end.network, Settings(), SystemClock())
    await carrier.start()

    async def rung(does: Phone) -> Followed:
        dial = Dial(does.value, await far_end.phone(does), OFFICE, ring_timeout_s=15.0)
        return Followed(await carrier.place(dial), far_end)

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
    await carrier.close()
    assert far_end.network.report("speaks").first_word_ms is not None
    assert carrier.transport.frames > carrier.transport.missing
