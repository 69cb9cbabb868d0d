"""A number that may be a temperature, and what reads one from the words of a language."""

from dataclasses import dataclass
from typing import Protocol

FAHRENHEIT = (93.0, 109.0)
"""Temperatures of a body on that scale: numbers in this range can be no others."""


@dataclass(frozen=True)
class Measure:
    """A number that may be a temperature, `start` to `end` in the text, in degrees Celsius.

    low, high: differ where a range was said ("二三", "多"). whole: no fraction was said, nor that
    there is none ("整"), so that one may have been lost. marked: said with a degree sign or a
    fraction, so that it can be nothing else. cut: its last digit is missing. zero: said with a zero
    before its last digit, so that `low` is what was said and `high` what may be meant.
    """

    start: int
    end: int
    low: float
    high: float
    whole: bool = False
    marked: bool = True
    cut: bool = False
    more: bool = False
    zero: bool = False


class Numerals(Protocol):
    def measures(self, text: str) -> list[Measure]: ...

    def number(self, words: str) -> int | None:
        """A whole number below 100 from its words or digits."""

    def spoken_digits(self, text: str) -> str:
        """The text, as long as before, with single digit words as digits."""

    def breaks_off(self, text: str) -> bool:
        """Whether a text, with its blanks, ends in a numeral, so that another digit may follow."""

    def spelled_out(self, text: str) -> str:
        """The text with number words as digits, where the language parts words by spaces."""
