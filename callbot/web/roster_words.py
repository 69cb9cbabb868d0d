"""What the import says of a roster's rows, in the console's languages: it speaks English itself."""

import re
from functools import cache

from babel.messages.pofile import read_po

from callbot.web.language import CATALOGUES, SOURCE


def said(words: str, language: str) -> str:
    """In Chinese where there is a sentence for it; else as the import says it."""
    if language == SOURCE:
        for pattern, chinese in sentences():
            if match := pattern.fullmatch(words):
                return chinese.format(*match.groups())
    return words


@cache
def sentences() -> list[tuple[re.Pattern[str], str]]:
    """English as a pattern, with the Chinese it becomes; the longest first, as the most exact."""
    with (CATALOGUES / f"rosters.{SOURCE}.po").open("rb") as file:
        known = [(str(m.id), str(m.string)) for m in read_po(file, locale=None) if m.id]
    known.sort(key=lambda pair: len(pair[0]), reverse=True)
    return [
        (re.compile("(.+)".join(map(re.escape, english.split("{}")))), chinese)
        for english, chinese in known
    ]
