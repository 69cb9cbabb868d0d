"""Whether a person or a machine picked up, by what is said first and how."""

from collections.abc import Sequence

from callbot.dialog.machine_words import speaks_like_a_machine

FIRST_WORDS_MS = 2500
"""A greeting that starts later than this after pick-up is a person's."""

GREETING_MS = 4000
"""People say a word or two and wait; this much speech without a pause is a recording."""


def is_machine(text: str, phrases: Sequence[str], *, started_ms: int, speech_ms: int) -> bool:
    """Judges the first utterance of a call.

    started_ms: from pick-up. speech_ms: length of the utterance without a long pause.
    """
    if speaks_like_a_machine(text, phrases):
        return True
    return started_ms <= FIRST_WORDS_MS and speech_ms >= GREETING_MS
