"""Scripts as they are on disk now, read again only when one of their files has changed."""

import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from callbot.dialog.answers import Kind
from callbot.dialog.script import (
    Script,
    load_reasons,
    load_script,
    load_symptom_names,
    load_title,
    question_ids,
    script_names,
)
from callbot.dialog.understanding import Lexicon, lexicon_files, load_lexicon
from callbot.errors import CallbotError

Stamp = frozenset[tuple[str, int]]

log = logging.getLogger(__name__)


def _stamp(files: Iterable[Path]) -> Stamp:
    return frozenset((str(path), path.stat().st_mtime_ns) for path in files)


class ScriptShelf:
    """Safe to share between threads. Reading the first script takes two seconds, and 90 MB for its
    lexicons, which the others share; whoever asks for something else does not wait for it."""

    def __init__(
        self, prompts_dir: Path, read_lexicon: Callable[[Path], Lexicon] = load_lexicon
    ) -> None:
        self._prompts_dir = prompts_dir
        self._read_lexicon = read_lexicon
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._stamp: Stamp = frozenset()
        self._scripts: dict[str, Script] = {}
        self._lexicons: dict[Path, tuple[Stamp, Lexicon]] = {}
        self._symptom_names: dict[str, dict[str, str]] = {}
        self._question_ids: dict[Kind, set[str]] = {}
        self._reasons: dict[str, dict[str, str]] = {}
        self._titles: dict[str, dict[str, str]] | None = None

    def script(self, name: str) -> Script:
        """Raises BadInput when there is none of this name, DataFileError when it is wrong."""
        known, _ = self._known(name)
        if known is not None:
            return known
        with self._reading:
            known, stamp = self._known(name)
            if known is not None:
                return known
            read = load_script(self._prompts_dir, name, self._lexicon)
            with self._lock:
                if stamp == self._stamp:
                    self._scripts[name] = read
            return read

    def read_ahead(self, names: Iterable[str]) -> None:
        """So that nobody waits for the first reading of these."""
        for name in names:
            try:
                self.script(name)
            except CallbotError as wrong:
                # Whoever opens it is told; here nobody waits for it.
                log.warning("script %s could not be read ahead: %s", name, wrong)

    def lexicon(self, folder: Path) -> Lexicon:
        """Of a language, as it is on disk now. Raises DataFileError when it is wrong."""
        with self._reading:
            return self._lexicon(folder)

    def symptom_names(self, language: str) -> dict[str, str]:
        """Spoken names by code; empty for a language that has none."""
        with self._lock:
            self._notice_changes()
            if not self._symptom_names:
                self._symptom_names = load_symptom_names(self._prompts_dir)
            return self._symptom_names.get(language, {})

    def reasons(self, language: str) -> dict[str, str]:
        """What the rules of all scripts say in a language, by what they say in each other one."""
        with self._lock:
            self._notice_changes()
            if language not in self._reasons:
                told = load_reasons(self._prompts_dir)
                self._reasons[language] = {
                    other: reason[language]
                    for reason in told
                    if language in reason
                    for other in reason.values()
                }
            return self._reasons[language]

    def title(self, name: str, language: str) -> str:
        """What the office calls a script; the name where it cannot be read, or is no more."""
        with self._lock:
            self._notice_changes()
            if self._titles is None:
                self._titles = self._read_titles()
            titles = self._titles.get(name, {})
        return titles.get(language) or next(iter(titles.values()), name)

    def _read_titles(self) -> dict[str, dict[str, str]]:
        read: dict[str, dict[str, str]] = {}
        for name in script_names(self._prompts_dir):
            # Whoever opens the script itself is told what is wrong with it.
            with suppress(CallbotError):
                read[name] = load_title(self._prompts_dir, name)
        return read

    def question_ids(self, kind: Kind) -> set[str]:
        """Of a kind, in whichever script."""
        with self._lock:
            self._notice_changes()
            if kind not in self._question_ids:
                self._question_ids[kind] = question_ids(self._prompts_dir, kind)
            return self._question_ids[kind]

    def _known(self, name: str) -> tuple[Script | None, Stamp]:
        """The script if it was read as the files are now, and how these are."""
        with self._lock:
            self._notice_changes()
            return self._scripts.get(name), self._stamp

    def _lexicon(self, folder: Path) -> Lexicon:
        """One for all scripts of the language, as long as its own files are what they were."""
        stamp = _stamp(lexicon_files(folder))
        if folder not in self._lexicons or self._lexicons[folder][0] != stamp:
            self._lexicons[folder] = stamp, self._read_lexicon(folder)
        return self._lexicons[folder][1]

    def _notice_changes(self) -> None:
        stamp = _stamp(self._prompts_dir.rglob("*.yaml"))
        if stamp != self._stamp:
            self._stamp = stamp
            self._scripts.clear()
            self._symptom_names = {}
            self._question_ids.clear()
            self._reasons.clear()
            self._titles = None
