"""Changing a script's wording and lexicons: drafts, their check, and publishing them.

The truth is the files of the prompts folder, from which calls are led. A draft is a row; it is
checked as if it lay in the folder, and put there when it is published. Calls under way keep the
version they began with.
"""

import hashlib
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain
from pathlib import Path

from sqlmodel import Session, col, delete, select

from callbot.db import Database
from callbot.dialog.script import Script, load_script, script_names
from callbot.dialog.understanding import (
    Lexicon,
    lexicon_files,
    lexicon_folder,
    load_lexicon,
)
from callbot.errors import BadInput, CallbotError, DataFileError
from callbot.models import record
from callbot.models.scripts import ScriptDraft, ScriptVersion
from callbot.script_shelf import ScriptShelf
from callbot.whole_file import write_whole


class StaleDraft(CallbotError):
    """The file was changed by someone else after the draft was begun."""


@dataclass(frozen=True)
class Problem:
    """The first thing wrong: `path` as from the prompts folder, `line` from 1."""

    path: str
    line: int
    words: str


class Workshop:
    """Safe to share between threads."""

    def __init__(self, prompts_dir: Path, database: Database, shelf: ScriptShelf) -> None:
        self._prompts_dir = prompts_dir
        self._database = database
        self._shelf = shelf
        self._lock = threading.Lock()
        self._tried: tuple[str, Script] | None = None

    def names(self) -> list[str]:
        return script_names(self._prompts_dir)

    def files(self, script: str) -> list[str]:
        """What can be edited of a script: its wordings, and the lexicons of their languages."""
        if script not in self.names():
            raise BadInput(f"there is no script {script!r}")
        wordings = sorted(
            path
            for path in (self._prompts_dir / script).glob("*.yaml")
            if path.name != "script.yaml"
        )
        words = (self.lexicon_files(path.stem) for path in wordings)
        return [f"{script}/{path.name}" for path in wordings] + list(chain.from_iterable(words))

    def lexicon_files(self, locale: str) -> list[str]:
        """Of a language, section by section."""
        files = lexicon_files(lexicon_folder(self._prompts_dir, locale))
        return [path.relative_to(self._prompts_dir).as_posix() for path in files]

    def published(self, path: str) -> str:
        return (self._prompts_dir / path).read_text(encoding="utf-8-sig")

    def text(self, path: str) -> str:
        """As drafted, else as published."""
        with self._database.reading() as rows:
            draft = rows.get(ScriptDraft, path)
        return draft.text if draft else self.published(path)

    def drafts(self, script: str) -> Sequence[ScriptDraft]:
        with self._database.reading() as rows:
            return rows.exec(
                select(ScriptDraft)
                .where(col(ScriptDraft.path).in_(self.files(script)))
                .order_by(ScriptDraft.path)
            ).all()

    def save(self, script: str, path: str, text: str, now: datetime, *, actor: str) -> None:
        """Keeps a draft, also one with mistakes in it; one that changes nothing is dropped."""
        if path not in self.files(script):
            raise BadInput(f"{path} is no file of script {script}")
        text = text.replace("\r\n", "\n").rstrip("\n") + "\n"
        published = self.published(path)
        with self._database.session() as rows:
            draft = rows.get(ScriptDraft, path)
            if text == published:
                rows.execute(delete(ScriptDraft).where(col(ScriptDraft.path) == path))
                return
            rows.merge(
                ScriptDraft(
                    path=path,
                    text=text,
                    base_hash=draft.base_hash if draft else _hash(published),
                    author=actor,
                    changed_at=now,
                )
            )

    def discard(self, script: str) -> None:
        """Forgets every draft of the script's files."""
        with self._database.session() as rows:
            rows.execute(delete(ScriptDraft).where(col(ScriptDraft.path).in_(self.files(script))))

    def problem(self, script: str) -> Problem | None:
        """The first thing wrong with the drafts; a lexicon is checked with every script."""
        drafts = self.drafts(script)
        shared = any(draft.path.startswith("lexicon/") for draft in drafts)
        with tempfile.TemporaryDirectory(prefix="callbot-script-") as folder:
            place = self._laid_out(Path(folder), drafts)
            lexicon_at = self._lexicons(drafts)
            for name in dict.fromkeys([script, *(self.names() if shared else ())]):
                try:
                    load_script(place, name, lexicon_at)
                except DataFileError as error:
                    path = error.path.relative_to(place).as_posix()
                    return Problem(path, error.line, error.problem)
        return None

    def drafted(self, script: str) -> Script:
        """The script with its drafts, to be tried. Raises DataFileError."""
        drafts = self.drafts(script)
        if not drafts:
            return self._shelf.script(script)
        key = script + _hash("".join(draft.path + draft.text for draft in drafts))
        with self._lock:
            if self._tried is None or self._tried[0] != key:
                with tempfile.TemporaryDirectory(prefix="callbot-script-") as folder:
                    place = self._laid_out(Path(folder), drafts)
                    self._tried = key, load_script(place, script, self._lexicons(drafts))
            return self._tried[1]

    def publish(self, script: str, note: str, now: datetime, *, actor: str) -> str:
        """Puts the drafts into the prompts folder; returns the new version.

        Raises StaleDraft, BadInput for drafts with a mistake or a folder that cannot be written.
        """
        drafts = self.drafts(script)
        problem = self.problem(script)
        if problem is not None:
            raise BadInput(f"{problem.path}:{problem.line}: {problem.words}")
        for draft in drafts:
            if _hash(self.published(draft.path)) != draft.base_hash:
                raise StaleDraft(f"{draft.path} was changed after the draft was begun")
        before = {draft.path: self.published(draft.path) for draft in drafts}
        old = self._shelf.script(script).version
        old_files = self._files_now(script)
        self._write({draft.path: draft.text for draft in drafts}, instead_of=before)
        version = self._shelf.script(script).version
        with self._database.session() as rows:
            if self._latest(rows, script) != old:
                rows.add(_version(script, old, now, "", "", old_files))
            rows.add(_version(script, version, now, actor, note, self._files_now(script)))
            rows.execute(delete(ScriptDraft).where(col(ScriptDraft.path).in_(list(before))))
            detail = {"script": script, "before": old, "after": version}
            record(rows, now, actor, "script_published", detail=detail)
        return version

    def versions(self, script: str) -> Sequence[ScriptVersion]:
        """Newest first."""
        with self._database.reading() as rows:
            return rows.exec(
                select(ScriptVersion)
                .where(ScriptVersion.script == script)
                .order_by(col(ScriptVersion.id).desc())
            ).all()

    def _latest(self, rows: Session, script: str) -> str | None:
        return rows.exec(
            select(ScriptVersion.version)
            .where(ScriptVersion.script == script)
            .order_by(col(ScriptVersion.id).desc())
        ).first()

    def _files_now(self, script: str) -> dict[str, str]:
        paths = [f"{script}/script.yaml", *self.files(script)]
        return {path: self.published(path) for path in paths}

    def _laid_out(self, folder: Path, drafts: Iterable[ScriptDraft]) -> Path:
        """The prompts folder's data files with the drafts among them."""
        for path in self._prompts_dir.rglob("*.yaml"):
            copy = folder / path.relative_to(self._prompts_dir)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        for draft in drafts:
            (folder / draft.path).write_text(draft.text, encoding="utf-8")
        return folder

    def _lexicons(self, drafts: Iterable[ScriptDraft]) -> Callable[[Path], Lexicon]:
        """For scripts that are laid out with the drafts: a lexicon without a draft is the shelf's,
        since reading it takes most of a second."""
        drafted = {Path(draft.path).parent for draft in drafts}
        read = cache(load_lexicon)

        def lexicon_at(folder: Path) -> Lexicon:
            published = lexicon_folder(self._prompts_dir, folder.name)
            if published.relative_to(self._prompts_dir) not in drafted:
                # One that cannot be read is named as it is laid out.
                with suppress(CallbotError, OSError):
                    return self._shelf.lexicon(published)
            return read(folder)

        return lexicon_at

    def _write(self, texts: dict[str, str], *, instead_of: dict[str, str]) -> None:
        """All of them or none."""
        written: list[str] = []
        try:
            for path, text in texts.items():
                write_whole(self._prompts_dir / path, text.encode())
                written.append(path)
        except BadInput:
            for path in written:
                write_whole(self._prompts_dir / path, instead_of[path].encode())
            raise


def _version(
    script: str, version: str, now: datetime, actor: str, note: str, files: dict[str, str]
) -> ScriptVersion:
    return ScriptVersion(
        script=script,
        version=version,
        published_at=now,
        actor=actor,
        note=note.strip(),
        files=files,
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
