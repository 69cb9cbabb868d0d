"""`callbot demo` as a person runs it: broken off with Ctrl-C or killed, and gone on with."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

RESIDENTS = 3


def start(data_dir: Path, out: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "callbot", "demo", "--residents", str(RESIDENTS)]
    return subprocess.Popen(
        [*command, "--json", str(out)],
        env={**os.environ, "CALLBOT_DATA_DIR": str(data_dir)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def attempts(data_dir: Path) -> list[tuple[int, str, str | None, int]]:
    """Resident, state, outcome, and whether the phone rang."""
    path = data_dir / "demo" / "callbot.sqlite3"
    if not path.exists():
        return []
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return connection.execute(
            "SELECT resident_id, state, outcome, rang_at IS NOT NULL FROM attempt"
        ).fetchall()
    except sqlite3.OperationalError:
        return []
    finally:
        connection.close()


def wait_for(demo: subprocess.Popen[str], happened: Callable[[], bool]) -> None:
    while not happened():
        assert demo.poll() is None, demo.communicate()[1]
        time.sleep(0.1)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "killed"])
def test_a_demo_broken_off_goes_on_where_it_stopped(
    how: signal.Signals, data_dir: Path, tmp_path: Path
) -> None:
    own = tmp_path / "data"
    own.mkdir()
    # Voices and models need not be made again.
    for shared in ("cache", "models"):
        if (data_dir / shared).exists():
            (own / shared).symlink_to(data_dir / shared)
    first = start(own, tmp_path / "first.json")
    wait_for(first, lambda: sum(s == "in_progress" for _, s, _, _ in attempts(own)) == RESIDENTS)
    time.sleep(15)
    first.send_signal(how)
    first.communicate(timeout=60)
    assert first.returncode == (1 if how is signal.SIGINT else -signal.SIGKILL)
    if how is signal.SIGINT:
        ended = [outcome for _, state, outcome, rang in attempts(own) if rang]
        assert ended == ["partial"] * RESIDENTS, "ended politely and written down"

    second = start(own, tmp_path / "second.json")
    _, said = second.communicate(timeout=170)
    assert second.returncode == 0, said
    assert "Going on with the demo" in said
    rings: dict[int, int] = {}
    for resident_id, state, _, rang in attempts(own):
        assert state == "ended"
        rings[resident_id] = rings.get(resident_id, 0) + rang
    # Their broken calls are taken up once; nobody is rung anew besides.
    assert rings == dict.fromkeys(range(1, RESIDENTS + 1), 2)
    report = json.loads((tmp_path / "second.json").read_text())
    assert {r["outcome"] for r in report["residents"]} == {"completed"}
    assert not report["interrupted"]
