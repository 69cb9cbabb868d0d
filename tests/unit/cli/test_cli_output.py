"""Tables and JSON as a terminal of 80 columns and a program get them."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from callbot.cli.output import Stages, print_json, print_table

PHONE = "+86138****0001"


def test_a_phone_number_is_never_folded(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    columns = ("id", "name", "phone", *"abcdef")
    print_table("residents", columns, [(12345, "王秀英", PHONE, *["很长的一句话" * 9] * 6)])
    printed = capsys.readouterr().out
    assert PHONE in printed
    assert "12345" in printed
    assert max(map(len, printed.splitlines())) <= 80


def test_cells_are_plain_text_and_empty_headings_are_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_table("figures", ("", ""), [("[red]x[/]\\", 1)])
    printed = capsys.readouterr().out
    assert "[red]x[/]\\" in printed
    assert "┃" not in printed


def test_moments_and_days_are_printed_as_in_iso_8601(capsys: pytest.CaptureFixture[str]) -> None:
    print_json(
        {"at": datetime(2026, 11, 22, 1, tzinfo=UTC), "on": date(2026, 11, 22), "f": Path("a")}
    )
    assert json.loads(capsys.readouterr().out) == {
        "at": "2026-11-22T01:00:00+00:00",
        "on": "2026-11-22",
        "f": "a",
    }


def test_work_that_fails_at_once_shows_no_progress_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with Stages():
        pass
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")
