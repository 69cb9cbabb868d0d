"""What goes wrong at Twilio, for those who must bear it."""

import asyncio
from dataclasses import dataclass


@dataclass
class Troubles:
    """What goes wrong at Twilio. refusal: of a new call, HTTP status and code.

    repeats_callbacks: each comes a second time, after those that follow it. hesitates: no new call
    is under way before it is set. keeps_silent: nor is a new call answered by REST, though it is
    under way.
    """

    refusal: tuple[int, int] | None = None
    loses_marks: bool = False
    repeats_callbacks: bool = False
    hesitates: asyncio.Event | None = None
    keeps_silent: asyncio.Event | None = None
