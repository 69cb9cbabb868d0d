"""Vosk's answers put into the recogniser's terms, and grammars it can bear."""

import heapq
import json
import math
from collections.abc import Callable, Sequence
from typing import Any

from callbot.errors import ConfigurationError
from callbot.speech.recognizer import Alternative

UNKNOWN_WORD = "[unk]"


def segment(result: str, limit: int) -> list[Alternative]:
    """One piece of speech, from Vosk's JSON; best first, empty when nothing was made out.

    With alternatives Vosk gives each a log-likelihood. Their softmax is the share of belief
    among these few: it compares readings of one utterance, and says nothing of those not listed.
    Readings that differ only in alignment count together.
    """
    answer: dict[str, Any] = json.loads(result)
    found = answer.get("alternatives", [])
    if not found:
        return []
    best = max(float(a["confidence"]) for a in found)
    weights = [math.exp(float(a["confidence"]) - best) for a in found]
    belief: dict[str, float] = {}
    for alternative, weight in zip(found, weights, strict=True):
        text = " ".join(str(alternative["text"]).replace(UNKNOWN_WORD, " ").split())
        belief[text] = belief.get(text, 0.0) + weight / sum(weights)
    ranked = heapq.nlargest(limit, belief.items(), key=lambda item: item[1])
    if ranked[0][0] == "":
        return []
    return [Alternative(text, min(1.0, share)) for text, share in ranked if text]


def joined(segments: Sequence[Sequence[Alternative]], limit: int) -> list[Alternative]:
    """Readings of a whole utterance from those of its pieces, the most believed first."""
    whole = [Alternative("", 1.0)]
    for piece in segments:
        if not piece:
            continue
        pairs = [
            Alternative(f"{a.text} {b.text}".strip(), a.confidence * b.confidence)
            for a in whole
            for b in piece
        ]
        whole = heapq.nlargest(limit, pairs, key=lambda a: a.confidence)
    return [a for a in whole if a.text]


def grammar_json(phrases: Sequence[str], knows_word: Callable[[str], bool]) -> str:
    """Phrases as Vosk takes them, with [unk] for everything else.

    Raises ConfigurationError where Vosk would end the process: no phrases, no words in one, or
    words none of which the model knows.
    """
    if not phrases:
        raise ConfigurationError("a grammar needs at least one phrase")
    usable = []
    for phrase in phrases:
        words = phrase.split()
        if not words:
            raise ConfigurationError("a grammar's phrase has no words")
        if all(knows_word(word) for word in words):
            usable.append(" ".join(words))
    if not usable:
        raise ConfigurationError("the model knows no phrase of the grammar")
    return json.dumps([*usable, UNKNOWN_WORD], ensure_ascii=False)
