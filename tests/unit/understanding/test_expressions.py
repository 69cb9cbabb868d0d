"""Lists of words and whole patterns, found as one expression."""

import re

import pytest

from callbot.dialog.understanding.words.either import either
from callbot.dialog.understanding.words.expressions import frame_expression
from callbot.dialog.understanding.words.roles import Mark, Role
from callbot.dialog.understanding.words.spelling import Spelling
from callbot.dialog.understanding.words.vocabulary import Vocabulary

GAP = r"(?: [^ ,.?]+){0,4}? ?"


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        (["go", "going", "gone"], "going", "going"),
        (["go", "going", "gone"], "gone", "gone"),
        (["go", "going", "gone"], "gong", "go"),
        (["a.c", "abc"], "abc", "abc"),
        (["a.c"], "abc", None),
        (["", "a"], "b", ""),
        ([], "a", None),
    ],
)
def test_the_longest_word_of_a_list_is_found(
    words: list[str], text: str, found: str | None
) -> None:
    match = re.match(f"(?:{either(words)})", text)
    assert (match and match[0]) == found


def test_a_shorter_word_is_found_where_the_longer_does_not_end() -> None:
    match = re.match(rf"(?:{either(['in the', 'in there', 'in'])})\b", "in then")
    assert match is not None
    assert match[0] == "in"


def test_what_words_begin_with_alike_is_written_once() -> None:
    words = [f"alike {number:04}" for number in range(5000)]
    assert len(either(words)) < len("|".join(words)) / 3
    assert re.fullmatch(either(words), "alike 4999")


def test_an_expression_is_compiled_when_a_text_first_begins_like_it() -> None:
    denied = Mark(Role.NEGATOR)
    words = Vocabulary([(["not been~out", "not been~to the shop"], denied)], spaced=True)
    (expression,) = words.expressions
    assert [t.text for t in words.tokens("not out")] == ["not out"]
    assert "compiled" not in vars(expression)
    found = words.tokens("i have not been once to the shop")
    assert [t.text for t in found if t.has(Role.NEGATOR)] == ["not been once to the shop"]
    assert expression.compiled.match("not been once to the sho") is None


def test_a_part_that_may_be_missing_begins_no_phrase_alone() -> None:
    frame = frame_expression((("no ", ""), ("pain", "ache")), GAP, spaced=True)
    assert set(frame.beginnings) == {"no ", "pain", "ache"}
    for text in ("no pain", "ache"):
        assert frame.compiled.match(text) is not None
    assert frame.compiled.match("no painter", 0, 10) is None


def test_a_choice_with_a_gap_keeps_the_blank_before_it() -> None:
    (choices,) = Spelling(spaced=True).parts(["had no chance( to ~ it|)"])
    assert choices == (("had no chance",), (" to~it", ""), ("",))
    frame = frame_expression(choices, GAP, spaced=True)
    match = frame.compiled.match("had no chance to take it", 0, 24)
    assert match is not None
    assert match.end() == 24
