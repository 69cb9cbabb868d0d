"""What is said of a route: who may use it, and what those of another community get."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

from callbot.models import Role

VIEWER, REVIEWER, OPERATOR, ADMINISTRATOR = (
    Role.VIEWER,
    Role.REVIEWER,
    Role.OPERATOR,
    Role.ADMINISTRATOR,
)
ALL: Final = frozenset(Role)
STAFF: Final = frozenset({REVIEWER, OPERATOR, ADMINISTRATOR})
REVIEWERS: Final = frozenset({REVIEWER, ADMINISTRATOR})
OPERATORS: Final = frozenset({OPERATOR, ADMINISTRATOR})
ADMINISTRATORS: Final = frozenset({ADMINISTRATOR})


class Reach(Enum):
    """What somebody with the role gets whose community is another.

    ONE: nothing, it is not there. LIST: the page, without residents of other communities.
    OPEN: the same as everybody, nothing on it belongs to a community. OFFICE: a refusal, since it
    concerns the whole office. CHOSEN: the form back, with nothing done. PUBLIC: it needs no log-in.
    SIGNED: it needs no log-in but a signature.
    """

    ONE = auto()
    LIST = auto()
    OPEN = auto()
    OFFICE = auto()
    CHOSEN = auto()
    PUBLIC = auto()
    SIGNED = auto()


class Shown(Enum):
    """What it answers a GET with."""

    PAGE = auto()
    PART = auto()
    FILE = auto()
    STREAM = auto()


@dataclass(frozen=True)
class Row:
    """`route`: method and path as the application has it; `address`: one in the tests' office.

    `form`: what is posted. `before`: address and form that make what this one is about.
    """

    route: str
    address: str
    roles: frozenset[Role] = ALL
    reach: Reach = Reach.OPEN
    form: Mapping[str, Any] | None = None
    before: tuple[str, Mapping[str, str]] | None = None
    shown: Shown = Shown.PAGE
    answers: int = 200

    @property
    def is_page(self) -> bool:
        return self.form is None and self.shown is Shown.PAGE


def get(path: str, address: str = "", *given: Any, **more: Any) -> Row:
    return Row(f"GET {path}", address or path, *given, **more)


def post(path: str, address: str, roles: frozenset[Role], reach: Reach, **form: Any) -> Row:
    return Row(f"POST {path}", address or path, roles, reach, form, answers=303)


def twilio(name: str) -> Row:
    path = f"/twilio/{name}"
    form = {"CallSid": "CA1"}
    return Row(f"POST {path}/{{attempt}}", f"{path}/1", ALL, Reach.SIGNED, form, answers=403)
