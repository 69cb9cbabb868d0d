"""One spelling for what recognisers spell in many ways."""

import re
import unicodedata
from functools import cache

_PAUSES = str.maketrans(
    {
        "，": ",",
        "；": ",",
        ";": ",",
        "—": ",",
        "。": ".",
        "！": ".",
        "!": ".",
        "·": " ",
        "？": "?",
        "、": "、",
        "．": ".",
    }
)
_HESITATION = re.compile(r"…+|\.{2,}|。{2,}|·{2,}")
"""Somebody looks for what follows ("三十六度……七"), in whatever signs it is written."""
_SILENT = re.compile(r"[\"'`“”‘’《》〈〉「」『』()\[\]{}<>*_#~]|\u200b|\ufeff")
_DECIMAL_COMMA = re.compile(r"[,，](?<=\d.)(?=\d(?!\d))")
_COLON = re.compile(r":(?:(?!\d)|(?<!\d.))")
_SPACES = re.compile(r"\s+")
_PAUSE = re.compile(r"[,.?、](?!(?<=\d\.)\d)")
"""A pause sign, which stands apart from words, and not a decimal point inside its number."""
_RARE_HAN = r"\U00020000-\U0003ffff"
_HAN = rf"[\u3400-\u9fff{_RARE_HAN}]"
_ANY_HAN = re.compile(_HAN)
_NUMERAL = r"[\d零〇幺一二两三四五六七八九十百点度]"
_NEW_NUMBER = (
    r"[一二三四五六七八九]十|\d\d度|[一两三四五六七八九](?:天|个|次|遍|回|口|顿|家)"
    rf"|一(?!\s|$|{_NUMERAL}|[的左上下吧多])|一点(?!\s|$|{_NUMERAL})"
)
"""What begins again after a space: "三十六度 三十六度六", "三十六度六 一直都好", "… 一点事没有"."""
_WITHIN_NUMBER = re.compile(rf"(?<={_NUMERAL})\s+(?!{_NEW_NUMBER})(?={_NUMERAL})")

_SUFFIX_R = re.compile(
    r"(?<![女婴幼孤胎孙侄我俺少健幺爷这那哪今昨明前后度零〇一二两三四五六七八九十百\d])"
    r"(?<![\d一二两三四五六七八九十度]点)儿(?![子女媳童孙科歌])"
)
"""儿 that only colours a word ("对门儿"): not 女儿, 儿子, 这儿, 今儿, and not 二 misheard."""

PHRASE_CHARACTERS = 3
"""Han characters between two spaces, on the average, from which on spaces part phrases."""


class _Simplifier:
    """OpenCC's tables, asked only where a character stands that one of their entries changes.

    Nearly no text holds one, and looking for it costs a hundredth of a conversion.
    """

    def __init__(self) -> None:
        # Loading the tables takes time that English and Korean need not spend.
        from opencc import OpenCC

        self._tables = OpenCC("t2s")
        entries = {
            written: simplified.split(" ")[0]
            for _, _, table in self._tables.dict_cache.values()
            for written, simplified in table.items()
        }
        changed = {w for w, simplified in entries.items() if len(w) == 1 and w != simplified}
        for written, simplified in entries.items():
            if changed.isdisjoint(written):
                changed.update(a for a, b in zip(written, simplified, strict=True) if a != b)
        # Beyond the first 65,536 characters `re` compares one by one: a range for all of them.
        common = "".join(sorted(c for c in changed if c <= "\uffff"))
        self._traditional = re.compile(f"{_HAN}*[{common}{_RARE_HAN}]{_HAN}*")

    def convert(self, text: str) -> str:
        return self._traditional.sub(lambda run: str(self._tables.convert(run[0])), text)


@cache
def _simplifier() -> _Simplifier:
    return _Simplifier()


def normalise(text: str, *, spaced: bool) -> str:
    """Lower case, simplified characters, half width, one sign for each pause (`,` `.` `?`).

    spaced: the language separates words by spaces (English). Elsewhere spaces say nothing, since
    recognisers put them anywhere, and are removed; but between phrases of Chinese they are pauses.
    """
    text = _DECIMAL_COMMA.sub(".", _HESITATION.sub(",", text))
    text = _COLON.sub(",", unicodedata.normalize("NFKC", text).translate(_PAUSES)).lower()
    text = _SILENT.sub("", text)
    if _ANY_HAN.search(text):
        text = _simplifier().convert(text)
        text = text if spaced else _SUFFIX_R.sub("", _with_pauses(text))
    if spaced:
        text = _PAUSE.sub(r" \g<0> ", text.replace("-", " "))
        return " ".join(text.split())
    return "".join(text.split())


def _with_pauses(text: str) -> str:
    """As in “没出门 一直在家待着”: one recogniser parts phrases by spaces, another every word."""
    text = text.strip()
    if not _SPACES.search(text):
        return text
    text = _WITHIN_NUMBER.sub("", text)
    phrases = _SPACES.split(text)
    characters = sum(len(_ANY_HAN.findall(phrase)) for phrase in phrases)
    return ",".join(phrases) if characters >= PHRASE_CHARACTERS * len(phrases) else text
