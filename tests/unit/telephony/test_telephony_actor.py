"""When a simulated resident speaks: after the bot, over it, late, or not at all."""

import random
from collections.abc import Callable

import numpy as np
import pytest

from callbot.dialog.answers import Kind
from callbot.dialog.events import Listen
from callbot.speech.audio import FRAME_MS
from callbot.telephony.simulated.actor import Act, AnsweringMachine, Person
from callbot.telephony.simulated.repertoire import Repertoire
from callbot.telephony.simulated.residents import SimulatedResident

ASKS = Listen(question="temperature", kind=Kind.TEMPERATURE, asked=1)
ASKS_SYMPTOMS = Listen(question="symptoms", kind=Kind.SYMPTOMS, asked=1)
REACTION_MS = (200, 800 + FRAME_MS)


def person(hangs_up_at: str | None = None, **described: object) -> Person:
    resident = SimulatedResident.model_validate(
        {
            "name": "王秀英",
            "phone": "+8613800000001",
            "says": {"temperature": "三十六度五", "symptoms": "没有"},
            **described,
        }
    )
    sounds = {words: np.full(8000, 2000, dtype=np.int16) for words in resident.all_words()}
    return Person(Repertoire(resident, sounds), random.Random(1), hangs_up_at)


def acts(
    who: Person | AnsweringMachine,
    bot: Callable[[float], bool],
    from_ms: int = 0,
    until_ms: int = 12_000,
) -> list[tuple[int, Act]]:
    """What is done when, while the bot is audible as `bot` tells by the millisecond."""
    steps = ((now, who.step(now, bot(now))) for now in range(from_ms, until_ms, FRAME_MS))
    return [(now, act) for now, act in steps if act is not None]


def speaking(*spans: tuple[int, int]) -> Callable[[float], bool]:
    return lambda now: any(start <= now < end for start, end in spans)


def test_the_answer_comes_once_after_the_bot_has_fallen_silent() -> None:
    resident = person()
    resident.cue(ASKS, None, 0)
    ((at_ms, act),) = acts(resident, speaking((200, 3000)))
    assert act.text == "三十六度五"
    assert REACTION_MS[0] <= at_ms - (3000 + 600) <= REACTION_MS[1]


def test_a_pause_at_a_comma_is_not_the_end_of_the_question() -> None:
    resident = person()
    resident.cue(ASKS, None, 0)
    ((at_ms, _),) = acts(resident, speaking((200, 1500), (1850, 4000)))
    assert at_ms > 4600


def test_a_resident_who_has_not_begun_waits_when_the_bot_goes_on() -> None:
    resident = person(answers_late_s=1.0)
    resident.cue(ASKS, None, 0)
    ((at_ms, _),) = acts(resident, speaking((200, 1000), (2000, 5000)))
    assert at_ms >= 5000 + 600 + 1000 + REACTION_MS[0]


def test_without_a_cue_nothing_is_said() -> None:
    assert acts(person(), speaking((200, 3000))) == []


def test_a_new_question_replaces_one_not_yet_answered() -> None:
    resident = person()
    resident.cue(ASKS, None, 0)
    assert acts(resident, speaking((200, 1000)), until_ms=1200) == []
    resident.cue(ASKS_SYMPTOMS, None, 1200)
    ((_, act),) = acts(resident, speaking((1300, 2500)), from_ms=1200)
    assert act.text == "没有"


def test_a_question_repeated_in_the_same_words_is_heard_a_second_time() -> None:
    resident = person(says={"temperature": ["你说什么", "三十六度五"]})
    heard = []
    for from_ms in (0, 6000):
        resident.cue(ASKS, None, from_ms)
        bot = speaking((from_ms + 100, from_ms + 2000))
        heard += acts(resident, bot, from_ms=from_ms, until_ms=from_ms + 6000)
    assert [act.text for _, act in heard] == ["你说什么", "三十六度五"]


def test_the_next_question_is_not_answered_before_this_answer_is_spoken() -> None:
    resident = person(barges_in=True)
    resident.cue(ASKS, None, 0)
    ((first_ms, _),) = acts(resident, speaking((0, 9000)), until_ms=1100)
    resident.cue(ASKS_SYMPTOMS, None, 1100)
    ((second_ms, _),) = acts(resident, lambda _: True, from_ms=1100)
    assert second_ms >= first_ms + 1000


@pytest.mark.parametrize("where", [True, ["temperature"]])
def test_who_barges_in_speaks_a_second_into_the_question(where: object) -> None:
    resident = person(barges_in=where)
    resident.cue(ASKS, None, 0)
    ((at_ms, _),) = acts(resident, speaking((400, 6000)))
    assert at_ms == 1400


def test_who_hangs_up_does_so_a_second_into_the_question() -> None:
    resident = person(hangs_up_at="symptoms")
    resident.cue(ASKS_SYMPTOMS, None, 0)
    ((at_ms, act),) = acts(resident, speaking((400, 6000)))
    assert act.hangs_up
    assert at_ms == 1400


def test_keys_are_pressed_in_place_of_words() -> None:
    resident = person(keys={"temperature": "365"})
    resident.cue(ASKS, None, 0)
    ((_, act),) = acts(resident, speaking((0, 1000)))
    assert (act.keys, act.speech, act.text) == ("365", b"", "")


def test_a_bot_that_only_listens_on_is_answered_in_the_end() -> None:
    resident = person()
    resident.cue(ASKS, None, 0)
    ((at_ms, _),) = acts(resident, lambda _: False)
    assert 4000 < at_ms < 5000


@pytest.mark.parametrize("described", [{"silent_at": ["temperature"]}, {"says": {}}])
def test_a_silent_resident_stays_silent(described: dict[str, object]) -> None:
    resident = person(**described)
    resident.cue(ASKS, None, 0)
    assert acts(resident, speaking((200, 3000))) == []


def test_a_machine_greets_beeps_and_answers_nothing() -> None:
    resident = SimulatedResident(name="王秀英", phone="+8613800000001", picks_up=["voicemail"])
    greeting = np.full(40_000, 2000, dtype=np.int16)
    machine = AnsweringMachine(Repertoire(resident, {resident.greeting: greeting}))
    machine.cue(ASKS, None, 0)
    ((at_ms, act),) = acts(machine, speaking((0, 4000)))
    assert at_ms < 500
    assert act.length_ms == 5000 + 400 + 600
