"""How much two readings of one utterance have of the same sound.

A recogniser that is told what answers to expect writes one of them where it understands nothing: in
noise "去菜市场买菜了" for 哪儿也没去，在屋里听收音机. Decoded without being told, speech comes out
nearly the same, if in other characters, and what is not understood as something else altogether.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from callbot.dialog.understanding.words.homophones import blurred, is_han, syllables
from callbot.dialog.understanding.words.near_homophones import parted

BORNE_OUT: Final = 0.45
"""Of the sound of a reading, 0 to 1, what another must share to be one of the same speech."""

LEAST_SYLLABLES: Final = 3
"""Of a reading that is judged: of fewer too little is left in noise ("没有" is heard as 美女)."""

_DIGITS: Final = str.maketrans("0123456789", "零一二三四五六七八九")


def is_borne_out(words: str, others: Iterable[str]) -> bool:
    """Whether one of the other readings shares enough of the sound of the words.

    Known for Chinese only: against words in other scripts nothing is said.
    """
    sound = _sound(words)
    if len(sound) < LEAST_SYLLABLES:
        return True
    return any(_shared(sound, _sound(other)) >= BORNE_OUT for other in dict.fromkeys(others))


def _sound(words: str) -> tuple[str, ...]:
    """Syllables of what is written in Han; figures one by one, so that 36.5 is 三六五."""
    spoken = "".join(c for c in words.translate(_DIGITS) if is_han(c))
    return tuple(map(blurred, syllables(spoken)))


def _shared(sound: Sequence[str], other: Sequence[str]) -> float:
    """The share of the syllables that stand in the other in the same order, whatever is between;
    one of which only the beginning or the end is there counts half."""
    best = [0.0] * (len(other) + 1)
    for syllable in sound:
        before = 0.0
        for at, heard in enumerate(other, 1):
            alike = before + _likeness(syllable, heard)
            before, best[at] = best[at], max(best[at], best[at - 1], alike)
    return best[-1] / len(sound)


def _likeness(syllable: str, other: str) -> float:
    if syllable == other:
        return 1.0
    (begins, ends), (other_begins, other_ends) = parted(syllable), parted(other)
    return 0.5 if begins == other_begins or ends == other_ends else 0.0
