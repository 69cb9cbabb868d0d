"""One spelling for what recognisers spell in many ways."""

import re
import unicodedata
from functools import cache
from typing import Any

_PAUSES = str.maketrans(
    {
        "，": ",",
        "；": ",",
        ";": ",",
        "—": ",",
        "。": ".",
        "！": ".",
        "!": ".",
        "…": ",",
        "·": " ",
        "？": "?",
        "、": "、",
        "．": ".",
    }
)
_SILENT = re.compile(r"[\"'`“”‘’《》〈〉「」『』()\[\]{}<>*_#~]|\u200b|\ufeff")
_DECIMAL_COMMA = re.compile(r"(?<=\d)[,，](?=\d(?!\d))")
_COLON = re.compile(r":(?!\d)|(?<!\d):")
_SPACES = re.compile(r"\s+")
_SPACED_PAUSE = re.compile(r"\s*([,.?、])\s*")
_HAN = re.compile(r"[\u3400-\u9fff]")


@cache
def _simplifier() -> Any:
    # Loading the tables takes time that English and Korean need not spend.
    from opencc import OpenCC

    return OpenCC("t2s")


def normalise(text: str, *, spaced: bool) -> str:
    """Lower case, simplified characters, half width, one sign for each pause (`,` `.` `?`).

    spaced: the language separates words by spaces (English); elsewhere spaces say nothing, since
    recognisers put them anywhere, and are removed.
    """
    text = _DECIMAL_COMMA.sub(".", text)
    text = _COLON.sub(",", unicodedata.normalize("NFKC", text).translate(_PAUSES)).lower()
    text = _SILENT.sub("", text)
    if _HAN.search(text):
        text = _simplifier().convert(text)
    if spaced:
        text = _SPACED_PAUSE.sub(_tight_pause, text.replace("-", " "))
        return _SPACES.sub(" ", text).strip()
    return _SPACES.sub("", text)


def _tight_pause(match: re.Match[str]) -> str:
    """A pause sign stands apart from words, a decimal point inside its number."""
    before = match.string[: match.start()][-1:]
    after = match.string[match.end() :][:1]
    if match[0] == "." and before.isdigit() and after.isdigit():
        return "."
    return f" {match[1]} "
