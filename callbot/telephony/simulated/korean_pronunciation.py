"""From Hangul as written to Hangul as pronounced, by the Standard Pronunciation (표준발음법).

Numbers in brackets are the articles of that standard. Rules that depend on a word's meaning or
origin are left out but for the words in `_SPOKEN`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

ONSETS: Final = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS: Final = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
CODAS: Final = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
NO_ONSET: Final = "ㅇ"

_SPOKEN: Final = {
    "십육": "심뉵",
    "백육": "뱅뉵",
    "점육": "점뉵",
    "점 육": "점뉵",
    "여섯이": "여서시",
    "맛있": "마싣",
    "멋있": "머싣",
    "무슨 일": "무슨닐",
    "별일": "별릴",
    "볼일": "볼릴",
    "꽃잎": "꼰닙",
    "담요": "담뇨",
    "두통약": "두통냑",
    "혈압약": "혀람냑",
    "소독약": "소동냑",
    "해열제": "해열쩨",
    "열도": "열또",
    "어젯밤": "어제빰",
    "밤사이": "밤싸이",
    "물수건": "물쑤건",
    "콧물": "콘물",
    "눈동자": "눈똥자",
    "손가락": "손까락",
    "발가락": "발까락",
    "안과": "안꽈",
    "내과": "내꽈",
    "문제점": "문제쩜",
    "여권": "여꿘",
    "갈등": "갈뜽",
    "결석": "결썩",
    "출장": "출짱",
    "발달": "발딸",
    "일주일": "일쭈일",
    "일단": "일딴",
    "절대": "절때",
    "활동": "활똥",
}
"""Words whose sound the rules below do not give: ㄴ put in [29], tense consonants of Sino-Korean
words and compounds [26, 28]."""

_DEPENDENT_NOUNS: Final = frozenset("거건걸게것겁데수적줄때")
"""After a stem's ㄹ ("할 거예요", "갈 데가") the first consonant of these is tense [27]."""

_DOUBLE: Final = {
    "ㄳ": ("ㄱ", "ㅅ"), "ㄵ": ("ㄴ", "ㅈ"), "ㄶ": ("ㄴ", "ㅎ"), "ㄺ": ("ㄹ", "ㄱ"),
    "ㄻ": ("ㄹ", "ㅁ"), "ㄼ": ("ㄹ", "ㅂ"), "ㄽ": ("ㄹ", "ㅅ"), "ㄾ": ("ㄹ", "ㅌ"),
    "ㄿ": ("ㄹ", "ㅍ"), "ㅀ": ("ㄹ", "ㅎ"), "ㅄ": ("ㅂ", "ㅅ"),
}  # fmt: skip
_ASPIRATED: Final = dict(zip("ㄱㄷㅂㅈ", "ㅋㅌㅍㅊ", strict=True))
_TENSE: Final = dict(zip("ㄱㄷㅂㅅㅈ", "ㄲㄸㅃㅆㅉ", strict=True))
_NASAL: Final = dict(zip("ㄱㄷㅂ", "ㅇㄴㅁ", strict=True))
_UNRELEASED: Final = {
    **dict.fromkeys("ㄱㄲㅋㄳㄺ", "ㄱ"),
    **dict.fromkeys("ㄷㅅㅆㅈㅊㅌㅎ", "ㄷ"),
    **dict.fromkeys("ㅂㅍㅄㄿ", "ㅂ"),
    **dict.fromkeys("ㄹㄼㄽㄾㅀ", "ㄹ"),
    **dict.fromkeys("ㄴㄵㄶ", "ㄴ"),
    **dict.fromkeys("ㅁㄻ", "ㅁ"),
    "ㅇ": "ㅇ",
    "": "",
}
"""What is left of a final consonant before another one and at the end [9, 10, 11]."""


@dataclass(frozen=True)
class Syllable:
    """In compatibility jamo. after_blank: a word begins with it."""

    onset: str
    vowel: str
    coda: str
    after_blank: bool = False

    @classmethod
    def of(cls, letter: str, after_blank: bool = False) -> "Syllable":
        onset, rest = divmod(ord(letter) - ord("가"), len(VOWELS) * len(CODAS))
        vowel, coda = divmod(rest, len(CODAS))
        return cls(ONSETS[onset], VOWELS[vowel], CODAS[coda], after_blank)

    def __str__(self) -> str:
        number = ONSETS.index(self.onset) * len(VOWELS) + VOWELS.index(self.vowel)
        return chr(ord("가") + number * len(CODAS) + CODAS.index(self.coda))


def pronounced(phrase: str) -> list[Syllable]:
    """A phrase that is said without a pause; what is not Hangul only parts words."""
    for written, spoken in _SPOKEN.items():
        phrase = phrase.replace(written, spoken)
    said = _syllables(phrase)
    for place in range(len(said) - 1):
        for rule in _RULES:
            said[place], said[place + 1] = rule(said[place], said[place + 1])
    if said:
        said[-1] = replace(said[-1], coda=_UNRELEASED[said[-1].coda])
    return [_plain_vowel(syllable) for syllable in said]


