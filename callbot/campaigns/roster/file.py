"""A roster file of any kind as rows of cells."""

import csv
import io
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from callbot.campaigns.roster import workbook
from callbot.errors import BadInput

LARGEST_FILE_BYTES = 20 * 1024 * 1024
LONGEST_READ_S = 60
DELIMITERS = ",;\t"

Cell = str | int | float | bool | date | None


@dataclass(frozen=True)
class Sheet:
    """Rows as in the file; row `n` of the sheet is `rows[n - 1]`. `name` is empty for text."""

    name: str
    rows: list[list[Cell]]


class RosterFileError(BadInput):
    """The file cannot be read as a roster. `problem`: why, without the file's path."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.problem = problem


def read_sheets(path: Path) -> list[Sheet]:
    """The file's visible sheets; its kind is told by its first bytes, not by its name.

    Raises RosterFileError.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE_BYTES:
            raise RosterFileError(
                path, f"is {size // 2**20} MB; a roster has at most 20. Split it or remove pictures"
            )
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise RosterFileError(path, "the file does not exist") from error
    except OSError as error:
        raise RosterFileError(path, f"cannot be read: {error.strerror}") from error
    if not content.strip():
        raise RosterFileError(path, "the file is empty")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return _read_workbook(path)
    return [Sheet("", _read_text(path, content))]


def _read_workbook(path: Path) -> list[Sheet]:
    damaged = "damaged, or not a workbook; open it in a spreadsheet program and save it as .xlsx"
    command = [sys.executable, "-m", workbook.__name__, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=LONGEST_READ_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise RosterFileError(path, f"{damaged} (gave up after {LONGEST_READ_S} s)") from error
    if done.returncode == workbook.PASSWORD:
        raise RosterFileError(path, "protected by a password; save a copy without one")
    if done.returncode == workbook.UNREADABLE:
        raise RosterFileError(path, damaged)
    if done.returncode != 0:
        raise RosterFileError(
            path,
            "too large to read: a stray cell far from the table? Copy the table alone into a new "
            "workbook",
        )
    return [
        Sheet(sheet["name"], [[_cell(cell) for cell in row] for row in sheet["rows"]])
        for sheet in json.loads(done.stdout)
    ]


def _cell(value: object) -> Cell:
    if isinstance(value, dict):
        return date.fromisoformat(value["date"])
    assert value is None or isinstance(value, str | int | float | bool)
    return value


def _read_text(path: Path, content: bytes) -> list[list[Cell]]:
    text = _decode(path, content)
    if text.lstrip()[:1] == "<":
        raise RosterFileError(
            path, "is a web page in spite of its name; open it in a spreadsheet, save as .xlsx"
        )
    if "\x00" in text:
        raise RosterFileError(path, "neither a workbook nor text; save it as .xlsx or .csv")
    delimiter = max(DELIMITERS, key=lambda mark: _widest(text, mark))
    try:
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise RosterFileError(path, f"not a table of separated values: {error}") from error


def _decode(path: Path, content: bytes) -> str:
    """Strict, in the order in which a mistake is impossible or at least unlikely."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RosterFileError(
        path, "neither a workbook nor text in UTF-8 or GB18030; save it as .xlsx, or as UTF-8 .csv"
    )


def _widest(text: str, delimiter: str) -> int:
    return max((line.count(delimiter) for line in text.splitlines()[:20]), default=0)
