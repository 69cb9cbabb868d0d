"""Scripts: questions, order, branches and rules from `prompts/<name>/`, checked on load."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from callbot.datafile import Source, load
from callbot.dialog.answers import Intent, Kind
from callbot.dialog.conditions import VALUE_TESTS, Condition, Place
from callbot.dialog.events import Outcome, Severity
from callbot.dialog.reading import READINGS
from callbot.dialog.understanding import Lexicon, load_lexicon
from callbot.dialog.wording import QuestionWording, Wording, answer_variables
from callbot.errors import BadInput

PATIENCE_S = {
    Kind.YES_NO: 0.5,
    Kind.TEMPERATURE: 0.55,
    Kind.SYMPTOMS: 0.65,
    Kind.MOVEMENTS: 0.6,
    Kind.CONTACTS: 0.6,
    Kind.OPEN: 0.7,
}
"""Quiet after which an utterance counts as ended: 0.5 s cut nobody off in 213 utterances, and
older speakers pause longer in open answers (measured)."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Limits(_Part):
    """What bounds every call."""

    turns: int = Field(default=40, ge=5, le=200, description="of the resident")
    seconds: int = Field(default=420, ge=30, le=1800)
    asks: int = Field(default=3, ge=1, le=3, description="once and at most twice in other words")
    silences: int = Field(default=4, ge=1, le=10, description="in a row before the call is ended")
    repeats: int = Field(default=3, ge=0, le=10, description="of one question, at their request")
    wait_seconds: int = Field(default=60, ge=5, le=120)


class ReadBack(StrEnum):
    NEVER = "never"
    UNSURE = "unsure"
    ALWAYS = "always"


class Branch(_Part):
    """The first branch whose condition holds is taken once its question is answered."""

    if_: Condition = Field(alias="if")
    say: str | None = None
    end: Outcome | None = None
    go_to: str | None = None

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if self.say is None and self.end is None and self.go_to is None:
            raise ValueError("the branch does nothing; add `say`, `end` or `go_to`")
        if self.end is not None and self.go_to is not None:
            raise ValueError("`end` and `go_to` exclude each other; keep one")
        return self


class Question(_Part):
    """`read_back` is when to have the answer confirmed; `read_back_if` adds cases to `unsure`."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: Kind
    read_back: ReadBack = ReadBack.UNSURE
    read_back_if: Condition | None = None
    skip_if: Condition | None = None
    branches: tuple[Branch, ...] = ()
    aside: bool = Field(default=False, description="only reached by a branch or a request")
    every_call: bool = Field(default=False, description="asked anew when a broken call is resumed")
    unresolved: Outcome | None = Field(
        default=None, description="ends the call so when no answer is understood"
    )
    refused: Outcome | None = Field(default=None, description="ends the call so when refused")
    silence_s: float = Field(default=6.0, ge=2.0, le=20.0)
    patience_s: float | None = Field(default=None, ge=0.3, le=3.0)

    @property
    def patience(self) -> float:
        return self.patience_s or PATIENCE_S[self.kind]


class Rule(_Part):
    """A finding: held against the answers of a call; `reason` by the office's languages."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    if_: Condition = Field(alias="if")
    severity: Severity
    reason: dict[str, str] = Field(min_length=1)


class Advice(_Part):
    """Said before the goodbye; the first `at_most` whose conditions hold, in order."""

    if_: Condition | None = Field(default=None, alias="if")
    say: str


class Reaction(_Part):
    """What to do when a resident makes a request in place of an answer.

    then: ask_again, the question stands; next, it is marked refused and left; end, the call ends
    with `outcome`; go_to, another question is asked.
    """

    say: str | None = None
    then: Literal["ask_again", "next", "end", "go_to"] = "ask_again"
    outcome: Outcome | None = None
    go_to: str | None = None


class ScriptFile(_Part):
    """`script.yaml`."""

    title: dict[str, str]
    limits: Limits = Limits()
    opening: tuple[str, ...] = Field(min_length=1)
    resumed: str
    questions: tuple[Question, ...] = Field(min_length=1)
    rules: tuple[Rule, ...] = ()
    requests: dict[Intent, Reaction] = Field(default_factory=dict)
    advice: tuple[Advice, ...] = ()
    advice_at_most: int = Field(default=2, ge=0, le=5)
    goodbye: str
    goodbye_short: str
    sorry: str
    hold: str
    hold_over: str
    unknown_question: str


