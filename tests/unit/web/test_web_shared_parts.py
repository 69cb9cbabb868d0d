"""Parts that many look at are made once: for all who see the same, until something changes."""

import pytest

from callbot.db import DatabaseUnavailable
from callbot.web.shared_parts import KEPT_S, SharedParts


class Looking:
    """Counts how often a part was made."""

    def __init__(self) -> None:
        self.number: int | None = 1
        self.now_s = 0.0
        self.made = 0
        self.parts = SharedParts(lambda: self.number, lambda: self.now_s)

    def make(self) -> str:
        self.made += 1
        return f"part {self.made}"

    def get(self, seen_by: str = "one community") -> str:
        return self.parts.get(seen_by, self.make)


def test_who_sees_the_same_is_given_the_same() -> None:
    looking = Looking()
    assert [looking.get(), looking.get(), looking.get()] == ["part 1"] * 3


def test_who_sees_something_else_is_given_their_own() -> None:
    looking = Looking()
    assert looking.get("one community") != looking.get("another")


def test_after_a_change_and_after_a_while_it_is_made_anew() -> None:
    looking = Looking()
    looking.get()
    looking.number = 2
    assert looking.get() == "part 2"
    looking.now_s = KEPT_S
    assert looking.get() == "part 3"


def test_nothing_is_shared_while_nobody_looks_for_changes() -> None:
    looking = Looking()
    looking.number = None
    assert [looking.get(), looking.get()] == ["part 1", "part 2"]


def test_what_could_not_be_made_is_tried_again() -> None:
    looking = Looking()

    def away() -> str:
        raise DatabaseUnavailable("gone")

    with pytest.raises(DatabaseUnavailable):
        looking.parts.get("one community", away)
    assert looking.get() == "part 1"
