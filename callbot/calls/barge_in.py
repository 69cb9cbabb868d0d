"""Speech over the bot's own: the bot falls silent for it, and gives way if it is an answer.

It falls silent at the first voiced frame, since a carrier's buffers take more than half of the
0.2 s after which the resident should hear that. To the detector coughs and noise are no voice;
whether an "mm" was meant for the bot, its words tell.
"""

from collections.abc import Callable, Sequence
from typing import Final

from callbot.calls.listener import HeardUtterance, Listener
from callbot.calls.playout import Playout
from callbot.calls.turn_taking import TurnTaking
from callbot.dialog.answers import Hypothesis
from callbot.dialog.session import HARDLY_HEARD

SHORT_MS: Final = 700
"""Speech over the bot's that is shorter and means nothing to the dialogue was not meant for it."""

ANSWERED_EARLY_MS: Final = 700
"""Whoever says yes when so little of the question is left has heard it."""


class BargeIn:
    """Of one call.

    stands_alone: asks the dialogue whether words mean something whatever was asked. Such words
    count even where the bot may not be interrupted: it answers them once it may be.
    """

    def __init__(
        self,
        playout: Playout,
        listener: Listener,
        turn_taking: TurnTaking,
        stands_alone: Callable[[Sequence[Hypothesis]], bool],
    ) -> None:
        self._playout = playout
        self._listener = listener
        self._turn_taking = turn_taking
        self._stands_alone = stands_alone
        self._early: HeardUtterance | None = None

    def answer(self, utterance: HeardUtterance | None, *, thinking: bool) -> HeardUtterance | None:
        """To be asked each frame; gives what the bot has to answer now, and silences it for that.

        utterance: the one that has just ended. thinking: what the bot says is a filler, so that
        any words are still those it is thinking about.
        """
        if not self._playout.interruptible:
            if utterance is not None and self._stands_alone(utterance.hypotheses):
                self._early = utterance
            return None
        early, self._early = self._early, None
        if early is not None and utterance is None:
            self._playout.interrupt()
            return early
        if not self._playout.speaking:
            return utterance
        if utterance is not None and (thinking or self._is_for_the_bot(utterance)):
            self._playout.interrupt()
            return utterance
        activity = self._listener.activity
        if activity.speaking or activity.rising_ms:
            self._playout.hold()
        elif not self._listener.hearing:
            self._playout.go_on()
        return None

    def _is_for_the_bot(self, utterance: HeardUtterance) -> bool:
        """Not an "mm" in the middle of a question, nor a noise."""
        if self._turn_taking.is_listening_sign(utterance.best):
            return self._playout.left_ms <= ANSWERED_EARLY_MS
        long = utterance.end_ms - utterance.start_ms >= SHORT_MS
        meaningless = utterance.failed or utterance.weight in HARDLY_HEARD
        return long or not meaningless
