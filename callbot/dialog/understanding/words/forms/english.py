"""Regular forms of English words, so that a lexicon need not list them."""

_VOWELS = "aeiou"
_HISSING = ("s", "x", "z", "ch", "sh", "o")


def regular_forms(word: str) -> tuple[str, ...]:
    """`walk` → walk, walks, walked, walking.

    Where English doubles the last consonant or not by stress, both spellings are given: too many
    forms do no harm in a list of words to be found.
    """
    forms = [word, _with_s(word), *(f"{stem}ed" for stem in _before_ed(word))]
    forms += [f"{stem}ing" for stem in _before_ing(word)]
    return tuple(dict.fromkeys(forms))


def _with_s(word: str) -> str:
    if _ends_in_consonant_y(word):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(_HISSING) else f"{word}s"


def _before_ed(word: str) -> tuple[str, ...]:
    if _ends_in_consonant_y(word):
        return (f"{word[:-1]}i",)
    return (word[:-1],) if word.endswith("e") else (word, *_doubled(word))


def _before_ing(word: str) -> tuple[str, ...]:
    if word.endswith("ie"):
        return (f"{word[:-2]}y",)
    if word.endswith("e") and not word.endswith("ee"):
        return (word[:-1],)
    return (word, *_doubled(word))


def _doubled(word: str) -> tuple[str, ...]:
    """`stop` → `stopp`: a single vowel before a single last consonant."""
    if len(word) < 3 or word[-1] in _VOWELS + "wxy" or word[-2] not in _VOWELS:
        return ()
    return () if word[-3] in _VOWELS else (word + word[-1],)


def _ends_in_consonant_y(word: str) -> bool:
    return word.endswith("y") and word[-2:-1] not in (*_VOWELS, "")
