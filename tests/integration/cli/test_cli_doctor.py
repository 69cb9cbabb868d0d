"""`callbot doctor`, as it is typed on a machine that is ready and on one that is not."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from callbot.cli import build

Run = Callable[..., Result]

LOCALES = ("en-US", "ko-KR", "zh-CN")


@pytest.fixture
def doctor(tmp_path: Path, speech_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """With a data folder of its own, in which the models are at hand."""
    (tmp_path / "models").symlink_to(speech_dir / "models")
    monkeypatch.setenv("CALLBOT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "120")

    def run(*options: str) -> Result:
        command = ["doctor", *options]
        return CliRunner().invoke(build(command), command)

    return run


def test_the_doctor_proves_all_that_a_campaign_needs(doctor: Run) -> None:
    told = doctor("--json")
    assert told.exit_code == 0, told.output
    findings = {each["what"]: each for each in json.loads(told.stdout)}
    assert {each["verdict"] for each in findings.values()} <= {"fine", "warning"}
    assert "none yet" in findings["database"]["detail"]
    assert "zh-CN" in findings["script quarantine"]["detail"]
    for locale in LOCALES:
        assert "spoken" in findings[f"voice {locale}"]["detail"]
        assert "decodes" in findings[f"recogniser {locale}"]["detail"]
    assert "nobody" in findings["carriers"]["detail"]


def test_the_doctor_goes_on_behind_what_is_broken(
    doctor: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLBOT_PROMPTS_DIR", str(tmp_path))
    monkeypatch.setenv("CALLBOT_DATABASE_URL", f"sqlite:///{tmp_path}/nowhere/callbot.sqlite3")
    (tmp_path / "nowhere").write_text("a file where a folder should be")
    told = doctor()
    assert told.exit_code == 1
    states = {
        cells[0].strip(): cells[1].strip()
        for line in told.stdout.splitlines()
        if len(cells := line.strip("│┃ ").split("│")) > 1
    }
    assert states["database"] == "broken"
    assert states["scripts"] == "broken"
    assert states["carriers"] == "fine"
    assert "CALLBOT_PROMPTS_DIR" in told.stdout