@dataclass(frozen=True)
class Script:
    """A script ready to run: its order and rules, with words and lexicon by locale."""

    name: str
    version: str
    file: ScriptFile
    wordings: dict[str, Wording]
    lexicons: dict[str, Lexicon]
    symptom_names: dict[str, dict[str, str]]

    def question(self, question_id: str) -> Question:
        return next(q for q in self.file.questions if q.id == question_id)

    def order(self) -> tuple[Question, ...]:
        """The questions of the main way."""
        return tuple(q for q in self.file.questions if not q.aside)

    def wording(self, locale: str) -> Wording:
        try:
            return self.wordings[locale]
        except KeyError:
            raise BadInput(
                f"script {self.name} has no wording in {locale}; "
                f"add {locale}.yaml to it, or use one of {', '.join(sorted(self.wordings))}"
            ) from None

    def fixed_prompts(self, locale: str) -> Iterator[tuple[str, str]]:
        """(prompt id, template) of everything the bot may say in a language."""
        wording = self.wording(locale)
        yield from wording.prompts.items()
        for question_id, question in wording.questions.items():
            for number, text in enumerate(question.ask, start=1):
                yield ask_prompt_id(question_id, number), text
            for key, text in question.read_back.items():
                yield f"{question_id}.confirm.{key}", text
        for number, text in enumerate(wording.confirm_again, start=1):
            yield f"confirm_again.{number}", text
        for topic, known in wording.known_questions.items():
            yield f"known.{topic}", known.answer


def ask_prompt_id(question_id: str, asked: int) -> str:
    """`temperature`, then `temperature.2`, `temperature.3` when asked again."""
    return question_id if asked == 1 else f"{question_id}.{asked}"


def with_value(prompt_id: str, values: Mapping[str, str]) -> str:
    """The id of a prompt that speaks a value, by which no recording without the value is taken.

    A temperature has an id of its own, `temperature.confirm.celsius.36.5`, so that an office can
    record each; other values are only ever synthesised.
    """
    if not values:
        return prompt_id
    return f"{prompt_id}.{values['celsius']}" if "celsius" in values else f"{prompt_id}.value"


def script_names(prompts_dir: Path) -> list[str]:
    return sorted(path.parent.name for path in prompts_dir.glob("*/script.yaml"))


def load_symptom_names(prompts_dir: Path) -> dict[str, dict[str, str]]:
    """Spoken names of symptom codes, by locale."""
    names, _ = load(prompts_dir / "symptom-names.yaml", dict[str, dict[str, str]])
    return names


def load_script(prompts_dir: Path, name: str) -> Script:
    """Reads `prompts_dir/name`, its wordings and their lexicons.

    Raises DataFileError for the first thing wrong, with file and line.
    """
    folder = prompts_dir / name
    if not (folder / "script.yaml").is_file():
        known = ", ".join(script_names(prompts_dir)) or "none"
        raise BadInput(f"there is no script {name!r} in {prompts_dir}; there are: {known}")
    names = load_symptom_names(prompts_dir)
    file, source = load(folder / "script.yaml", ScriptFile)
    _check_script(file, source, {code for codes in names.values() for code in codes})
    digest = hashlib.sha256((folder / "script.yaml").read_bytes())
    wordings: dict[str, Wording] = {}
    lexicons: dict[str, Lexicon] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name == "script.yaml":
            continue
        locale = path.stem
        wordings[locale], wording_source = load(path, Wording)
        _check_wording(file, wordings[locale], wording_source)
        lexicon_path = prompts_dir / "lexicon" / path.name
        lexicons[locale] = load_lexicon(lexicon_path)
        digest.update(path.read_bytes())
        digest.update(lexicon_path.read_bytes())
    if not wordings:
        raise source.error((), "the script has no wording; add zh-CN.yaml beside it")
    return Script(name, digest.hexdigest()[:12], file, wordings, lexicons, names)


def _check_script(file: ScriptFile, source: Source, symptom_codes: set[str]) -> None:
    ids = [question.id for question in file.questions]
    for index, question in enumerate(file.questions):
        if question.id in ids[:index]:
            raise source.error(("questions", index, "id"), f"{question.id!r} is used twice")
        for number, branch in enumerate(question.branches):
            branch_at = ("questions", index, "branches", number)
            if branch.go_to is not None and branch.go_to not in ids:
                raise source.error((*branch_at, "go_to"), _unknown_question(branch.go_to, ids))
    _check_conditions(file, source, symptom_codes)
    rule_ids = [rule.id for rule in file.rules]
    for index, rule in enumerate(file.rules):
        if rule.id in rule_ids[:index]:
            raise source.error(("rules", index, "id"), f"{rule.id!r} is used twice")
        for locale in sorted(rule.reason.keys() - file.title.keys()):
            problem = f"a language without a title; the title has {', '.join(file.title)}"
            raise source.error(("rules", index, "reason", locale), problem)
    _check_requests(file, source, ids)


