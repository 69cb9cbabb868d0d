"""`callbot scripts talk`: a conversation by typing."""

import json
import subprocess
import sys

CALM = "是我本人\n方便\n#365\n#1\n没有不舒服\n\n没有出门\n没有见过人\n不需要\n"


def talk(typed: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "callbot", "scripts", "talk", "quarantine", *arguments],
        input=typed,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )


def test_a_typed_conversation_shows_its_answers_and_flags_at_the_end() -> None:
    ran = talk(CALM + "三十八度二\n对\n没有不舒服\n", "--json", "--member", "张建国")
    result = json.loads(ran.stdout)
    assert result["outcome"] == "completed"
    celsius = {
        a.get("member", ""): a["value"] for a in result["answers"] if a["question"] == "temperature"
    }
    assert celsius == {"": {"celsius": 36.5}, "1": {"celsius": 38.2}}
    flags = [(flag["rule"], flag.get("member")) for flag in result["flags"]]
    assert flags == [("high_fever", "1")]
    assert "请问您是王秀英吗？" in ran.stderr
    assert "… not understood: silence" in ran.stderr


def test_the_end_of_typing_hangs_up() -> None:
    assert json.loads(talk("是我本人\n", "--json").stdout)["outcome"] == "partial"
