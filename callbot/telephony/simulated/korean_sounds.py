"""From Korean text to the symbols of Kokoro, a model that has learnt English, Japanese and Mandarin
among others, but no Korean: each sound as the nearest one of those.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from callbot.telephony.simulated.korean_numbers import spell_out
from callbot.telephony.simulated.korean_pronunciation import Syllable, pronounced

_PAUSES: Final = re.compile(r"([,.?!…、。]+)")

_ONSETS: Final = {
    "ㄱ": "k", "ㄲ": "k", "ㄴ": "n", "ㄷ": "t", "ㄸ": "t", "ㄹ": "ɾ", "ㅁ": "m", "ㅂ": "p",
    "ㅃ": "p", "ㅅ": "s", "ㅆ": "s", "ㅇ": "", "ㅈ": "ʨ", "ㅉ": "ʨ", "ㅊ": "ʨʰ", "ㅋ": "kʰ",
    "ㅌ": "tʰ", "ㅍ": "pʰ", "ㅎ": "h",
}  # fmt: skip
_VOICED: Final = {"ㄱ": "ɡ", "ㄷ": "d", "ㅂ": "b", "ㅈ": "ʥ"}
"""Plain stops between two voiced sounds of a word."""

_BEFORE_I: Final = {"ㅅ": "ɕ", "ㅆ": "ɕ"}
_TENSE: Final = "ㄲㄸㅃㅆㅉ"
_CLOSURE: Final = "ʔ"
"""Held before a tense consonant, as before a long one in Japanese; after a stop it is there."""

_VOWELS: Final = {
    "ㅏ": "a", "ㅐ": "ɛ", "ㅑ": "ja", "ㅒ": "jɛ", "ㅓ": "ʌ", "ㅔ": "e", "ㅕ": "jʌ", "ㅖ": "je",
    "ㅗ": "o", "ㅘ": "wa", "ㅙ": "wɛ", "ㅚ": "we", "ㅛ": "jo", "ㅜ": "u", "ㅝ": "wʌ", "ㅞ": "we",
    "ㅟ": "wi", "ㅠ": "ju", "ㅡ": "ɯ", "ㅢ": "ɰi", "ㅣ": "i",
}  # fmt: skip
_CODAS: Final = {
    "": "", "ㄱ": "ʔ", "ㄴ": "n", "ㄷ": "ʔ", "ㄹ": "l", "ㅁ": "m", "ㅂ": "p", "ㅇ": "ŋ",
}  # fmt: skip
"""Stops are not released."""

_STOPS: Final = "ㄱㄷㅂ"


def symbols(text: str) -> str:
    """Blanks part words, a comma, a full stop or a question mark phrases; empty if nothing is to
    be said."""
    said = ""
    for piece in _PAUSES.split(spell_out(text)):
        if _PAUSES.fullmatch(piece):
            said += _mark(piece) if said else ""
        elif (phrase := "".join(_phrase(pronounced(piece)))) != "":
            said += f" {phrase}" if said else phrase
    return said


def _mark(pause: str) -> str:
    return next((mark for mark in "?!." if mark in pause), ",")


def _phrase(said: list[Syllable]) -> Iterator[str]:
    before: list[Syllable | None] = [None, *said]
    for previous, syllable in pairwise(before):
        assert syllable is not None
        if syllable.after_blank:
            yield " "
        yield _onset(syllable, previous) + _VOWELS[syllable.vowel] + _CODAS[syllable.coda]


def _onset(syllable: Syllable, previous: Syllable | None) -> str:
    onset = syllable.onset
    after_stop = previous is not None and previous.coda != "" and previous.coda in _STOPS
    sound = _ONSETS[onset]
    if onset in _BEFORE_I and _VOWELS[syllable.vowel][0] in "ij":
        sound = _BEFORE_I[onset]
    elif onset in _VOICED and not (previous is None or syllable.after_blank or after_stop):
        sound = _VOICED[onset]
    return _CLOSURE + sound if onset in _TENSE and not after_stop else sound
