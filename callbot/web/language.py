"""The console's languages. Templates are written in Chinese; `locale/<language>.po` translates."""

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from starlette.requests import HTTPConnection

SOURCE = "zh-CN"
LANGUAGES = {"zh-CN": "中文", "en-US": "English"}
COOKIE = "language"
CATALOGUES = Path(__file__).parent / "locale"


@cache
def catalogue(language: str) -> dict[str, str]:
    """Translations of the templates' Chinese; empty for Chinese itself."""
    if language == SOURCE:
        return {}
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale=None) if m.id and m.string}


def language_of(request: HTTPConnection) -> str:
    """The language chosen with the switch; Chinese until then."""
    chosen = request.cookies.get(COOKIE, SOURCE)
    return chosen if chosen in LANGUAGES else SOURCE


class Count(int):
    """A number that takes its noun along: `{n} {n:flag|flags}` is "1 flag", "2 flags"."""

    def __format__(self, spec: str) -> str:
        one, either, many = spec.partition("|")
        if not either:
            return super().__format__(spec)
        return one if self == 1 else many


def translate(language: str, text: str, **values: object) -> str:
    """The text in the language, with `{name}` filled in; text without translation stays."""
    words = catalogue(language).get(text, text)
    counted = {n: Count(v) if isinstance(v, int) else v for n, v in values.items()}
    return words.format_map(counted) if values else words
