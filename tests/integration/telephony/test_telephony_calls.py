"""Whole calls on the embedded phone network: real voices and lines, a bot that asks with tones."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import pytest

from callbot.dialog.answers import Kind
from callbot.dialog.events import Listen
from callbot.errors import TelephonyError
from callbot.speech.audio import FRAME_MS, Pcm, frames, samples
from callbot.telephony.carrier import (
    Answered,
    Audio,
    Carrier,
    Dial,
    Ended,
    EndReason,
    Found,
    Key,
    Leg,
    LegEvent,
    Ringing,
)
from callbot.telephony.simulated.impairments import LineQuality
from callbot.telephony.simulated.measurement import LineReport, Speaker
from callbot.telephony.simulated.network import SimulatedCarrier
from callbot.telephony.simulated.residents import SimulatedResident
from callbot.telephony.simulated.studio import Studio

PACE = 10.0
PHONE = "+8613800000001"
SAYS = {"identity": ["是我"], "temperature": ["你说什么", "三十六度五"], "*": ["没有"]}
LOUD = 700.0
ENDS_AFTER_FRAMES = 25


def resident(phone: str = PHONE, **described: object) -> SimulatedResident:
    return SimulatedResident.model_validate(
        {"name": "王秀英", "phone": phone, "says": SAYS, **described}
    )


def dial(phone: str = PHONE, attempt: str = "a1", ring_timeout_s: float = 30.0) -> Dial:
    return Dial(attempt, phone, caller_id="+8653288880000", ring_timeout_s=ring_timeout_s)


def asks(question: str) -> Listen:
    return Listen(question=question, kind=Kind.OPEN, asked=1)


def tone(seconds: float) -> Pcm:
    return (np.sin(np.arange(round(seconds * 8000)) * 0.35) * 6000).astype("<i2").tobytes()


def loud(frame: Pcm) -> bool:
    return float(np.sqrt(np.mean(samples(frame).astype(float) ** 2))) > LOUD


@dataclass
class Bot:
    """Asks by tones, waits for half a second of quiet after speech, asks on, hangs up."""

    carrier: SimulatedCarrier
    questions: list[Listen]
    prompt_s: float = 1.2
    interruptible: bool = False
    keys_expected: int = 0
    events: list[LegEvent] = field(default_factory=list)

    async def call(self, leg: Leg) -> LineReport:
        waiting = iter(self.questions)
        quiet: int | None = None
        hanging_up: asyncio.Task[None] | None = None
        async for event in leg.events():
            self.events.append(event)
            heard = isinstance(event, Audio) and loud(event.pcm)
            if heard and quiet is None and self.interruptible:
                leg.flush()
            if heard:
                quiet = 0
            elif quiet is not None:
                quiet += 1
            keys = [key for key in self.events if isinstance(key, Key)]
            keyed = isinstance(event, Key) and len(keys) == self.keys_expected
            if isinstance(event, Answered) or keyed or quiet == ENDS_AFTER_FRAMES:
                quiet = None
                question = next(waiting, None)
                if question is None:
                    hanging_up = hanging_up or asyncio.create_task(leg.hang_up())
                else:
                    self.carrier.cue(leg.attempt_id, question)
                    for frame in frames(tone(self.prompt_s)):
                        leg.send(frame)
        if hanging_up:
            await hanging_up
        return self.carrier.report(leg.attempt_id)

    @property
    def audio(self) -> list[Pcm]:
        return [event.pcm for event in self.events if isinstance(event, Audio)]

    @property
    def signals(self) -> list[LegEvent]:
        return [event for event in self.events if not isinstance(event, Audio)]


Network = Callable[..., SimulatedCarrier]


@pytest.fixture
async def network(studio: Studio) -> AsyncIterator[Network]:
    """Makes carriers, and closes them."""
    opened: list[SimulatedCarrier] = []

    def make(**settings: object) -> SimulatedCarrier:
        carrier = SimulatedCarrier(studio, **{"pace": PACE, **settings})  # type: ignore[arg-type]
        opened.append(carrier)
        return carrier

    yield make
    for carrier in opened:
        await carrier.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def connected(network: Network, *residents: SimulatedResident, **settings: object):
    carrier = network(**settings)
    await carrier.prepare(residents)
    await carrier.start()
    return carrier


def said(report: LineReport) -> list[tuple[str | None, str]]:
    return [(t.question, t.text) for t in report.turns if t.speaker is Speaker.RESIDENT]


async def test_a_resident_answers_each_question_and_the_bot_hangs_up(network: Network) -> None:
    carrier = await connected(network, resident())
    kept: Carrier = carrier
    bot = Bot(carrier, [asks("identity"), asks("temperature"), asks("temperature")])
    report = await bot.call(await kept.place(dial()))
    assert bot.signals == [Ringing(), Answered(), Ended(EndReason.HUNG_UP_HERE)]
    assert said(report) == [
        ("identity", "是我"),
        ("temperature", "你说什么"),
        ("temperature", "三十六度五"),
    ]
    assert len(report.response_ms) == 2
    assert all(400 < response < 700 for response in report.response_ms)
    assert report.first_word_ms is not None
    assert report.first_word_ms < 200


async def test_the_audio_is_whole_and_paced_by_count(network: Network) -> None:
    carrier = await connected(network, resident())
    bot = Bot(carrier, [asks("identity"), asks("needs")])
    report = await bot.call(await carrier.place(dial()))
    assert len(bot.audio) == report.duration_ms / FRAME_MS
    assert {len(frame) for frame in bot.audio} == {320}
    (first, _) = (turn for turn in report.turns if turn.speaker is Speaker.RESIDENT)
    frames_of_speech = slice(int(first.start_ms) // FRAME_MS, int(first.end_ms) // FRAME_MS)
    assert any(loud(frame) for frame in bot.audio[frames_of_speech])
    assert not any(loud(frame) for frame in bot.audio[: frames_of_speech.start])


@pytest.mark.parametrize(
    ("picks_up", "signals"),
    [
        ("no_answer", [Ringing(), Ended(EndReason.NO_ANSWER)]),
        ("busy", [Ended(EndReason.BUSY)]),
        ("reject", [Ringing(), Ended(EndReason.REJECTED)]),
    ],
)
async def test_who_does_not_answer_ends_the_attempt_in_the_networks_words(
    network: Network, picks_up: str, signals: list[LegEvent]
) -> None:
    carrier = await connected(network, resident(picks_up=picks_up))
    bot = Bot(carrier, [])
    await bot.call(await carrier.place(dial(ring_timeout_s=15)))
    assert bot.events == signals


async def test_a_number_that_nobody_has_is_invalid(network: Network) -> None:
    carrier = await connected(network)
    bot = Bot(carrier, [])
    await bot.call(await carrier.place(dial("+8613800000099")))
    assert bot.events == [Ended(EndReason.INVALID_NUMBER)]


async def test_a_ring_shorter_than_the_residents_walk_to_the_phone_is_no_answer(
    network: Network,
) -> None:
    carrier = await connected(network, resident())
    bot = Bot(carrier, [])
    await bot.call(await carrier.place(dial(ring_timeout_s=0.5)))
    assert bot.events == [Ringing(), Ended(EndReason.NO_ANSWER)]


async def test_a_second_attempt_can_succeed(network: Network) -> None:
    carrier = await connected(network, resident(picks_up=["busy", "answer"]))
    first, second = Bot(carrier, []), Bot(carrier, [asks("identity")])
    await first.call(await carrier.place(dial(attempt="a1")))
    await second.call(await carrier.place(dial(attempt="a2")))
    assert first.signals == [Ended(EndReason.BUSY)]
    assert Answered() in second.signals


async def test_a_machine_greets_for_seconds_beeps_and_falls_silent(network: Network) -> None:
    carrier = await connected(network, resident(picks_up="voicemail"))
    bot = Bot(carrier, [asks("identity")])
    report = await bot.call(await carrier.place(dial()))
    (greeting,) = (turn for turn in report.turns if turn.speaker is Speaker.RESIDENT)
    assert greeting.text.endswith("留言。")
    assert 4000 < greeting.end_ms - greeting.start_ms < 8000


async def test_a_resident_hangs_up_at_the_question_that_is_too_much(network: Network) -> None:
    carrier = await connected(network, resident(picks_up="hangs_up_at:temperature"))
    bot = Bot(carrier, [asks("identity"), asks("temperature")], prompt_s=3.0)
    report = await bot.call(await carrier.place(dial()))
    assert bot.signals[-1] == Ended(EndReason.HUNG_UP_THERE)
    assert said(report) == [("identity", "是我")]
    last = report.turns[-1]
    assert last.speaker is Speaker.BOT
    assert last.end_ms - last.start_ms == pytest.approx(1000, abs=40)


async def test_keys_arrive_one_by_one_and_in_order(network: Network) -> None:
    carrier = await connected(network, resident(keys={"temperature": ["365"]}))
    bot = Bot(carrier, [asks("temperature")], keys_expected=3)
    report = await bot.call(await carrier.place(dial()))
    assert [event.digit for event in bot.signals if isinstance(event, Key)] == ["3", "6", "5"]
    assert [turn.keys for turn in report.turns if turn.keys] == ["365"]


async def test_who_barges_in_is_heard_over_the_bot_and_the_silence_is_measured(
    network: Network,
) -> None:
    carrier = await connected(network, resident(barges_in=True))
    bot = Bot(carrier, [asks("needs")], prompt_s=4.0, interruptible=True)
    report = await bot.call(await carrier.place(dial()))
    (silent_ms,) = report.barge_in_ms
    assert 0 < silent_ms < 500


async def test_what_was_sent_is_heard_before_the_call_is_hung_up(network: Network) -> None:
    carrier = await connected(network, resident(), quality=LineQuality(jitter_ms=0.1))
    leg = await carrier.place(dial())
    async for event in leg.events():
        if isinstance(event, Answered):
            for frame in frames(tone(1.5)):
                leg.send(frame)
            break
    await leg.hang_up()
    (goodbye,) = carrier.report("a1").turns
    assert goodbye.end_ms - goodbye.start_ms == pytest.approx(1500, abs=2)


async def test_a_call_hung_up_while_it_rings_is_never_answered(network: Network) -> None:
    carrier = await connected(network, resident())
    leg = await carrier.place(dial())
    await leg.hang_up()
    assert [event async for event in leg.events()][-1] == Ended(EndReason.HUNG_UP_HERE)
    assert carrier.report("a1").duration_ms == 0


async def test_noise_fills_the_silence(network: Network) -> None:
    carrier = await connected(network, resident(noise_db=10))
    bot = Bot(carrier, [asks("identity")])
    leg = await carrier.place(dial())
    async for event in leg.events():
        bot.events.append(event)
        if len(bot.audio) == 50:
            break
    await leg.hang_up()
    level = np.sqrt(np.mean(samples(b"".join(bot.audio)).astype(float) ** 2))
    assert 400 < level < 1200


async def test_a_bad_network_loses_sound_and_no_signals(network: Network) -> None:
    quality = LineQuality(loss=0.05, burst=0.005, jitter_ms=15)
    carrier = await connected(network, resident(), quality=quality)
    bot = Bot(carrier, [asks("identity"), asks("needs")])
    report = await bot.call(await carrier.place(dial()))
    assert bot.signals == [Ringing(), Answered(), Ended(EndReason.HUNG_UP_HERE)]
    assert report.lost_to_bot > 0
    assert report.lost_to_resident > 0
    assert len(bot.audio) == report.duration_ms / FRAME_MS


async def test_calls_at_once_do_not_disturb_each_other(network: Network) -> None:
    people = [resident(f"+86138000000{n:02d}", noise_db=20 if n % 2 else None) for n in range(1, 7)]
    questions = [asks("identity"), asks("temperature"), asks("needs")]

    async def run(carrier: SimulatedCarrier, person: SimulatedResident) -> list[Pcm]:
        bot = Bot(carrier, questions)
        report = await bot.call(await carrier.place(dial(person.phone, attempt=person.phone)))
        assert [text for _, text in said(report)] == ["是我", "你说什么", "没有"]
        return bot.audio

    together = await connected(network, *people)
    crowd = await asyncio.gather(*(run(together, person) for person in people))
    alone = await run(await connected(network, people[0]), people[0])
    spoken = [frame for frame in crowd[0] if loud(frame)]
    assert len(spoken) == pytest.approx(len([frame for frame in alone if loud(frame)]), abs=3)


async def test_a_reader_who_stops_reading_holds_up_nobody(network: Network) -> None:
    carrier = await connected(network, resident(), resident("+8613800000002"))
    idle = await carrier.place(dial("+8613800000002", attempt="idle"))
    bot = Bot(carrier, [asks("identity"), asks("needs"), asks("needs")])
    report = await bot.call(await carrier.place(dial()))
    assert len(said(report)) == 3
    await idle.hang_up()
    unread = [event async for event in idle.events()]
    assert [event for event in unread if not isinstance(event, Audio)] == [
        Ringing(),
        Answered(),
        Ended(EndReason.HUNG_UP_HERE),
    ]
    assert len(unread) - 3 + carrier.report("idle").dropped == (
        carrier.report("idle").duration_ms / FRAME_MS
    )


async def test_a_stalled_event_loop_loses_no_frame_and_is_counted(network: Network) -> None:
    carrier = await connected(network, resident(), pace=1.0, rings_ms=(200.0, 200.0))
    loop = asyncio.get_running_loop()
    placed_s, heard = loop.time(), 0
    leg = await carrier.place(dial())
    async for event in leg.events():
        heard += isinstance(event, Audio)
        if heard == 5:
            stalled_until_s = loop.time() + 0.3
            while loop.time() < stalled_until_s:
                pass
        if heard == 40:
            break
    # It rings for 200 ms, and frame 40 is due 800 ms later, whatever happened in between.
    assert loop.time() - placed_s >= 0.97
    report = carrier.report("a1")
    assert report.dropped == 0
    assert report.late_frames >= 10
    assert report.worst_late_ms >= 250


async def test_more_calls_than_lines_are_refused_for_now_and_a_line_comes_back(
    network: Network,
) -> None:
    carrier = await connected(network, resident(), lines=1)
    leg = await carrier.place(dial())
    with pytest.raises(TelephonyError) as refused:
        await carrier.place(dial(attempt="a2"))
    assert not refused.value.permanent
    now = datetime.now(UTC)
    assert (await carrier.trace(dial(), now)).found is Found.UNDER_WAY
    assert (await carrier.trace(dial(attempt="a2"), now)).found is Found.NEVER_PLACED
    await leg.hang_up()
    await carrier.place(dial(attempt="a2"))
    assert (await carrier.trace(dial(attempt="a2"), now)).found is Found.UNDER_WAY


async def test_an_attempt_is_never_placed_twice(network: Network) -> None:
    carrier = await connected(network, resident())
    leg = await carrier.place(dial())
    await leg.hang_up()
    with pytest.raises(TelephonyError) as refused:
        await carrier.place(dial())
    assert refused.value.permanent


async def test_a_network_that_does_not_run_takes_no_calls(network: Network) -> None:
    carrier = network()
    with pytest.raises(TelephonyError, match="not running"):
        await carrier.place(dial())
    await carrier.start()
    await carrier.close()
    with pytest.raises(TelephonyError, match="not running"):
        await carrier.place(dial())


async def test_closing_ends_every_call(network: Network) -> None:
    carrier = await connected(network, resident(), resident("+8613800000002"))
    legs = [
        await carrier.place(dial(attempt="a1")),
        await carrier.place(dial("+8613800000002", attempt="a2")),
    ]
    await asyncio.sleep(0.05)
    await carrier.close()
    for leg in legs:
        await leg.hang_up()
        assert isinstance([event async for event in leg.events()][-1], Ended)
