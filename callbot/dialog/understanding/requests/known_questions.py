"""Questions the office has an answer for, found by the phrases in which they are asked."""

from collections.abc import Mapping, Sequence

from callbot.dialog.understanding.words.lexicon import Lexicon

_PAUSES = " ,.?、"
_PAUSES_LEFT_OUT = str.maketrans("", "", _PAUSES.replace(" ", ""))


class KnownQuestions:
    """Made once for a wording: what is searched for are thousands of phrases, many times a turn.

    asked_as: by a question's id, phrases in the notation of the lexicon.
    """

    def __init__(self, asked_as: Mapping[str, Sequence[str]], lexicon: Lexicon) -> None:
        self._topics: dict[str, str] = {}
        for topic, patterns in asked_as.items():
            for pattern in patterns:
                for phrase in lexicon.phrases(pattern):
                    self._topics.setdefault(phrase.strip(_PAUSES), topic)
        self._places = {phrase: place for place, phrase in enumerate(self._topics)}
        lengths: dict[str, set[int]] = {}
        for phrase in self._topics:
            lengths.setdefault(phrase[:1], set()).add(len(phrase))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def topic(self, text: str) -> str | None:
        """The question with the longest phrase anywhere in the text, as `spell` gives it.

        Pauses do not part a phrase. Of phrases of one length that of the question written first
        counts.
        """
        bare = text.translate(_PAUSES_LEFT_OUT)
        found = [p for at in range(len(bare)) for p in self._longest(bare, at)]
        if not found:
            return None
        return self._topics[max(found, key=lambda p: (len(p), -self._places[p]))]

    def _longest(self, text: str, at: int) -> list[str]:
        phrases = (text[at : at + n] for n in self._lengths.get(text[at], ()))
        return [p for p in phrases if p in self._topics][:1]
