"""What a flag quotes is marked in the words of the call."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.review.marking import pieces, quoted_words


@pytest.mark.parametrize(
    ("text", "quoted", "marked"),
    [
        ("我胸口有点闷，喘不上气", ["胸口有点闷"], ["胸口有点闷"]),
        ("不咳嗽，就是咳嗽过", ["咳嗽"], ["咳嗽", "咳嗽"]),
        ("三十八度二", ["三十八度", "三十八度二"], ["三十八度二"]),
        ("是的", ["三十八度二"], []),
        ("是的", [], []),
        ("a.b (c", ["a.b", "(c"], ["a.b", "(c"]),
    ],
)
def test_each_quoted_place_is_marked(text: str, quoted: list[str], marked: list[str]) -> None:
    assert [part for part, is_quoted in pieces(text, quoted) if is_quoted] == marked


def test_evidence_names_its_quotes() -> None:
    assert quoted_words("「有点咳嗽」; 「三十八度二」") == ["有点咳嗽", "三十八度二"]
    assert quoted_words("") == []


@given(st.text("咳嗽闷(.*", max_size=12), st.lists(st.text("咳嗽闷(.*", max_size=3), max_size=3))
def test_no_word_of_the_turn_is_lost(text: str, quoted: list[str]) -> None:
    assert "".join(part for part, _ in pieces(text, quoted)) == text
