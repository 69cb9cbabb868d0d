"""Lexicons for all tests of a process: reading one is nearly all that reading a script costs."""

from pathlib import Path

from callbot.dialog.understanding import Lexicon, load_lexicon

_read: dict[tuple[str, bytes], Lexicon] = {}


def lexicon_at(path: Path) -> Lexicon:
    """As `load_lexicon`, but each wording of a lexicon is read once, wherever it lies."""
    key = path.name, path.read_bytes()
    if key not in _read:
        _read[key] = load_lexicon(path)
    return _read[key]
