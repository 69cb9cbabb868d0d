"""A clerk reads in Chinese what is wrong with a roster, and in English why somebody is flagged."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from callbot.campaigns.dialing import verification
from callbot.campaigns.roster import file, reading, shared_numbers, store, values
from callbot.campaigns.rules import retry
from callbot.script_shelf import ScriptShelf
from callbot.web.phrases import of_flag, of_roster, of_script

CHINESE, ENGLISH = "zh-CN", "en-US"
HAN = re.compile(r"[\u4e00-\u9fff]")
FILLED_IN = {
    (shared_numbers, "where"): "row 7: household 7",
    (reading, "where"): "the headings",
    (file, "damaged"): "damaged, or not a workbook; "
    "open it in a spreadsheet program and save it as .xlsx",
}
"""What stands for a name in a sentence; 7 for every other value."""


def as_said(sentence: ast.expr, module: ModuleType) -> str:
    def said(part: ast.expr) -> str:
        if isinstance(part, ast.Constant):
            return str(part.value)
        value = part.value if isinstance(part, ast.FormattedValue) else part
        return FILLED_IN.get((module, getattr(value, "id", "")), "7")

    return "".join(map(said, getattr(sentence, "values", [sentence])))


def sentences_of_a_roster() -> Iterator[str]:
    """Everything that WrongValue and RosterFileError are raised with, and every note."""
    for module in (file, reading, shared_numbers, store, values):
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="WrongValue"), args=said):
                    yield from (as_said(each, module) for each in said)
                case ast.Call(func=ast.Name(id="RosterFileError"), args=[_, problem]):
                    yield as_said(problem, module)
                case ast.Call(func=ast.Attribute(value=notes, attr="append"), args=[note]):
                    if ast.unparse(notes).endswith("notes"):
                        yield as_said(note, module)


def test_all_that_is_said_of_a_roster_has_its_chinese() -> None:
    said = set(sentences_of_a_roster())
    assert len(said) > 50
    assert {each for each in said if of_roster(each, CHINESE) == each} == set()


def test_values_stay_in_their_places() -> None:
    assert of_roster("no such number (3 digits)", CHINESE) == "没有这样的号码（3位）"
    told = "2026-12-01 is in the future (today is 2026-11-22)"
    assert of_roster(told, CHINESE) == "2026-12-01在将来（今天是2026-11-22）"
    assert of_roster(told, ENGLISH) == told
    assert of_roster("something new", CHINESE) == "something new"


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        ("not valid YAML: expected a dash", "YAML格式不对：expected a dash"),
        ("prompts.greeting: {street} is not known here", "prompts.greeting：这里不能用 {street}"),
        (
            "questions.needs.ask: this field is missing; add it",
            "questions.needs.ask：缺少这一项，请补上",
        ),
        ("something new", "something new"),
    ],
)
def test_what_is_wrong_in_a_script_is_told_in_chinese(problem: str, told: str) -> None:
    assert of_script(problem, CHINESE) == told
    assert of_script(problem, ENGLISH) == problem


def reasons() -> Iterator[str]:
    """Every Chinese sentence of those who raise flags on their own."""
    for module in (retry, verification):
        nodes = list(ast.walk(ast.parse(Path(str(module.__file__)).read_text("utf-8"))))
        joined = [node for node in nodes if isinstance(node, ast.JoinedStr)]
        parts = {id(part) for sentence in joined for part in sentence.values}
        for node in nodes:
            if isinstance(node, ast.JoinedStr | ast.Constant) and id(node) not in parts:
                said = as_said(node, module)
                if len(HAN.findall(said)) > 1:
                    yield said


def test_every_reason_of_a_flag_has_its_english(prompts_dir: Path) -> None:
    of_rules = ScriptShelf(prompts_dir).reasons(ENGLISH)
    assert of_rules["体温超过39.0度"] == "Temperature above 39.0 °C"
    told = {each: of_flag(each, ENGLISH, of_rules) for each in (*reasons(), *of_rules)}
    assert {each for each, said in told.items() if HAN.search(said)} == set()


def test_a_reason_of_two_parts_is_read_in_either_language() -> None:
    told = "门磁告警：房门打开；核实电话没有接通（占线）"
    said = "Door alert: the door was opened; the verification call did not get through"
    assert of_flag(told, ENGLISH, {}) == said
    assert of_flag(told, CHINESE, {}) == told
