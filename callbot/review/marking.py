"""The words of a turn that a flag quotes, so that they can be marked where they were spoken."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

Pieces = Sequence[tuple[str, bool]]
"""A text in pieces, in order; True: quoted."""

_QUOTED: Final = re.compile(r"「(.+?)」")


def quoted_words(evidence: str) -> list[str]:
    """What a flag's evidence quotes, as dialog.assessment writes it."""
    return _QUOTED.findall(evidence)


def pieces(text: str, quoted: Iterable[str]) -> Pieces:
    """Each place at which one of the quoted words stands; the longest where several do."""
    words = sorted({word for word in quoted if word}, key=len, reverse=True)
    if not words:
        return [(text, False)]
    split = re.split(f"({'|'.join(map(re.escape, words))})", text)
    return [(part, number % 2 == 1) for number, part in enumerate(split) if part]
