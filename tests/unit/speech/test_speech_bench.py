"""The measures of recognition."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.bench.speech import edit_distance, percentile, recorded_samples
from callbot.errors import BadInput
from callbot.speech.recognizer import Hints

words = st.text("三十六度五没有", max_size=8)


def test_edits_are_counted() -> None:
    assert edit_distance("三十六度五", "三十六度五") == 0
    assert edit_distance("三十六度五", "三十八度") == 2
    assert edit_distance("", "没有") == 2


@given(words, words, words)
def test_edits_are_a_distance(a: str, b: str, c: str) -> None:
    assert edit_distance(a, b) == edit_distance(b, a)
    assert (edit_distance(a, b) == 0) == (a == b)
    assert edit_distance(a, c) <= edit_distance(a, b) + edit_distance(b, c)


def test_percentiles_are_of_the_values() -> None:
    assert percentile([], 50) == 0
    assert percentile([3.0], 95) == 3.0
    assert percentile([1.0, 2.0, 3.0], 50) == 2.0


def test_a_folder_of_recordings_needs_the_words_of_each(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no WAV"):
        recorded_samples(tmp_path, Hints("zh-CN"))
    (tmp_path / "a.wav").write_bytes(b"x")
    with pytest.raises(BadInput, match=r"a\.txt"):
        recorded_samples(tmp_path, Hints("zh-CN"))
