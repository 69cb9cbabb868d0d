"""`callbot demo` as a person runs it: broken off with Ctrl-C or killed, and gone on with."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

RESIDENTS = 3
PATIENCE_S = 300
"""For a demo to end, however busy the machine."""


def start(data_dir: Path, prompts: Path, out: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "callbot", "demo", "--residents", str(RESIDENTS)]
    folders = {"CALLBOT_DATA_DIR": str(data_dir), "CALLBOT_PROMPTS_DIR": str(prompts)}
    return subprocess.Popen(
        [*command, "--json", str(out)],
        env={**os.environ, **folders},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def rows(data_dir: Path, query: str) -> list[Any]:
    """Of the demo's database, while it is being written; none before it is there."""
    path = data_dir / "demo" / "callbot.sqlite3"
    if not path.exists():
        return []
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return connection.execute(query).fetchall()
    except sqlite3.OperationalError:
        return []
    finally:
        connection.close()


def attempts(data_dir: Path) -> list[tuple[int, str, str | None, int]]:
    """Resident, state, outcome, and whether the phone rang."""
    return rows(data_dir, "SELECT resident_id, state, outcome, rang_at IS NOT NULL FROM attempt")


def wait_for(demo: subprocess.Popen[str], happened: Callable[[], bool]) -> None:
    while not happened():
        assert demo.poll() is None, demo.communicate()[1]
        time.sleep(0.1)


def all_talking(data_dir: Path) -> bool:
    return sum(state == "in_progress" for _, state, _, _ in attempts(data_dir)) == RESIDENTS


def in_mid_call(data_dir: Path) -> bool:
    return bool(rows(data_dir, "SELECT id FROM answer")) and all_talking(data_dir)


def rings(data_dir: Path) -> dict[int, int]:
    count: dict[int, int] = {}
    for resident_id, _, _, rang in attempts(data_dir):
        count[resident_id] = count.get(resident_id, 0) + rang
    return count


@pytest.fixture
def own_dir(speech_dir: Path, tmp_path: Path) -> Path:
    """A data folder of the test's own, with the voices and models that are there already."""
    own = tmp_path / "data"
    own.mkdir()
    for shared in ("cache", "models"):
        (speech_dir / shared).mkdir(exist_ok=True)
        (own / shared).symlink_to(speech_dir / shared)
    return own


@pytest.fixture
def short_questions(short_script: Path) -> Path:
    """Prompts with which the demo asks each resident three questions."""
    shutil.rmtree(short_script / "quarantine")
    return (short_script / "short").rename(short_script / "quarantine").parent


def test_after_ctrl_c_it_goes_on_where_it_stopped(
    own_dir: Path, short_questions: Path, tmp_path: Path
) -> None:
    first = start(own_dir, short_questions, tmp_path / "first.json")
    wait_for(first, lambda: in_mid_call(own_dir))
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=PATIENCE_S)
    assert first.returncode == 1
    ended = [outcome for _, state, outcome, rang in attempts(own_dir) if rang]
    assert ended == ["partial"] * RESIDENTS, "ended politely and written down"

    second = start(own_dir, short_questions, tmp_path / "second.json")
    _, said = second.communicate(timeout=PATIENCE_S)
    assert second.returncode == 0, said
    assert "Going on with the demo" in said
    # Their broken calls are taken up once; nobody is rung anew besides.
    assert rings(own_dir) == dict.fromkeys(range(1, RESIDENTS + 1), 2)
    report = json.loads((tmp_path / "second.json").read_text())
    assert {r["outcome"] for r in report["residents"]} == {"completed"}
    assert not report["interrupted"]


def test_killed_in_mid_call_it_loses_no_call_and_rings_nobody_at_once(
    own_dir: Path, short_questions: Path, tmp_path: Path
) -> None:
    first = start(own_dir, short_questions, tmp_path / "first.json")
    wait_for(first, lambda: in_mid_call(own_dir))
    first.kill()
    first.communicate(timeout=PATIENCE_S)
    assert all_talking(own_dir), "nothing could be written down at the end"

    second = start(own_dir, short_questions, tmp_path / "second.json")
    wait_for(second, lambda: all_talking(own_dir) and sum(rings(own_dir).values()) > RESIDENTS)
    broken_off = [
        outcome for _, state, outcome, rang in attempts(own_dir) if state == "ended" and rang
    ]
    assert broken_off == ["partial"] * RESIDENTS, "the killed calls were settled"
    assert rings(own_dir) == dict.fromkeys(range(1, RESIDENTS + 1), 2)
    second.send_signal(signal.SIGINT)
    second.communicate(timeout=PATIENCE_S)
    assert second.returncode == 1


def test_a_second_ctrl_c_ends_it_though_nothing_can_be_stored(
    own_dir: Path, short_questions: Path, tmp_path: Path
) -> None:
    first = start(own_dir, short_questions, tmp_path / "first.json")
    wait_for(first, lambda: in_mid_call(own_dir))
    other = sqlite3.connect(own_dir / "demo" / "callbot.sqlite3", isolation_level=None, timeout=60)
    other.execute("BEGIN IMMEDIATE")  # As on a full disk, rows wait, and calls do not end.
    first.send_signal(signal.SIGINT)
    assert first.stderr is not None
    assert any("Ctrl-C again" in line for line in first.stderr)
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=PATIENCE_S)
    assert first.returncode == 1
    assert all_talking(own_dir), "ended before anything could be stored"
    other.close()
