"""What goes wrong at Twilio, for those who must bear it."""

from dataclasses import dataclass


@dataclass
class Troubles:
    """What goes wrong at Twilio. refusal: of a new call, HTTP status and code.

    repeats_callbacks: each comes a second time, after those that follow it. answers_after_s: the
    REST answer to a new call, which is under way meanwhile. hesitates_s: before it is.
    """

    refusal: tuple[int, int] | None = None
    loses_marks: bool = False
    repeats_callbacks: bool = False
    answers_after_s: float = 0.0
    hesitates_s: float = 0.0
