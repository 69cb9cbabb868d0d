"""Regular forms of English words, as `walk+` stands for them."""

import pytest

from callbot.dialog.understanding.inflection import regular_forms
from callbot.dialog.understanding.patterns import expand


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("walk", {"walk", "walks", "walked", "walking"}),
        ("bake", {"bake", "bakes", "baked", "baking"}),
        ("carry", {"carry", "carries", "carried", "carrying"}),
        ("stay", {"stay", "stays", "stayed", "staying"}),
        ("watch", {"watch", "watches", "watched", "watching"}),
        ("die", {"die", "dies", "died", "dying"}),
    ],
)
def test_a_regular_word_has_four_forms(word: str, forms: set[str]) -> None:
    assert set(regular_forms(word)) == forms


def test_a_last_consonant_may_be_doubled() -> None:
    assert {"nap", "naps", "napped", "napping"} <= set(regular_forms("nap"))
    assert "rainned" not in regular_forms("rain")


def test_forms_join_the_choices_of_a_group() -> None:
    assert expand("(nap+|rest) well")[0] == "nap well"
    assert set(expand("cook+ well")) == {
        "cook well", "cooks well", "cooked well", "cooking well",
    }  # fmt: skip
