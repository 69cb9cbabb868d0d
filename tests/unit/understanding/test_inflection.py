"""Regular forms of words, as `walk+`, `보+` and `遛狗+` stand for them."""

import pytest

from callbot.dialog.understanding.words.forms.chinese import verb_object_forms
from callbot.dialog.understanding.words.forms.english import regular_forms
from callbot.dialog.understanding.words.forms.korean import stem_forms
from callbot.dialog.understanding.words.patterns import expand


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


@pytest.mark.parametrize(
    ("stem", "past"),
    [("보", "봤"), ("주", "줬"), ("마시", "마셨"), ("하", "했"), ("되", "됐"), ("쓰", "썼"),
     ("모으", "모았"), ("부르", "불렀"), ("가", "갔"), ("켜", "켰")],
)  # fmt: skip
def test_a_korean_stem_flows_together_with_what_follows(stem: str, past: str) -> None:
    assert past in stem_forms(stem)
    assert set(expand(f"{stem}+")) == set(stem_forms(stem))


def test_a_korean_stem_in_a_consonant_stays_as_it_is() -> None:
    assert stem_forms("먹") == ("먹",)


def test_much_may_stand_between_a_chinese_verb_and_its_object() -> None:
    forms = verb_object_forms("遛狗")
    said = {"遛狗", "遛了狗", "遛过狗", "遛完狗", "遛个狗", "遛遛狗", "遛了遛狗", "遛了两回狗"}
    assert said <= set(forms)
    assert all(form.startswith("遛") and form.endswith("狗") for form in forms)
    assert set(expand("(遛狗+|散步)去")) == {f"{form}去" for form in (*forms, "散步")}