def _check_conditions(file: ScriptFile, source: Source, symptom_codes: set[str]) -> None:
    kinds = {question.id: question.kind for question in file.questions}
    for at, condition in _conditions(file):
        for within, part in condition.parts():
            _check_condition(part, (*at, *within), source, kinds, symptom_codes)


def _check_condition(
    part: Condition,
    at: Place,
    source: Source,
    kinds: Mapping[str, Kind],
    symptom_codes: set[str],
) -> None:
    if part.question is None:
        return
    if part.question not in kinds:
        raise source.error((*at, "question"), _unknown_question(part.question, list(kinds)))
    kind = kinds[part.question]
    for test in part.value_tests():
        if VALUE_TESTS[test] is not kind:
            problem = f"`{test}` tests answers of kind {VALUE_TESTS[test]}"
            raise source.error((*at, test), f"{problem}, but {part.question!r} is of kind {kind}")
    for test, code in part.codes():
        if code not in symptom_codes:
            known = ", ".join(sorted(symptom_codes))
            raise source.error((*at, test), f"unknown symptom code {code!r}; known: {known}")


def _check_requests(file: ScriptFile, source: Source, ids: list[str]) -> None:
    for intent, reaction in file.requests.items():
        at = ("requests", intent.value)
        if (reaction.then == "end") != (reaction.outcome is not None):
            raise source.error(at, "`then: end` and `outcome` go together")
        if (reaction.then == "go_to") != (reaction.go_to is not None):
            raise source.error(at, "`then: go_to` and `go_to` go together")
        if reaction.go_to is not None:
            if reaction.go_to not in ids:
                raise source.error((*at, "go_to"), _unknown_question(reaction.go_to, ids))
            target = file.questions[ids.index(reaction.go_to)]
            if not any(branch.end for branch in target.branches):
                raise source.error(
                    (*at, "go_to"), f"{target.id!r} needs a branch with `end`, as `callback` has"
                )


def _unknown_question(named: str, ids: list[str]) -> str:
    return f"unknown question {named!r}; the script has {', '.join(ids)}"


def _conditions(file: ScriptFile) -> Iterator[tuple[Place, Condition]]:
    for index, question in enumerate(file.questions):
        at: Place = ("questions", index)
        if question.skip_if:
            yield (*at, "skip_if"), question.skip_if
        if question.read_back_if:
            yield (*at, "read_back_if"), question.read_back_if
        for number, branch in enumerate(question.branches):
            yield (*at, "branches", number, "if"), branch.if_
    for index, rule in enumerate(file.rules):
        yield ("rules", index, "if"), rule.if_
    for index, advice in enumerate(file.advice):
        if advice.if_:
            yield ("advice", index, "if"), advice.if_


def prompt_ids(file: ScriptFile) -> set[str]:
    """Every prompt the script may say by id, apart from its questions."""
    return {
        *file.opening,
        file.resumed,
        file.goodbye,
        file.goodbye_short,
        file.sorry,
        file.hold,
        file.hold_over,
        file.unknown_question,
        *(advice.say for advice in file.advice),
        *(r.say for r in file.requests.values() if r.say),
        *(b.say for q in file.questions for b in q.branches if b.say),
    }


def _check_wording(file: ScriptFile, wording: Wording, source: Source) -> None:
    wanted = prompt_ids(file)
    for missing in sorted(wanted - wording.prompts.keys()):
        raise source.error(("prompts",), f"the prompt {missing!r} is missing; add its words")
    for unused in sorted(wording.prompts.keys() - wanted):
        raise source.error(("prompts", unused), "the script says no such prompt; remove it")
    for question in file.questions:
        words = wording.questions.get(question.id)
        if words is None:
            raise source.error(("questions",), f"the question {question.id!r} is missing; add it")
        _check_question(question, words, file.limits, source)
    for unused in sorted(wording.questions.keys() - {q.id for q in file.questions}):
        raise source.error(("questions", unused), "unknown question; the script does not ask it")


def _check_question(
    question: Question, words: QuestionWording, limits: Limits, source: Source
) -> None:
    at = ("questions", question.id)
    if len(words.ask) != limits.asks:
        raise source.error(
            (*at, "ask"), f"give {limits.asks} wordings, one for each time it may be asked"
        )
    readings = READINGS[question.kind]
    if question.read_back is not ReadBack.NEVER:
        for missing in sorted(readings - words.read_back.keys()):
            raise source.error((*at, "read_back"), f"the reading {missing!r} is missing; add it")
    for unused in sorted(words.read_back.keys() - readings):
        raise source.error((*at, "read_back", unused), "such answers have no such reading")
    for reading, text in words.read_back.items():
        for variable in sorted(answer_variables(text) - {reading}):
            problem = f"{{{variable}}} is not known here; it belongs under `{variable}`"
            raise source.error((*at, "read_back", reading), problem)
