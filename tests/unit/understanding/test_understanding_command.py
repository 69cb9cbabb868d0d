"""`callbot understand`, as scripts outside call it."""

import json
from pathlib import Path

import pytest

from callbot.cli.understand import understand_command
from callbot.errors import BadInput


def _answers(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_one_line_in_gives_one_line_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(
        '{"id": "1", "locale": "zh-CN", "question": "temperature", "text": "三十六度五"}\n\n'
        '{"id": "2", "locale": "en-US", "question": "yes_no", "text": "mumble", '
        '"alternatives": ["yes"]}\n',
        encoding="utf-8",
    )
    understand_command(source)
    first, second = _answers(capsys)
    assert first.items() >= {
        "id": "1", "intent": "answer", "status": "clear", "value": {"celsius": 36.5},
    }.items()  # fmt: skip
    assert (second["value"], second["heard"]) == ({"yes": True}, "yes")


def test_bad_lines_are_named_and_the_good_ones_still_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(
        "not json\n"
        '{"id": "2", "locale": "xx-XX", "question": "yes_no", "text": "ja"}\n'
        '{"id": "3", "locale": "zh-CN", "question": "mood", "text": "好"}\n'
        '{"id": "4", "locale": "zh-CN", "question": "yes_no", "text": "好"}\n',
        encoding="utf-8",
    )
    with pytest.raises(BadInput) as caught:
        understand_command(source)
    problems = str(caught.value)
    assert "line 1: not JSON" in problems
    assert "line 2: locale" in problems
    assert "line 3: question" in problems
    assert [answer["id"] for answer in _answers(capsys)] == ["4"]


HOSTILE = {
    b"[1, 2]": "not a JSON object",
    b"[" * 100_000: "not JSON: nested too deeply",
    b"\xff\xfe": "not text in UTF-8",
    b'{"locale": "zh-CN", "question": "open", "text": "\\ud800"}': "not text in UTF-8",
    b'{"locale": "zh-CN", "question": "open", "text": 36.5}': "text: ",
    b'{"locale": "zh-CN", "question": "open"}': "text: ",
    b'{"locale": "zh-CN", "question": "open", "text": "' + b"a" * 100_000 + b'"}': "text: ",
    b'{"locale": "zh-CN", "question": "open", "text": "", "alternatives": null}': "alternatives: ",
    b'{"locale": "../x", "question": "open", "text": ""}': "locale: ",
    b'{"locale": "zh-CN", "question": "open", "text": "", "mood": 1}': "mood: ",
}
"""What is wrong with each of these lines."""


def test_each_hostile_line_is_named_and_stops_none_of_the_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "in.jsonl"
    good = b'\n{"id": "good", "locale": "en-US", "question": "yes_no", "text": "yes"}\n'
    source.write_bytes(b"".join(line + good for line in HOSTILE))
    with pytest.raises(BadInput) as caught:
        understand_command(source)
    # The bad lines are the odd ones.
    problems = str(caught.value).splitlines()
    assert len(problems) == len(HOSTILE)
    for number, (told, problem) in enumerate(zip(problems, HOSTILE.values(), strict=True)):
        assert told.startswith(f"line {2 * number + 1}: {problem}")
    assert [answer["id"] for answer in _answers(capsys)] == ["good"] * len(HOSTILE)
