"""Reads a locale's words from their folder, and refuses words that exclude each other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from callbot import datafile
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.patterns import is_frame
from callbot.dialog.understanding.words.roles import Mark, Role
from callbot.dialog.understanding.words.sections.section import Word
from callbot.dialog.understanding.words.vocabulary import Marked, mark_all

_ONE_CODE = (Role.REQUEST, Role.PLACE, Role.PART, Role.SEVERE)
"""Parts in which a phrase can stand for one thing only."""

_CLASHES: tuple[frozenset[Role], ...] = (
    frozenset({Role.YES, Role.NO}),
    frozenset({Role.NORMAL, Role.ABNORMAL, Role.NOT_MEASURED}),
    frozenset({Role.OUT, Role.HOME}),
    frozenset({Role.NEGATOR, Role.AFFIRMER}),
    frozenset({Role.CORE, Role.OUTSIDER}),
    frozenset({Role.DENIAL, Role.SYMPTOM}),
    frozenset({Role.DENIAL, Role.WISH}),
    frozenset({Role.DENIAL, Role.BRINGING}),
)


LANGUAGE: Final = "language"
"""The file of what is said of the language as a whole; each other file is a section."""


def lexicon_folder(prompts_dir: Path, locale: str) -> Path:
    return prompts_dir / "lexicon" / locale


def lexicon_folders(prompts_dir: Path) -> dict[str, Path]:
    """By locale."""
    files = sorted(prompts_dir.glob(f"lexicon/*/{LANGUAGE}.yaml"))
    return {file.parent.name: file.parent for file in files}


def lexicon_files(folder: Path) -> list[Path]:
    """The files of a locale's words, the language as a whole first."""
    return sorted(folder.glob("*.yaml"), key=lambda file: (file.stem != LANGUAGE, file.stem))


def load_lexicon(folder: Path) -> Lexicon:
    """Reads and checks a locale's words.

    Raises DataFileError with file and line for an unknown field, a symptom that has no code, an
    entry given twice, or a phrase that would mean two things that exclude each other.
    """
    lexicon, source = datafile.load_folder(folder, Lexicon, own=LANGUAGE)
    for name, section in lexicon.sections.items():
        _check(name, section.words(), lexicon, source)
    lexicon.prepare()
    return lexicon


def _check(
    section: str,
    words: Iterator[Word],
    lexicon: Lexicon,
    source: datafile.Place,
) -> None:
    patterns: set[tuple[str, Mark]] = set()
    seen: Marked = {}
    for place, pattern, mark in words:
        if (pattern, mark) in patterns:
            raise source.error((section, *place), f"{pattern!r} is given twice; keep one")
        patterns.add((pattern, mark))
        if is_frame(pattern):
            continue
        phrases = lexicon.phrases(pattern)
        for phrase in phrases:
            if phrase in seen and (problem := _clash(phrase, mark, seen[phrase])):
                raise source.error((section, *place), problem)
        mark_all(seen, phrases, mark)


def _clash(phrase: str, mark: Mark, others: tuple[Mark, ...]) -> str:
    for other in others:
        if other == mark:
            continue
        if other.role is mark.role and mark.role in _ONE_CODE:
            return f"{phrase!r} already stands for {other.code!r}; keep one"
        for clash in _CLASHES:
            if {mark.role, other.role} <= clash and mark.role is not other.role:
                return f"{phrase!r} is already in {other.role.value!r}; it cannot be both"
    return ""
