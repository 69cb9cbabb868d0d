"""What README.md, the change log and docs/ name is there: commands, options, settings, files."""

import re
import shlex
from collections.abc import Iterator
from itertools import dropwhile, groupby
from pathlib import Path
from typing import Any

import pytest
import typer

from callbot.cli import build
from callbot.config import BY_LOCALE, PREFIX, Settings

ROOT = Path(__file__).parents[3]
DOCUMENTS = sorted((*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))

FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHELLS = {"", "sh", "bash", "console", "shell"}
CODE_SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
SETTING = re.compile(rf"\b{PREFIX}[A-Z_]+\b")
CONTROL = set("|&;<>()")
ASSIGNMENT = re.compile(r"\w+=")
OWN_FOLDERS = ("callbot", "prompts", "tests", "docs", "requirements")
MADE_BY_THE_OFFICE = "recordings"
SETTINGS_BESIDE_THE_MODEL = ("log_level",)
"""Read before settings are loaded."""

each_document = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=[path.relative_to(ROOT).as_posix() for path in DOCUMENTS]
)


@pytest.fixture(scope="module")
def application() -> Any:
    return typer.main.get_command(build([]))


@each_document
def test_every_command_exists_with_its_options(document: Path, application: Any) -> None:
    text = document.read_text(encoding="utf-8")
    wrong = [
        f"{' '.join(words)}: {problem}"
        for words in commands(text, "callbot")
        for problem in problems_of(application, words[1:])
    ]
    assert not wrong


@each_document
def test_every_make_target_exists(document: Path) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = document.read_text(encoding="utf-8")
    named = {words[1] for words in commands(text, "make") if len(words) > 1}
    assert named <= targets


@each_document
def test_every_setting_exists(document: Path) -> None:
    named = set(SETTING.findall(document.read_text(encoding="utf-8")))
    assert not [name for name in sorted(named) if not is_setting(name)]


@each_document
def test_every_link_and_file_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    missing = [
        link for link in LINK.findall(prose(text)) if not link_leads_somewhere(document, link)
    ]
    missing += [path for path in own_paths(text) if not any(ROOT.glob(path))]
    assert not missing


def test_a_wrong_command_is_noticed(application: Any) -> None:
    assert problems_of(application, ["roster", "imprt", "x.xlsx"])
    assert problems_of(application, ["roster", "import", "x.xlsx", "--skipbad"])
    assert problems_of(application, ["flags", "list", "too", "many"])
    assert not problems_of(application, ["roster", "import", "x.xlsx", "--skip-bad"])


def test_commands_are_found_in_blocks_and_in_prose() -> None:
    text = "Use `callbot doctor`.\n```sh\n# first\necho 1 | X=1 .venv/bin/callbot db \\\n up\n```\n"
    assert list(commands(text, "callbot")) == [["callbot", "db", "up"], ["callbot", "doctor"]]


# -- reading documents ------------------------------------------------------------------------


def prose(text: str) -> str:
    return FENCE.sub("", text)


def commands(text: str, program: str) -> Iterator[list[str]]:
    """Every use of a program, as words: in shell blocks, and in code spans that begin with it."""
    for language, block in FENCE.findall(text):
        if language in SHELLS:
            for line in block.replace("\\\n", " ").splitlines():
                yield from uses(line.removeprefix("$ "), program)
    for span in CODE_SPAN.findall(prose(text)):
        if span.split()[:1] == [program]:
            yield from uses(span, program)


def uses(line: str, program: str) -> Iterator[list[str]]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    try:
        words = list(lexer)
    except ValueError:
        return  # an apostrophe: not a shell's line
    for control, group in groupby(words, key=lambda word: set(word) <= CONTROL):
        command = list(dropwhile(ASSIGNMENT.match, group))
        if not control and command[:1] in ([program], [f".venv/bin/{program}"]):
            yield [program, *command[1:]]


def own_paths(text: str) -> list[str]:
    """Code spans that name a file of this repository; `<…>` stands for any name."""
    spans = [span.rstrip("/") for span in CODE_SPAN.findall(prose(text)) if " " not in span]
    return [
        re.sub(r"<[^>]+>", "*", span)
        for span in spans
        if "/" in span and span.partition("/")[0] in OWN_FOLDERS
        if MADE_BY_THE_OFFICE not in span.split("/")
    ]


def link_leads_somewhere(document: Path, link: str) -> bool:
    if re.match(r"[a-z]+:", link):
        return True
    path, _, anchor = link.partition("#")
    target = document.parent / path if path else document
    if not target.exists():
        return False
    headings = HEADING.findall(target.read_text(encoding="utf-8")) if anchor else []
    return not anchor or anchor in {as_anchor(heading) for heading in headings}


def as_anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def is_setting(name: str) -> bool:
    field = name.removeprefix(PREFIX).removesuffix("_FILE").lower()
    return (
        field in Settings.model_fields
        or field in SETTINGS_BESIDE_THE_MODEL
        or field.startswith(tuple(BY_LOCALE))
    )


# -- what the command line knows --------------------------------------------------------------


def problems_of(command: Any, words: list[str]) -> list[str]:
    """Unknown subcommands and options, and words too many; missing ones are no problem here."""
    while hasattr(command, "commands") and words and not words[0].startswith("-"):
        if words[0] not in command.commands:
            return [f"no command {words[0]!r}"]
        command, words = command.commands[words[0]], words[1:]
    options = {name: param for param in command.params for name in param.opts if name[:1] == "-"}
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    problems, taken, rest = [], 0, iter(words)
    for word in rest:
        name = word.partition("=")[0]
        if not word.startswith("-"):
            taken += 1
        elif name not in options and name != "--help":
            problems.append(f"no option {name}")
        elif name in options and "=" not in word and not options[name].is_flag:
            next(rest, None)
    if taken > len(arguments) and not any(argument.nargs == -1 for argument in arguments):
        problems.append("too many words")
    return problems


def test_the_licence_of_every_locked_package_is_listed_with_its_version() -> None:
    listed = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| ([\w.-]+) \| ([\w.]+) \|", listed, re.MULTILINE))
    locked = {
        pin
        for lock in ROOT.glob("requirements/*.lock")
        for pin in re.findall(r"^([\w.-]+)==([\w.]+)", lock.read_text(), re.MULTILINE)
    }
    assert locked - rows == set()
    assert rows - locked == {("package", "version")}, "rows of packages no longer locked"
