"""Times that a resident names for a call back."""

from datetime import datetime

from callbot.dialog.understanding.lexicon import Lexicon


def callback_time(words: str, lexicon: Lexicon, now: datetime) -> datetime | None:
    return None
