"""Lexicons for all tests of a process: reading one is nearly all that reading a script costs."""

from pathlib import Path

from callbot.dialog.understanding import Lexicon, lexicon_files, load_lexicon

_read: dict[tuple[bytes, ...], Lexicon] = {}


def lexicon_at(folder: Path) -> Lexicon:
    """As `load_lexicon`, but each wording of a lexicon is read once, wherever it lies."""
    key = tuple(path.read_bytes() for path in lexicon_files(folder))
    if key not in _read:
        _read[key] = load_lexicon(folder)
    return _read[key]
