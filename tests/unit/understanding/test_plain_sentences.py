"""Sentences without signs are parted, and roundabout ones are read plainly."""

import pytest

from callbot.dialog.understanding import Lexicon
from callbot.dialog.understanding.words.heard import spell
from callbot.dialog.understanding.words.roundabout import Roundabout
from callbot.dialog.understanding.words.sentence_ends import SentenceEnds

_ENDS = SentenceEnds(["요", "는데"])
_PLAIN = Roundabout(
    {(("안~",), ("건", "게"), ("아니",)): "~건있", (("",), ("없는건아니",)): "있"}, ["집안"]
)


@pytest.mark.parametrize(
    ("written", "parted"),
    [
        ("두통이 있어요 아내가요", "두통이 있어요, 아내가요"),
        ("열은 없는데 기침이 나요", "열은 없는데, 기침이 나요"),
        ("없어요, 괜찮아요", "없어요, 괜찮아요"),
        ("요즘 괜찮아", "요즘 괜찮아"),
    ],
)
def test_a_blank_after_an_ending_is_a_pause(written: str, parted: str) -> None:
    assert _ENDS.with_pauses(written) == parted


@pytest.mark.parametrize(
    ("written", "parted"),
    [
        ("없어 아 기침은 하지", "없어 아, 기침은 하지"),
        ("없어 아기 기침이요", "없어 아기 기침이요"),
        ("없어 아 그러고 보니 기침은 하네", "없어 아 그러고 보니 기침은 하네"),
        ("있 어 아 니 요", "있 어 아 니 요"),
    ],
)
def test_an_aside_is_a_pause_where_it_stands_alone(written: str, parted: str) -> None:
    ends = SentenceEnds(["요"], ["아", "어"], ["아"], ["아그러고보니"])
    assert ends.with_pauses(written) == parted


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("안나간건아니고", "나간건있고"),
        ("기침을안하는게아니라", "기침을하는건있라"),
        ("열이없는건아니에요", "열이있에요"),
        ("집안에있던건아니고", "집안에있던건아니고"),
        ("안나갔어요,그런건아니고", "안나갔어요,그런건아니고"),
    ],
)
def test_a_roundabout_phrase_is_said_plainly_and_keeps_what_its_gap_held(
    said: str, plain: str
) -> None:
    assert _PLAIN.plainly(said) == plain


@pytest.mark.parametrize("noun", ["우유", "이유", "고구마", "장소", "평소"])
def test_a_noun_that_ends_like_a_sentence_is_none(lexicons: dict[str, Lexicon], noun: str) -> None:
    assert spell(f"{noun} 먹었어요", lexicons["ko-KR"]) == f"{noun}먹었어요"
