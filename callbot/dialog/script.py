"""Scripts: `prompts/<name>/` with its wordings, words and names, checked on load."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from callbot import collector
from callbot.datafile import load
from callbot.dialog.answers import Kind
from callbot.dialog.identity import PersonalNames, load_personal_names
from callbot.dialog.machine_words import MachineWords, load_machine_words
from callbot.dialog.script_checks import check_script, check_wording
from callbot.dialog.script_file import Question, ScriptFile
from callbot.dialog.understanding import (
    KnownQuestions,
    Lexicon,
    Resemblance,
    Unasked,
    Vocabulary,
    lexicon_files,
    lexicon_folder,
    load_lexicon,
    load_resemblance,
)
from callbot.dialog.wording import Wording
from callbot.errors import BadInput


@dataclass(frozen=True)
class Script:
    """A script ready to run: its order and rules, with words and lexicon by locale.

    agreements: words of yes and no, by locale and by question, of questions with some of their own.
    unasked: by locale, what says yes to a question before it is asked.
    """

    name: str
    version: str
    file: ScriptFile
    wordings: dict[str, Wording]
    lexicons: dict[str, Lexicon]
    resemblances: dict[str, Resemblance]
    known_questions: dict[str, KnownQuestions]
    agreements: dict[str, dict[str, Vocabulary]]
    unasked: dict[str, Unasked]
    symptom_names: dict[str, dict[str, str]]
    personal_names: dict[str, PersonalNames]
    machine_words: MachineWords

    def question(self, question_id: str) -> Question:
        return next(q for q in self.file.questions if q.id == question_id)

    def order(self) -> tuple[Question, ...]:
        """The questions of the main way."""
        return self.file.order()

    def prepare(self, locale: str) -> None:
        """Builds all that understanding a language takes, so that no call in progress waits for it:
        a second of work."""
        self.lexicons[locale].prepare(wholly=True)
        self.resemblances[locale].learn()

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
        yield from ((f"{prompt}.for", text) for prompt, text in wording.prompts_for.items())
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


def question_ids(prompts_dir: Path, kind: Kind) -> set[str]:
    """Ids of the questions of a kind, in whichever script. Raises DataFileError."""
    return {each.id for file in _files(prompts_dir) for each in file.questions if each.kind is kind}


def load_reasons(prompts_dir: Path) -> list[dict[str, str]]:
    """Of the rules of every script, by the office's languages. Raises DataFileError."""
    return [rule.reason for file in _files(prompts_dir) for rule in file.rules]


def load_title(prompts_dir: Path, name: str) -> dict[str, str]:
    """What the office calls a script, by its languages. Raises DataFileError."""
    return load(prompts_dir / name / "script.yaml", ScriptFile)[0].title


def _files(prompts_dir: Path) -> list[ScriptFile]:
    paths = sorted(prompts_dir.glob("*/script.yaml"))
    return [load(path, ScriptFile)[0] for path in paths]


def load_symptom_names(prompts_dir: Path) -> dict[str, dict[str, str]]:
    """Spoken names of symptom codes, by locale."""
    names, _ = load(prompts_dir / "symptom-names.yaml", dict[str, dict[str, str]])
    return names


def load_script(
    prompts_dir: Path, name: str, lexicon_at: Callable[[Path], Lexicon] = load_lexicon
) -> Script:
    """Reads `prompts_dir/name`, its wordings and their lexicons.

    lexicon_at: reads a lexicon, or has it read already: scripts of a language share one, and it
    is nearly all that reading them costs. Raises DataFileError for the first thing wrong, with
    file and line.
    """
    folder = prompts_dir / name
    if not (folder / "script.yaml").is_file():
        known = ", ".join(script_names(prompts_dir)) or "none"
        raise BadInput(f"there is no script {name!r} in {prompts_dir}; there are: {known}")
    with collector.paused():
        return _read_script(prompts_dir, name, lexicon_at)


def _read_script(prompts_dir: Path, name: str, lexicon_at: Callable[[Path], Lexicon]) -> Script:
    folder = prompts_dir / name
    names = load_symptom_names(prompts_dir)
    file, source = load(folder / "script.yaml", ScriptFile)
    check_script(file, source, {code for codes in names.values() for code in codes})
    digest = hashlib.sha256((folder / "script.yaml").read_bytes())
    wordings: dict[str, Wording] = {}
    lexicons: dict[str, Lexicon] = {}
    resemblances: dict[str, Resemblance] = {}
    known_questions: dict[str, KnownQuestions] = {}
    agreements: dict[str, dict[str, Vocabulary]] = {}
    unasked: dict[str, Unasked] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name == "script.yaml":
            continue
        locale = path.stem
        wordings[locale], wording_source = load(path, Wording)
        check_wording(file, wordings[locale], wording_source)
        words_at = lexicon_folder(prompts_dir, locale)
        lexicons[locale] = lexicon_at(words_at)
        examples_path = prompts_dir / "examples" / path.name
        resemblances[locale] = load_resemblance(examples_path, spaced=lexicons[locale].spaced)
        asked_as = {t: q.asked_as for t, q in wordings[locale].known_questions.items()}
        known_questions[locale] = KnownQuestions(asked_as, lexicons[locale])
        agreements[locale] = {
            question: lexicons[locale].agreement_with(words.means.yes, words.means.no)
            for question, words in wordings[locale].questions.items()
            if words.means
        }
        said_before = {q: w.means.unasked for q, w in wordings[locale].questions.items() if w.means}
        unasked[locale] = Unasked(said_before, lexicons[locale])
        digest.update(path.read_bytes())
        for file_of_words in lexicon_files(words_at):
            digest.update(file_of_words.read_bytes())
        if examples_path.is_file():
            digest.update(examples_path.read_bytes())
    if not wordings:
        raise source.error((), "the script has no wording; add zh-CN.yaml beside it")
    return Script(
        name,
        digest.hexdigest()[:12],
        file,
        wordings,
        lexicons,
        resemblances,
        known_questions,
        agreements,
        unasked,
        names,
        load_personal_names(prompts_dir),
        load_machine_words(prompts_dir),
    )
