"""Temperatures as they are said: one reader per language, named by the lexicon's `numerals`.

A reader returns Measures; whether a measure is believed, was corrected, or is somebody else's, is
decided in `temperature`.
"""

from collections.abc import Mapping

from callbot.dialog.understanding.numerals.east_asian import CHINESE, KOREAN
from callbot.dialog.understanding.numerals.english import EnglishNumerals
from callbot.dialog.understanding.numerals.measure import Numerals

NUMERALS: Mapping[str, Numerals] = {
    "chinese": CHINESE,
    "korean": KOREAN,
    "english": EnglishNumerals(),
}
