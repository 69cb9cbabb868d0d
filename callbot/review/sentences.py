"""Sentences that other parts of Callbot write whole, found again, in another language."""

import re
from collections.abc import Callable, Iterable

_BLANK = re.compile(r"\{(\w*)\}")


def _as_it_is(_name: str | None, value: str) -> str:
    return value


class Sentences:
    """`{}`, or `{name}`, in a sentence stands for what it names, and so in its translation."""

    def __init__(self, translations: Iterable[tuple[str, str]]) -> None:
        # The longest first, as the most exact.
        known = sorted(translations, key=lambda pair: len(pair[0]), reverse=True)
        self._whole = {words: told for words, told in known if not _BLANK.search(words)}
        self._patterns = [(_pattern(words), told) for words, told in known if _BLANK.search(words)]

    def translated(
        self, words: str, fill: Callable[[str | None, str], str] = _as_it_is
    ) -> str | None:
        """None if the sentence is unknown. fill: what a blank's name, if it has one, and value
        become."""
        if words in self._whole:
            return self._whole[words]
        for pattern, told in self._patterns:
            if match := pattern.fullmatch(words):
                named = {name: fill(name, value) for name, value in match.groupdict().items()}
                nameless = () if named else (fill(None, value) for value in match.groups())
                return told.format(*nameless, **named)
        return None


def _pattern(words: str) -> re.Pattern[str]:
    parts, at = [], 0
    for blank in _BLANK.finditer(words):
        name = f"?P<{blank[1]}>" if blank[1] else ""
        parts += [re.escape(words[at : blank.start()]), f"({name}.+)"]
        at = blank.end()
    return re.compile("".join([*parts, re.escape(words[at:])]))