def _syllables(phrase: str) -> list[Syllable]:
    said: list[Syllable] = []
    after_blank = False
    for letter in phrase:
        if "가" <= letter <= "힣":
            said.append(Syllable.of(letter, after_blank))
            after_blank = False
        else:
            after_blank = bool(said)
    return said


def _before_a_vowel(this: Syllable, following: Syllable) -> tuple[Syllable, Syllable]:
    """A final consonant becomes the next syllable's first [13, 14], of another word only what is
    left of it [15]; ㅎ is lost [12], ㄷ and ㅌ before 이 are ㅈ and ㅊ [17]."""
    if following.onset != NO_ONSET or this.coda in ("", "ㅇ"):
        return this, following
    if following.after_blank:
        stays, moves = "", _UNRELEASED[this.coda]
    elif this.coda in _DOUBLE:
        stays, moves = _DOUBLE[this.coda]
    else:
        stays, moves = "", this.coda
    if moves == "ㅎ":
        if not stays:
            return replace(this, coda=""), following
        stays, moves = "", stays
    if following.vowel == "ㅣ" and not following.after_blank:
        moves = {"ㄷ": "ㅈ", "ㅌ": "ㅊ"}.get(moves, moves)
    if stays and moves == "ㅅ":
        moves = "ㅆ"
    return replace(this, coda=stays), replace(following, onset=moves)


def _with_h(this: Syllable, following: Syllable) -> tuple[Syllable, Syllable]:
    """ㅎ and a plain stop, in either order, are one aspirated stop [12]."""
    stays, last = _DOUBLE.get(this.coda, ("", this.coda))
    last = last if last == "ㅎ" else ""
    if last and following.onset in _ASPIRATED:
        return replace(this, coda=stays), replace(following, onset=_ASPIRATED[following.onset])
    if last and following.onset == "ㅅ":
        return replace(this, coda=stays), replace(following, onset="ㅆ")
    if following.onset == "ㅎ" and not last:
        if this.coda in ("ㄵ", "ㄺ", "ㄼ"):
            stays, stop = _DOUBLE[this.coda]
            return replace(this, coda=stays), replace(following, onset=_ASPIRATED[stop])
        stop = "ㅈ" if this.coda == "ㅈ" else _UNRELEASED[this.coda]
        if stop in _ASPIRATED:
            return replace(this, coda=""), replace(following, onset=_ASPIRATED[stop])
    return this, following


def _tensed(this: Syllable, following: Syllable) -> tuple[Syllable, Syllable]:
    """After a stop or a stem's ㄴㅈ, ㄹㅂ, ㄹㅁ a plain consonant is tense [23, 24, 25]."""
    after_stop = _UNRELEASED[this.coda] in _NASAL or this.coda in ("ㄵ", "ㄼ", "ㄾ", "ㄻ")
    after_stem = this.coda == "ㄹ" and following.after_blank and str(following) in _DEPENDENT_NOUNS
    if after_stop or after_stem:
        following = replace(following, onset=_TENSE.get(following.onset, following.onset))
    return this, following


def _nasal(this: Syllable, following: Syllable) -> tuple[Syllable, Syllable]:
    """A stop before ㄴ or ㅁ is nasal [18]; ㄹ after a nasal or a stop is ㄴ [19]."""
    coda = _UNRELEASED[this.coda]
    onset = following.onset
    if onset == "ㄹ" and (coda in ("ㅁ", "ㅇ") or coda in _NASAL):
        onset = "ㄴ"
    if onset in ("ㄴ", "ㅁ"):
        coda = _NASAL.get(coda, coda)
    return replace(this, coda=coda), replace(following, onset=onset)


def _lateral(this: Syllable, following: Syllable) -> tuple[Syllable, Syllable]:
    """ㄴ beside ㄹ is ㄹ [20]."""
    if (this.coda, following.onset) in (("ㄴ", "ㄹ"), ("ㄹ", "ㄴ")):
        return replace(this, coda="ㄹ"), replace(following, onset="ㄹ")
    return this, following


_RULES: Final[tuple[Callable[[Syllable, Syllable], tuple[Syllable, Syllable]], ...]] = (
    _before_a_vowel,
    _with_h,
    _tensed,
    _nasal,
    _lateral,
)
"""In this order: each reads what those before it left. After the last, a coda is one of seven."""


def _plain_vowel(syllable: Syllable) -> Syllable:
    """After a consonant ㅢ is ㅣ, after one but ㄹ ㅖ is ㅔ, after ㅈ, ㅉ, ㅊ ㅕ is ㅓ [5]."""
    vowel = syllable.vowel
    if vowel == "ㅢ" and syllable.onset != NO_ONSET:
        vowel = "ㅣ"
    if vowel == "ㅖ" and syllable.onset not in (NO_ONSET, "ㄹ"):
        vowel = "ㅔ"
    if vowel == "ㅕ" and syllable.onset in ("ㅈ", "ㅉ", "ㅊ"):
        vowel = "ㅓ"
    return replace(syllable, vowel=vowel)
