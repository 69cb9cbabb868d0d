"""Vosk's answers in the recogniser's terms, and what is kept from it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.errors import ConfigurationError
from callbot.speech.recognizer import Alternative
from callbot.speech.vosk_readings import grammar_json, joined, segment


def vosk_json(*found: tuple[str, float]) -> str:
    return json.dumps({"alternatives": [{"text": t, "confidence": c} for t, c in found]})


def test_log_likelihoods_become_shares_of_belief() -> None:
    found = segment(vosk_json(("네", 200.0), ("내", 199.0)), 5)
    assert [a.text for a in found] == ["네", "내"]
    assert found[0].confidence == pytest.approx(0.731, abs=0.001)
    assert sum(a.confidence for a in found) == pytest.approx(1)


def test_one_reading_in_two_alignments_counts_once() -> None:
    found = segment(vosk_json(("내", 10.0), ("네", 9.7), (" 네", 9.7)), 5)
    assert [a.text for a in found] == ["네", "내"]


@pytest.mark.parametrize("nothing", ["{}", '{"text": ""}', vosk_json(("", 77.6), ("음", 70.0))])
def test_silence_has_no_readings(nothing: str) -> None:
    assert segment(nothing, 5) == []


def test_pieces_of_an_utterance_are_joined_best_first() -> None:
    first = [Alternative("열은", 0.6), Alternative("여름", 0.4)]
    second = [Alternative("없어요", 0.9), Alternative("없다", 0.1)]
    whole = joined([first, [], second], 3)
    assert [a.text for a in whole] == ["열은 없어요", "여름 없어요", "열은 없다"]
    assert whole[0].confidence == pytest.approx(0.54)


@given(st.lists(st.tuples(st.text("가나 ", max_size=3), st.floats(-1e4, 1e4)), max_size=6))
def test_confidences_are_always_shares(found: list[tuple[str, float]]) -> None:
    readings = segment(vosk_json(*found), 5)
    assert all(a.text and 0 <= a.confidence <= 1 for a in readings)
    assert sum(a.confidence for a in readings) <= 1 + 1e-9


def test_a_grammar_is_written_with_a_way_out() -> None:
    grammar = grammar_json(["네", "아니요", "모르는말"], {"네", "아니요"}.__contains__)
    assert json.loads(grammar) == ["네", "아니요", "[unk]"]


@pytest.mark.parametrize("phrases", [[], [""], ["  "], ["모르는말"]])
def test_a_grammar_that_would_kill_the_engine_never_reaches_it(phrases: list[str]) -> None:
    with pytest.raises(ConfigurationError):
        grammar_json(phrases, {"네"}.__contains__)
