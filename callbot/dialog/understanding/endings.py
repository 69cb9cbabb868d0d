"""How an utterance ends, in a language whose endings tell whether a sentence goes on (Korean)."""

import re
from enum import Enum, auto

from callbot.dialog.answers import Kind
from callbot.dialog.understanding.words.lexicon import Lexicon

_SIGNS = re.compile(r"[,.?!。，]+")


class Ending(Enum):
    """Untold: by this lexicon. Unlisted: by these words, misheard for the most part. Open: the
    sentence goes on ("아침에 쟀는데"). Reason: all that was told is why ("운전 중이라서요").
    Word: nothing but one that answers ("네"). Words: only such in the last sentence ("네, 맞아요").
    First: one statement, behind which many make another ("안 나갔어요 … 집에만 있었어요"). Aside:
    one that does not answer outright, to a plain question or behind a yes or no; then most do
    ("아니요, 누워만 있었어요 … 안 나갔어요"). Last: a statement behind another, or one that answers
    outright behind a yes or no; then few go on.
    """

    UNTOLD = auto()
    UNLISTED = auto()
    OPEN = auto()
    REASON = auto()
    WORD = auto()
    WORDS = auto()
    FIRST = auto()
    ASIDE = auto()
    LAST = auto()


def ending_of(heard: str, lexicon: Lexicon, kind: Kind | None) -> Ending:
    """Of what was said, as it was written, with or without signs, to a question of the kind; None
    where any statement answers outright.
    """
    endings = lexicon.turn_endings
    if endings is None:
        return Ending.UNTOLD
    parted = lexicon.ends_of_sentences.with_pauses(heard)
    sentences = [s for s in (part.strip() for part in _SIGNS.split(parted)) if s]
    if not sentences:
        return Ending.UNLISTED
    if endings.answers(sentences[-1]):
        return Ending.WORD if len(sentences) == len(sentences[-1].split()) == 1 else Ending.WORDS
    if not endings.closes(sentences[-1]):
        return Ending.OPEN if endings.goes_on(sentences[-1]) else Ending.UNLISTED
    if sum(map(endings.states, sentences)) > 1:
        return Ending.LAST
    if endings.gives_reason(sentences[-1]):
        return Ending.REASON
    outright = kind is None or endings.settles(sentences[-1], kind)
    if not any(sentence.split()[0] in endings.answering for sentence in sentences):
        return Ending.FIRST if outright or kind is not Kind.YES_NO else Ending.ASIDE
    return Ending.LAST if outright else Ending.ASIDE
