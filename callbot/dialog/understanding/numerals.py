"""Temperatures as they are said: one reader per language, named by the lexicon's `numerals`.

A reader returns Measures; whether a measure is believed, was corrected, or is somebody else's, is
decided in `temperature`.
"""

from collections.abc import Mapping

from callbot.dialog.understanding.east_asian_numerals import CHINESE, KOREAN
from callbot.dialog.understanding.english_numerals import EnglishNumerals
from callbot.dialog.understanding.measure import Numerals

NUMERALS: Mapping[str, Numerals] = {
    "chinese": CHINESE,
    "korean": KOREAN,
    "english": EnglishNumerals(),
}
