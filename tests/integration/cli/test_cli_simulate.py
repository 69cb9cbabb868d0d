"""`callbot simulate` as a script outside this repository calls it; without sound, which is soon
done."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from callbot.cli import build
from callbot.errors import BadInput

RESIDENTS = """\
- name: 王秀英
  phone: "+8613800000001"
  locale: zh-CN
  says:
    identity: 是我本人
    permission: 方便，你说吧
    temperature: ["你说什么", "三十八度二"]
    symptoms: 有点咳嗽
    "*": 没有
- name: 李建国
  phone: "+8613800000002"
  locale: zh-CN
  picks_up: no_answer
"""

OF_THE_SOUND = ["response_ms", "duration_ms", "spoken_turns", "early_cuts", "barge_in_ms"]


def simulate(residents: str, folder: Path) -> Result:
    """Writes out.jsonl into the folder."""
    (folder / "residents.yaml").write_text(residents, encoding="utf-8")
    files = ("--residents", str(folder / "residents.yaml"), "--out", str(folder / "out.jsonl"))
    arguments = ["simulate", "--text", *files]
    return CliRunner().invoke(build(arguments), arguments)


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("simulate")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CALLBOT_DATA_DIR", str(folder / "data"))
        assert simulate(RESIDENTS, folder).exit_code == 0
    written = (folder / "out.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in written.splitlines()]


def test_each_resident_is_a_line_with_what_they_answered(lines: list[dict[str, Any]]) -> None:
    ill, absent = lines
    assert ill["answers"]["temperature"]["value"] == {"celsius": 38.2}
    assert {flag["rule"] for flag in ill["flags"]} >= {"high_fever", "symptoms"}
    assert {turn["speaker"] for turn in ill["turns"]} == {"bot", "resident"}
    assert (absent["outcome"], absent["answers"], absent["turns"]) == ("no_answer", {}, [])


def test_the_fields_are_those_that_scripts_outside_read(lines: list[dict[str, Any]]) -> None:
    of_the_words = ["phone", "outcome", "attempts", "answers", "flags", "turns"]
    for line in lines:
        assert list(line) == [*of_the_words, *OF_THE_SOUND]
        assert not any(line[name] for name in OF_THE_SOUND), "nothing was heard"


def test_a_mistake_in_the_file_is_named_by_its_place(tmp_path: Path) -> None:
    result = simulate(RESIDENTS.replace("no_answer", "sometimes"), tmp_path)
    assert isinstance(result.exception, BadInput)
    assert "picks_up" in str(result.exception)
    assert not (tmp_path / "out.jsonl").exists()
