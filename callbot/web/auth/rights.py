"""What each role may do, and in which areas."""

from dataclasses import dataclass
from enum import StrEnum

from callbot.models import Areas, Role


class Right(StrEnum):
    """SEE: pages and figures, phone numbers masked. REVEAL: numbers in clear, and recordings.

    CARE: a resident's notes, dates and wish not to be called. REVIEW: flags and corrections.
    OPERATE: campaigns and rosters.
    """

    SEE = "see"
    REVEAL = "reveal"
    CARE = "care"
    REVIEW = "review"
    OPERATE = "operate"
    ADMINISTER = "administer"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.VIEWER: frozenset({Right.SEE}),
    Role.REVIEWER: frozenset({Right.SEE, Right.REVEAL, Right.CARE, Right.REVIEW}),
    Role.OPERATOR: frozenset({Right.SEE, Right.REVEAL, Right.CARE, Right.OPERATE}),
    Role.ADMINISTRATOR: frozenset(Right),
}


@dataclass(frozen=True)
class Visitor:
    """Someone who is logged in. No areas: the whole office."""

    name: str
    role: Role
    areas: Areas
    log_in_id: int

    def may(self, right: Right) -> bool:
        """Who is responsible for some areas only cannot hand out rights to all of them."""
        return right in RIGHTS[self.role] and not (right is Right.ADMINISTER and self.areas)
