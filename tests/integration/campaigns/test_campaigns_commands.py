"""The office's commands, run as programs: exit statuses, JSON, and where things are printed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[3] / "callbot" / "rehearsal" / "sample-roster.xlsx"


def callbot(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "callbot", *arguments],
        cwd=folder,
        env={**os.environ, "CALLBOT_DATA_DIR": str(folder / "data"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "roster.csv"
    path.write_text("姓名,电话,返回日期\n王秀英,13800000001,1999-01-01\n", encoding="gb18030")
    return path


def test_a_rejected_roster_exits_with_2_and_lists_its_problems_as_json(
    tmp_path: Path, roster: Path
) -> None:
    done = callbot(tmp_path, "roster", "import", str(roster), "--json")
    assert done.returncode == 2
    report = json.loads(done.stdout)
    assert [(p["row"], p["column"]) for p in report["problems"]] == [(2, "返回日期")]
    assert "nothing was imported" in done.stderr


def test_a_campaign_from_a_file_is_checked_by_line_and_field(tmp_path: Path) -> None:
    path = tmp_path / "campaign.yaml"
    path.write_text("name: 每日\nscript: quarantine\nretry:\n  rings_per_day: 9\n")
    done = callbot(tmp_path, "campaign", "create", "--from", str(path))
    assert done.returncode == 2
    assert "campaign.yaml:4: retry.rings_per_day" in done.stderr


def test_a_campaign_is_made_started_and_shown_and_numbers_are_masked(
    tmp_path: Path, roster: Path
) -> None:
    made = callbot(
        tmp_path, "campaign", "create", "--name", "每日", "--script", "quarantine", "--json"
    )
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout) == {"id": 1, "state": "draft"}
    left_out = callbot(tmp_path, "roster", "import", str(roster), "--skip-bad")
    assert left_out.returncode == 0
    assert "1999-01-01" in left_out.stdout
    started = callbot(tmp_path, "campaign", "start", "1", "--json")
    assert json.loads(started.stdout)["state"] == "running"
    again = callbot(tmp_path, "campaign", "start", "1")
    assert (again.returncode, again.stdout) == (2, "")


def test_a_script_that_does_not_exist_is_refused_with_those_that_do(tmp_path: Path) -> None:
    done = callbot(tmp_path, "campaign", "create", "--name", "x", "--script", "nope")
    assert done.returncode == 2
    assert "known: " in done.stderr
    assert "quarantine" in done.stderr


def test_a_campaign_on_alerts_needs_a_script_that_asks_where_the_resident_was(
    tmp_path: Path,
) -> None:
    wanted = ("--name", "核实", "--script", "heatwave-check", "--on-alert")
    done = callbot(tmp_path, "campaign", "create", *wanted)
    assert done.returncode == 2
    assert "use `verification`" in done.stderr
