"""What is logged beside a message's words, and what never is."""

import ast
import logging
from collections.abc import Iterator
from pathlib import Path

from callbot.log import BESIDE, WithWhatIsBeside

SOURCES = Path(__file__).parents[2] / "callbot"


def brought_along() -> Iterator[tuple[str, str]]:
    """File and name of all that messages bring with them, where it is written out."""
    for path in SOURCES.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)) if "extra=" in source else ():
            if isinstance(node, ast.keyword) and node.arg == "extra":
                for each in ast.walk(node.value):
                    if isinstance(each, ast.Dict):
                        names = (key for key in each.keys if isinstance(key, ast.Constant))
                        yield from ((path.name, str(name.value)) for name in names)


def test_all_that_a_message_brings_with_it_reaches_the_log() -> None:
    found = set(brought_along())
    assert {name for _, name in found} >= {"attempt", "call", "worker"}
    assert not [(file, name) for file, name in found if name not in BESIDE]


def test_ids_stand_behind_the_message_and_nothing_else_does() -> None:
    record = logging.makeLogRecord(
        {"msg": "call not stored", "call": "c1", "tries": 2, "name_of_resident": "王秀英"}
    )
    assert WithWhatIsBeside("%(message)s").format(record) == "call not stored call=c1 tries=2"
