"""Questions to which a clause of an earlier answer says yes before they are asked."""

import re
from collections.abc import Iterable, Iterator, Mapping

from callbot.dialog.understanding.words.heard import spell
from callbot.dialog.understanding.words.lexicon import Lexicon

_PAUSES = re.compile("[,.?]")


class Unasked:
    """Who says "speaking, go ahead" need not be asked whether it is a good time.

    said: by a question's id, phrases in the notation of the lexicon.
    """

    def __init__(self, said: Mapping[str, Iterable[str]], lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._questions = {
            phrase: question
            for question, patterns in said.items()
            for pattern in patterns
            for phrase in lexicon.phrases(pattern)
        }

    def answered(self, heard: str) -> Iterator[str]:
        """Ids of the questions. A phrase counts that is a whole clause, behind another that answers
        what was asked."""
        for clause in _PAUSES.split(spell(heard, self._lexicon))[1:]:
            question = self._questions.get(clause.strip())
            if question is not None:
                yield question
