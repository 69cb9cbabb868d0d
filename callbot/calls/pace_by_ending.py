"""How long to wait where a language's endings tell whether an answer is whole (Korean).

What somebody pauses where more was to be expected is outlasted with anybody and teaches nothing.
Only who was cut off is waited for longer: behind what told as much as that, and behind what told
less.
"""

from enum import IntEnum
from typing import Final

from callbot.calls.pace import BEYOND_THEIR_PAUSE_MS, LONGEST_PATIENCE_MS, UNFINISHED_PATIENCE_MS
from callbot.dialog.session import Weight


class Told(IntEnum):
    """How much, by the ending: all, a sentence that another may follow, or a part of one."""

    PART = 0
    SENTENCE = 1
    ALL = 2


TOLD: Final = {
    Weight.COMPLETE: Told.ALL,
    Weight.UNDERSTOOD: Told.ALL,
    Weight.TOLD: Told.ALL,
    Weight.BRIEF: Told.SENTENCE,
    Weight.BEGUN: Told.SENTENCE,
}
"""All other weights: a part."""

BEHIND_ALL_MS: Final = 440
"""Behind 네 at a comma 19 of 20 paused for 0.42 s at most (371 lines of simulated residents)."""
BEYOND_THEIR_SENTENCE_MS: Final = 40
LONGEST_BEHIND_SENTENCE_MS: Final = 1100
"""With who was cut off, wherever it was. Not less behind what sounded whole: at 600 somebody who
said the same two sentences until they were heard was cut off between them 38 times."""


class PaceByEnding:
    """Milliseconds of quiet, in one call.

    behind_sentence_ms: what speakers of the language take between two sentences of an answer.
    """

    def __init__(self, behind_sentence_ms: int) -> None:
        self._behind_sentence_ms = behind_sentence_ms
        self._cut_off_ms: dict[Told, int] = dict.fromkeys(Told, 0)

    def paused(self, quiet_ms: int, weight: Weight | None) -> None:
        """They were quiet for so long in the middle of an answer, and not cut off."""

    def answered(self) -> None:
        """An answer has ended."""

    def cut_off(self, quiet_ms: int, weight: Weight | None) -> None:
        """They were still speaking when the bot took the turn after so long a quiet."""
        told = _told(weight)
        beyond_ms = BEYOND_THEIR_PAUSE_MS if told is Told.PART else BEYOND_THEIR_SENTENCE_MS
        for less in Told:
            if less <= told:
                self._cut_off_ms[less] = max(self._cut_off_ms[less], quiet_ms + beyond_ms)

    def patience_ms(
        self, question_ms: int, weight: Weight | None, _words: int | None = None
    ) -> int:
        """Quiet after which the answer counts as ended; 0 if it has as soon as it is decoded.

        question_ms: the script's, for the question asked. weight: what was understood so far; of
        how many words counts for nothing.
        """
        cut_off_ms = self._cut_off_ms[_told(weight)]
        match _told(weight):
            case Told.ALL:
                least_ms = 0 if weight is Weight.COMPLETE else BEHIND_ALL_MS
                return max(least_ms, min(LONGEST_BEHIND_SENTENCE_MS, cut_off_ms))
            case Told.SENTENCE:
                return max(self._behind_sentence_ms, min(LONGEST_BEHIND_SENTENCE_MS, cut_off_ms))
            case Told.PART:
                least_ms = max(question_ms, self._behind_sentence_ms)
                if weight in {Weight.UNFINISHED, Weight.LEADING}:
                    least_ms = max(least_ms, UNFINISHED_PATIENCE_MS)
                return max(least_ms, min(LONGEST_PATIENCE_MS, cut_off_ms))


def _told(weight: Weight | None) -> Told:
    return TOLD.get(weight, Told.PART) if weight is not None else Told.PART
