"""How an utterance ends, in a language whose endings tell whether a sentence goes on (Korean)."""

import re
from enum import Enum, auto

from callbot.dialog.understanding.words.lexicon import Lexicon

_SIGNS = re.compile(r"[,.?!。，]+")


class Ending(Enum):
    """Untold: by this lexicon, or by these words. Open: the sentence goes on ("아침에 쟀는데").
    Word: nothing but one that answers ("네"). Words: only such in the last sentence ("네, 맞아요").
    First: one statement, behind which most make another ("안 나갔어요 … 집에만 있었어요"). Last: a
    statement beside a yes, a no or another statement; then few go on.
    """

    UNTOLD = auto()
    OPEN = auto()
    WORD = auto()
    WORDS = auto()
    FIRST = auto()
    LAST = auto()


def ending_of(heard: str, lexicon: Lexicon) -> Ending:
    """Of what was said, as it was written, with or without signs."""
    endings = lexicon.turn_endings
    if endings is None:
        return Ending.UNTOLD
    parted = lexicon.ends_of_sentences.with_pauses(heard)
    sentences = [s for s in (part.strip() for part in _SIGNS.split(parted)) if s]
    if not sentences:
        return Ending.UNTOLD
    last = sentences[-1].split()
    if all(word in endings.answering for word in last):
        return Ending.WORD if len(sentences) == len(last) == 1 else Ending.WORDS
    if not endings.closes(sentences[-1]):
        return Ending.OPEN if endings.goes_on(sentences[-1]) else Ending.UNTOLD
    answered = any(sentence.split()[0] in endings.answering for sentence in sentences)
    statements = sum(map(endings.closes, sentences))
    return Ending.LAST if answered or statements > 1 else Ending.FIRST
