"""A clerk reads in Chinese what is wrong with a row."""

import ast
from pathlib import Path

from callbot.campaigns.roster import values
from callbot.web.roster_words import said


def sentences(source: Path) -> set[str]:
    """Everything WrongValue is raised with; a value that is filled in stands as 7."""
    found = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "WrongValue":
            for said_of_cell in node.args:
                parts = getattr(said_of_cell, "values", [said_of_cell])
                found.add(
                    "".join(
                        str(getattr(part, "value", 7)) if isinstance(part, ast.Constant) else "7"
                        for part in parts
                    )
                )
    return found


def test_every_problem_and_remedy_has_its_chinese() -> None:
    all_of_them = sentences(Path(values.__file__))
    assert len(all_of_them) > 25
    assert [words for words in all_of_them if said(words, "zh-CN") == words] == []


def test_values_stay_in_their_places() -> None:
    assert said("no such number (3 digits)", "zh-CN") == "没有这样的号码（3位）"
    told = "2026-12-01 is in the future (today is 2026-11-22)"
    assert said(told, "zh-CN") == "2026-12-01在将来（今天是2026-11-22）"
    assert said(told, "en-US") == told
    assert said("something new", "zh-CN") == "something new"
