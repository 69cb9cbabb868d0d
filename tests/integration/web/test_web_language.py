"""Chinese first, English second: every word of the console is there in both."""

import ast
import re
from pathlib import Path

import pytest
from jinja2.ext import extract_from_ast
from web_office import Console

from callbot.web.language import catalogue, translate
from callbot.web.rendering import TEMPLATES, environment
from callbot.web.words import ACTS

CHINESE = re.compile(r"[\u4e00-\u9fff]")
WEB = TEMPLATES.parent


def words_of_templates() -> set[str]:
    found: set[str] = set()
    for path in TEMPLATES.rglob("*.html"):
        source = path.read_text(encoding="utf-8")
        for _, _, message in extract_from_ast(environment().parse(source), ("_",)):
            # With values to fill in, the text is the first of several arguments.
            texts = message if isinstance(message, tuple) else (message,)
            found |= {text for text in texts if text}
        found |= set(re.findall(r'"([^"{}]*[\u4e00-\u9fff][^"{}]*)"', menu_of(source)))
    return found


def menu_of(source: str) -> str:
    """The words that are looped over before they are translated."""
    return "".join(re.findall(r"in \[.*?\] *%}", source, re.S)) if "_(text)" in source else ""


def words_of_code() -> set[str]:
    found: set[str] = set()
    for path in WEB.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        prose = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        found |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in prose
            and CHINESE.search(node.value)
        }
    return found - {"，", "、", "中文"}


def test_every_word_is_translated() -> None:
    missing = (words_of_templates() | words_of_code()) - catalogue("en-US").keys()
    assert not missing


def test_no_translation_is_left_over_or_loses_a_value() -> None:
    english = catalogue("en-US")
    assert not english.keys() - words_of_templates() - words_of_code()
    for chinese, text in english.items():
        values = set(re.findall(r"{(\w+)}", chinese))
        assert set(re.findall(r"{(\w+)}", text)) == values, chinese
        assert set(re.findall(r"{(\w+):", text)) <= values, chinese


@pytest.mark.parametrize("page", ["/", "/queue", "/flags/3", "/residents", "/reports"])
async def test_the_switch_gives_the_page_in_english(console: Console, page: str) -> None:
    alice = await console.as_("alice")
    await alice.post("/language", data={"chosen": "en-US", "to": page})
    text = (await alice.get(page)).text
    assert '<html lang="en-US">' in text
    of_residents = {"王秀英", "李建国", "金海社区", "第一网格", "海滨路", "中文"}
    of_rules = {"体温超过", "度", "外出", "今日多次未接通", "三十九度四", "号"}
    of_campaigns = {"每日随访"}
    rest = text
    for known in sorted(of_residents | of_rules | of_campaigns, key=len, reverse=True):
        rest = rest.replace(known, "")
    assert not CHINESE.findall(rest)


@pytest.mark.parametrize(
    ("number", "told"),
    [(0, "Resolved 0 flags."), (1, "Resolved 1 flag."), (2, "Resolved 2 flags.")],
)
def test_a_number_takes_its_noun_along(number: int, told: str) -> None:
    assert translate("en-US", "已办结 {n} 条预警。", n=number) == told


def test_what_was_done_is_not_said_in_the_words_of_the_button_that_does_it() -> None:
    """One Chinese word is both "add an account" and "account added"; one English one is not."""
    same_in_both = {"未听清"}
    assert set(ACTS.values()) & words_of_templates() == same_in_both


def test_the_catalogue_is_sorted_so_that_changes_are_small() -> None:
    path = Path(WEB / "locale" / "en-US.po")
    ids = re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), re.M)
    assert ids == sorted(ids)
