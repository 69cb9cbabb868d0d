"""How long one resident pauses in the middle of an answer, learned while the call goes on.

People differ more in this than questions do: the old pause for a second between the halves of a
sentence, others never for more than a breath. A pause behind what is an answer already tells less:
there many breathe, and whoever adds something is joined by the bot's next question, not cut short.
So it teaches no more patience than a breath takes.
"""

from dataclasses import dataclass
from typing import Final

from callbot.dialog.session import Weight

A_PAUSE_MS: Final = 200
"""Shorter quiets are the stops of consonants (180 ms at most in 105 utterances, measured)."""

BEYOND_THEIR_PAUSE_MS: Final = 250
"""Whoever paused once will pause a little longer."""
BEYOND_A_BREATH_MS: Final = 80
"""The same where the answer is understood already. Of 131 pauses at commas three were over 280 ms
and none over 380 (simulated voices)."""
BEYOND_THEIR_BREATH_MS: Final = 40
"""The same where they paused behind an answer. 60 cut off as many of 600 turns, and made one
in eight wait for longer."""
FEW_WORDS: Final = 3
MANY_WORDS: Final = 8
"""Behind few words people go on nearly as late as behind a "yes", behind many seldom: in 880 turns
of English residents the longest pause behind a complete answer of two or three words was 0.42 s
(93 of 0.3 s or more), behind a word 0.54 s. Few words are waited for half of the difference."""
SOONER_BEHIND_MANY_MS: Final = 40

LONGEST_BREATH_MS: Final = 600
"""Of the pauses behind an answer, the longest that is waited for."""

LONGEST_PATIENCE_MS: Final = 1800
UNFINISHED_PATIENCE_MS: Final = 1100
"""For a number that stops before its decimal: the rest is looked for on the thermometer."""

FLUENT_ANSWERS: Final = 2
"""Answers not cut off after which somebody counts as speaking fluently."""
FLUENT_SHARE: Final = {
    Weight.UNDERSTOOD: 0.6,
    Weight.BEGUN: 0.6,
    Weight.DOUBTFUL: 0.85,
    Weight.FAINT: 0.85,
}
"""Of the question's patience, with someone fluent: whose answer is understood already, or not even
by a second decoding, which takes half of that time by itself."""
SHORTEST_PATIENCE_MS: Final = 400

_UNDERSTOOD: Final = frozenset({Weight.UNDERSTOOD, Weight.BEGUN})


@dataclass(frozen=True)
class Breath:
    """Milliseconds of quiet that speakers of a language take behind an answer before they add to
    it, and behind a mere "yes" or "no", a list or a first sentence."""

    behind_answer_ms: int = 0
    behind_word_ms: int = 0

    @property
    def only_behind_words(self) -> bool:
        """Where it is heard whether an answer is whole."""
        return self.behind_word_ms > 0 and self.behind_answer_ms == 0


AT_ONCE: Final = Breath()


class Pace:
    """Milliseconds of quiet. A pace is of one call: another day the same person may be ill.

    breath: what speakers of the language take between an answer and what they add to it.
    """

    def __init__(self, breath: Breath = AT_ONCE) -> None:
        self._breath_ms = breath.behind_answer_ms
        self._brief_ms = breath.behind_word_ms
        self._longest_pause_ms = 0
        self._faint_pause_ms = 0
        self._fluent = 0

    def paused(self, quiet_ms: int, weight: Weight | None) -> None:
        """They were quiet for so long in the middle of an answer.

        weight: of what they had said by then, None if it is not known. Whoever is slow behind a
        "yes" is slow behind sentences, too, if a little less; so behind one that was hardly heard,
        in a language in which people take a breath there. Behind the next that is hardly heard
        they are outlasted as in mid answer.
        """
        if quiet_ms < A_PAUSE_MS:
            return
        if weight is Weight.FAINT:
            self._faint_pause_ms = max(self._faint_pause_ms, quiet_ms)
        breath_ms = min(LONGEST_BREATH_MS, quiet_ms + BEYOND_THEIR_BREATH_MS)
        if weight is Weight.BRIEF or (weight is Weight.FAINT and self._breath_ms):
            self._brief_ms = max(self._brief_ms, breath_ms)
            self._breath_ms = max(self._breath_ms, min(LONGEST_BREATH_MS, quiet_ms))
        elif weight in {*_UNDERSTOOD, Weight.COMPLETE}:
            self._breath_ms = max(self._breath_ms, breath_ms)
        else:
            self._longest_pause_ms = max(self._longest_pause_ms, quiet_ms)

    def answered(self) -> None:
        """An answer has ended."""
        self._fluent += 1

    def cut_off(self, quiet_ms: int, weight: Weight | None) -> None:
        """They were still speaking when the bot took the turn after so long a quiet.

        Who adds to a yes is waited for a breath; who was telling signs or places, as long as
        they take.
        """
        self._fluent = 0
        known = {Weight.BRIEF, Weight.FAINT, Weight.COMPLETE}
        self.paused(quiet_ms, weight if weight in known else None)

    def patience_ms(self, question_ms: int, weight: Weight | None, words: int | None = None) -> int:
        """Quiet after which the answer counts as ended; 0 if it has as soon as it is decoded.

        question_ms: the script's, for the question asked. weight: what was understood so far, of
        so many words, None if they were not counted.
        """
        if weight is Weight.COMPLETE:
            return self._behind_answer_ms(words)
        if weight is Weight.BRIEF:
            return max(self._breath_ms, self._brief_ms)
        patience_ms = question_ms
        fluent = self._fluent >= FLUENT_ANSWERS
        if weight is Weight.UNFINISHED:
            patience_ms = max(patience_ms, UNFINISHED_PATIENCE_MS)
        elif weight in FLUENT_SHARE and fluent:
            patience_ms = max(SHORTEST_PATIENCE_MS, round(FLUENT_SHARE[weight] * question_ms))
        if weight in _UNDERSTOOD:
            behind_word_ms = self._brief_ms if weight is Weight.BEGUN else 0
            patience_ms = max(patience_ms, self._behind_answer_ms(words), behind_word_ms)
        elif weight in {Weight.DOUBTFUL, Weight.FAINT}:
            # It may be a "yes" that was hardly heard.
            patience_ms = max(patience_ms, self._brief_ms)
        longest_ms = self._longest_pause_ms
        if weight not in _UNDERSTOOD:
            longest_ms = max(longest_ms, self._faint_pause_ms)
        if longest_ms:
            surely_done = weight in _UNDERSTOOD and fluent
            beyond_ms = BEYOND_A_BREATH_MS if surely_done else BEYOND_THEIR_PAUSE_MS
            patience_ms = max(patience_ms, longest_ms + beyond_ms)
        return min(max(LONGEST_PATIENCE_MS, question_ms), patience_ms)

    def _behind_answer_ms(self, words: int | None) -> int:
        if words is not None and words <= FEW_WORDS:
            longer_ms = max(0, self._brief_ms - self._breath_ms)
            return self._breath_ms + (longer_ms if words <= 1 else longer_ms // 2)
        if words is not None and words >= MANY_WORDS:
            return max(0, self._breath_ms - SOONER_BEHIND_MANY_MS)
        return self._breath_ms
