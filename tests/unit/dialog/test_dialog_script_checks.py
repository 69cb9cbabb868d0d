"""Mistakes an office may make in its prompts: each is named by file, line and remedy on load."""

import re
import shutil
from pathlib import Path

import pytest
from lexicons_read import lexicon_at

from callbot.dialog.script import load_script
from callbot.errors import DataFileError

MISTAKES = {
    "a prompt is missing": (
        *("zh-CN.yaml", r"^  goodbye_short:.*\n", ""),
        "prompts: the prompt 'goodbye_short' is missing; add its words",
    ),
    "a question is missing": (
        *("zh-CN.yaml", r"^  temperature:$", "  temperatura:"),
        "questions: the question 'temperature' is missing; add it",
    ),
    "an unknown question is named": (
        *("script.yaml", "question: temperature", "question: temprature"),
        "question: unknown question 'temprature'; the script has identity",
    ),
    "a branch leads nowhere": (
        *("script.yaml", r"go_to: \w+", "go_to: nowhere"),
        "go_to: unknown question 'nowhere'",
    ),
    "a field is given twice": (
        *("script.yaml", r"\Z", "\ngoodbye: x\n"),
        "'goodbye' is given twice; keep one",
    ),
    "a tab": ("script.yaml", r"^questions:\n", "questions:\n\t", r"found character '\t'"),
    "an unknown variable": (
        *("zh-CN.yaml", r"\{name\}", "{nam}"),
        "unknown variable {nam}; known: day, days_left, name",
    ),
    "a variable that only an answer has": (
        *("zh-CN.yaml", r"\{name\}", "{celsius}"),
        "unknown variable {celsius}",
    ),
    "a variable of another reading": (
        *("zh-CN.yaml", r"\{celsius\}", "{places}"),
        "read_back.celsius: {places} is not known here; it belongs under `places`",
    ),
    "a variable with a format": (
        *("zh-CN.yaml", r"\{name\}", "{name:>5}"),
        "{name} takes nothing behind its name",
    ),
    "answers of its own where none belong": (
        *("zh-CN.yaml", r"^  temperature:\n", "  temperature:\n    means: {yes: [开着]}\n"),
        "means: only questions of kind yes_no have answers of their own",
    ),
    "a brace alone": ("zh-CN.yaml", r"\{name\}", "{name", "a brace stands alone"),
    "an unknown severity": (
        *("script.yaml", "severity: high", "severity: hi"),
        "severity: Input should be 'urgent', 'high' or 'normal'",
    ),
    "an unknown symptom": (
        *("script.yaml", "chest_pain", "chest_pane"),
        "unknown symptom code 'chest_pane'; known: chest_pain",
    ),
    "a test that fits another kind of question": (
        *("script.yaml", r"question: temperature, celsius", "question: symptoms, celsius"),
        "`celsius` tests answers of kind temperature, but 'symptoms' is of kind symptoms",
    ),
    "a report that is none": (
        *("script.yaml", r"reported: \[fever\]", "reported: [feverish]"),
        "reported.0: Input should be 'normal', 'fever' or 'not_measured'",
    ),
    "a reason in a misspelt language": (
        *("script.yaml", r"reason: \{zh-CN", "reason: {zh-CNN"),
        "reason.zh-CNN: a language without a title",
    ),
    "a branch both ends and goes on": (
        *("script.yaml", r"^(\s+)go_to: (\w+)", r"\1go_to: \2\n\1end: partial"),
        "`end` and `go_to` exclude each other",
    ),
    "a number in place of words": (
        *("zh-CN.yaml", r"^  goodbye:.*$", "  goodbye: 12"),
        "prompts.goodbye: this must be words",
    ),
    "a list as a name": ("zh-CN.yaml", r"\A", "? [a]\n: b\n", "a name before `:` must be plain"),
    "an empty file": ("zh-CN.yaml", r"(?s)\A.*\Z", "", "the file is empty"),
    "brackets without end": ("zh-CN.yaml", r"\A", "[" * 3000, "not valid YAML"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_by_file_line_and_remedy(
    prompts_dir: Path, tmp_path: Path, mistake: str
) -> None:
    file, pattern, wrong, problem = MISTAKES[mistake]
    prompts = tmp_path / "prompts"
    shutil.copytree(prompts_dir, prompts)
    path = prompts / "quarantine" / file
    right = path.read_text(encoding="utf-8")
    at = re.search(pattern, right, flags=re.MULTILINE)
    assert at is not None
    path.write_text(re.sub(pattern, wrong, right, count=1, flags=re.MULTILINE), encoding="utf-8")
    with pytest.raises(DataFileError) as refused:
        load_script(prompts, "quarantine", lexicon_at)
    assert refused.value.path == path
    assert problem in refused.value.problem
    if "missing" not in mistake:
        first, last = (right.count("\n", 0, end) + 1 for end in (at.start(), at.end()))
        assert first - 2 <= refused.value.line <= last + 2


def test_a_branch_that_does_nothing_is_refused(prompts_dir: Path, tmp_path: Path) -> None:
    prompts = tmp_path / "prompts"
    shutil.copytree(prompts_dir, prompts)
    path = prompts / "quarantine" / "script.yaml"
    text = path.read_text(encoding="utf-8")
    idle = "    branches: [{if: {question: identity, yes: false}}]\n"
    text = re.sub(r"(  - id: identity\n    kind: yes_no\n)(?:    .*\n)*", rf"\1{idle}", text)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=r"branches\.0: the branch does nothing"):
        load_script(prompts, "quarantine", lexicon_at)
