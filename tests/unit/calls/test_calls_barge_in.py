"""What is said over the bot's words: when it counts, and when the bot gives way."""

from collections.abc import Sequence
from dataclasses import replace

from callbot.calls.barge_in import BargeIn
from callbot.calls.listener import HeardUtterance
from callbot.calls.playout import Playout
from callbot.calls.turn_taking import PLAIN
from callbot.dialog.answers import Hypothesis
from callbot.dialog.session import Weight
from callbot.speech.audio import SILENT_FRAME
from callbot.speech.endpointing import NO_VOICE

A_SECOND = SILENT_FRAME * 50


class Ear:
    """Hears nothing of note yet; rising_ms: of a voice that begins."""

    hearing = False

    def __init__(self) -> None:
        self.activity = NO_VOICE

    def rises(self, rising_ms: int) -> None:
        self.activity = replace(NO_VOICE, rising_ms=rising_ms)


def said(words: str) -> HeardUtterance:
    hypotheses = (Hypothesis(text=words, confidence=0.9),)
    return HeardUtterance(hypotheses, 0, 900, weight=Weight.UNDERSTOOD)


def stop_calling(hypotheses: Sequence[Hypothesis]) -> bool:
    return hypotheses[0].text == "别再打了"


def spoken_over(*, interruptible: bool, ear: Ear | None = None) -> tuple[Playout, BargeIn]:
    playout = Playout(lambda _: None, lambda: None, lambda _: None)
    playout.play(A_SECOND, text="您好", interruptible=interruptible)
    playout.play(A_SECOND, text="请问您是王秀英本人吗？")
    return playout, BargeIn(playout, ear or Ear(), PLAIN, stop_calling)  # type: ignore[arg-type]


def test_what_asks_something_of_us_during_the_opening_is_answered_after_it() -> None:
    playout, barge_in = spoken_over(interruptible=False)
    words = said("别再打了")
    assert barge_in.answer(words, thinking=False) is None
    for _ in range(50):
        assert barge_in.answer(None, thinking=False) is None
        playout._tick(now=0)
    assert barge_in.answer(None, thinking=False) is words
    assert not playout.speaking, "the question is not asked any more"
    assert barge_in.answer(None, thinking=False) is None


def test_other_words_during_the_opening_are_passed_over() -> None:
    playout, barge_in = spoken_over(interruptible=False)
    assert barge_in.answer(said("是我"), thinking=False) is None
    for _ in range(60):
        playout._tick(now=0)
        assert barge_in.answer(None, thinking=False) is None
    assert playout.speaking


def test_an_answer_over_a_question_silences_it() -> None:
    playout, barge_in = spoken_over(interruptible=True)
    words = said("是我本人")
    assert barge_in.answer(words, thinking=False) is words
    assert not playout.speaking


def test_a_voice_that_begins_holds_the_bot_and_a_click_lets_it_go_on() -> None:
    ear = Ear()
    playout, barge_in = spoken_over(interruptible=True, ear=ear)
    heard_ms = []
    for rising_ms in (0, 20, 20, 0):
        ear.rises(rising_ms)
        assert barge_in.answer(None, thinking=False) is None
        if playout.held:
            heard_ms.append(rising_ms)
    assert heard_ms == [20, 20], "held until the sound is forgotten"
    assert playout.speaking
