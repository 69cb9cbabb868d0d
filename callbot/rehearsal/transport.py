"""What the way between us and the residents of a rehearsal loses."""

from dataclasses import dataclass
from typing import Final

LATE_S: Final = 0.06
"""A frame later than this is as good as lost: the phone has played something else by then."""


@dataclass
class Transport:
    """frames: of the bot's side, counted at the far end. missing: of them, those that were lost or
    came more than 60 ms late."""

    frames: int = 0
    missing: int = 0
