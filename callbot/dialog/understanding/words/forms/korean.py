"""Forms a Korean stem takes before its endings, so that a lexicon need not list them."""

_FIRST, _LAST, _VOWELS, _FINALS = 0xAC00, 0xD7A3, 21, 28
_A, _AE, _O, _WA, _OE, _WAE, _U, _WO, _EU, _EO, _I, _YEO = 0, 1, 8, 9, 11, 10, 13, 14, 18, 4, 20, 6
_NONE, _N, _L, _B, _SS = 0, 4, 8, 17, 20

_CONTRACTED = {_O: _WA, _U: _WO, _I: _YEO, _OE: _WAE}
"""Vowels that flow together with the 아 or 어 after them: 보 → 봐, 주 → 줘, 마시 → 마셔."""


def stem_forms(stem: str) -> tuple[str, ...]:
    """`보` → 보, 본, 볼, 봅, 봐, 봤: with the consonants and vowels that flow into it.

    A stem that ends in a consonant (`먹`) stays as it is. Irregular ones are listed by hand.
    """
    initial, vowel, final = jamo(stem[-1])
    if final != _NONE:
        return (stem,)
    joined = [stem[:-1] + _syllable(initial, vowel, f) for f in (_NONE, _N, _L, _B)]
    head, last = _with_vowel(stem, initial, vowel)
    past = [head + _syllable(*last, f) for f in (_NONE, _SS)]
    return tuple(dict.fromkeys((*joined, *past)))


def is_syllable(character: str) -> bool:
    return _FIRST <= ord(character) <= _LAST


def is_past(syllable: str) -> bool:
    """Whether a syllable may close a stem in the past (꺾었, 캤), as 있 and 겠 do not."""
    if not is_syllable(syllable) or syllable in "있겠":
        return False
    return jamo(syllable)[2] == _SS


def _with_vowel(stem: str, initial: int, vowel: int) -> tuple[str, tuple[int, int]]:
    """The stem with 아 or 어 after it: what stands before its last syllable, and that one."""
    head = stem[:-1]
    if stem.endswith("하"):
        return head, (initial, _AE)
    if vowel == _EU:
        bright = bool(head) and jamo(head[-1])[1] in (_A, _O)
        if stem.endswith("르") and head and jamo(head[-1])[2] == _NONE:
            before = jamo(head[-1])
            head = head[:-1] + _syllable(before[0], before[1], _L)
        return head, (initial, _A if bright else _EO)
    return head, (initial, _CONTRACTED.get(vowel, vowel))


def jamo(syllable: str) -> tuple[int, int, int]:
    """Initial consonant, vowel and final consonant of a syllable, by their number (0: no final)."""
    place = ord(syllable) - _FIRST
    return place // (_VOWELS * _FINALS), place // _FINALS % _VOWELS, place % _FINALS


def _syllable(initial: int, vowel: int, final: int) -> str:
    return chr(_FIRST + (initial * _VOWELS + vowel) * _FINALS + final)
