"""Whether the name that somebody gives on the telephone is the resident's."""

import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from callbot.datafile import load

_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))
"""Sounds that southern speakers of Mandarin do not tell apart, nor recognisers."""

MOST_WORDS = 4
"""Of an answer that is nothing but a name."""

LEAST_OF_NAME = 4
"""Letters that a name misheard has in common with the resident's."""

MOST_SYLLABLES = 4
"""Of a name where words run together, with what stands behind a surname alone."""

_HAN = re.compile(r"[\u4e00-\u9fff]")
_ASKING = re.compile("[?？]")
_NOT_SPOKEN = re.compile(r"[^\w\s]|_")


class Named(StrEnum):
    """Names are misheard: of these, the first that any hypothesis gives counts."""

    INTRODUCED = "introduced"
    """The resident's whole name behind an "I am", a clause of its own."""
    RESIDENT = "resident"
    FITTING = "fitting"
    """A surname alone, and the resident's, or the beginning of the resident's name."""
    SOMEBODY_ELSE = "somebody_else"


OF_RESIDENT = frozenset({Named.INTRODUCED, Named.RESIDENT})
"""The name is the resident's, and nobody else's is said beside it."""


class PersonalNames(BaseModel):
    """How people of a language give their name.

    before: words that a name follows, before_surname: that a surname alone follows. surnames: what
    a name begins with; empty where any word may be one. titles: what stands behind a surname alone
    (王阿姨), familiar: before it (老王). leading: what the resident's own name may follow, as other
    words may. not_names: what follows `before` and is no name. after: what follows a name, where
    many words begin as one does (이제). asked_back: what stands between the resident's name and a
    question mark where somebody asks whom we want, and has not said who they are (김영희요?).
    others: words beside the resident's name by which somebody else is speaking (王秀英的女儿).
    asides: words with one of those that name nobody ("who else").
    itself: clauses that say to be the one whom we called, whoever that is (我就是本人).
    invitations: what is said behind "I am", and sounds like a name (请讲 like 秦江).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    before: tuple[str, ...] = Field(min_length=1)
    before_surname: tuple[str, ...] = ()
    surnames: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    familiar: tuple[str, ...] = ()
    leading: tuple[str, ...] = ()
    not_names: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    asked_back: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()
    itself: tuple[str, ...] = ()
    invitations: tuple[str, ...] = ()
    spaced: bool = False

    def named(self, words: str, resident: str) -> Named | None:
        """Who says to be speaking; None when the words give no name."""
        said = _plain(words, spaced=self.spaced)
        wanted = _plain(resident, spaced=self.spaced)
        heard = _sounds(said, spaced=self.spaced)
        names = _ways_to_say(wanted, spaced=self.spaced)
        if any(name in heard or _is_but_for_surname(name, heard) for name in names):
            if self._introduces_itself(words, names):
                return Named.INTRODUCED
            if self._names_another(said):
                return Named.SOMEBODY_ELSE
            return None if self._only_asks_back(words, wanted) else Named.RESIDENT
        if self.spaced and self._briefly(said, wanted):
            return Named.RESIDENT
        given = self._given(said)
        if not given:
            return None
        if self.spaced:
            fits = any(_fits(word, name) for word in given.split() for name in wanted.split())
            return Named.RESIDENT if fits else Named.SOMEBODY_ELSE
        surname = next((s for s in self.surnames if given.startswith(s)), given)
        same = _sounds(wanted).startswith(_sounds(surname))
        if self._surname_only(said, given, surname):
            return Named.FITTING if same else Named.SOMEBODY_ELSE
        if same and self._is_cut_short(given, wanted):
            return Named.FITTING
        return Named.SOMEBODY_ELSE

    def is_itself(self, words: str, resident: str) -> bool:
        """Whether words say outright to be the resident, by name or without one."""
        clauses = {_plain(clause, spaced=self.spaced) for clause in _NOT_SPOKEN.split(words)}
        introduced = self.named(words, resident) is Named.INTRODUCED
        return introduced or not clauses.isdisjoint(self.itself)

    def _introduces_itself(self, words: str, names: list[str]) -> bool:
        """Whether a clause is "I am", the resident's name, and nothing else, whatever is heard
        before it ("不是我。我是王秀英" for 是我是我，我是王秀英)."""
        clauses = (_plain(clause, spaced=False) for clause in _NOT_SPOKEN.split(words))
        return (
            not self.spaced
            and _HAN.match(words) is not None
            and any(
                _sounds(clause.removeprefix(opening)) in names
                for clause in clauses
                for opening in self._spoken(self.before)
                if clause.startswith(opening)
            )
        )

    def _only_asks_back(self, words: str, name: str) -> bool:
        """Whether the name is said in a question after it, and nowhere else."""
        asked = [f"{name}{ending}" for ending in self.asked_back]
        *questions, rest = (_plain(part, spaced=self.spaced) for part in _ASKING.split(words))
        return any(q.endswith(tuple(asked)) for q in questions) and name not in rest

    def _briefly(self, said: str, wanted: str) -> bool:
        """A part of the resident's name in few words, or right at the beginning, and nobody else
        named beside it: "You got Earl", "It's Phyllis, I'm afraid I'm ill"."""
        names, words = wanted.split(), said.split()
        brief = len(words) <= MOST_WORDS and not set(names).isdisjoint(words)
        first = any(
            said.startswith(f"{o}{name} ") for o in self._spoken(self.leading) for name in names
        )
        return (brief or first) and not self._names_another(said)

    def _names_another(self, said: str) -> bool:
        for aside in self.asides:
            said = said.replace(aside, "")
        return self._has_any(said, self.others)

    def _spoken(self, openings: tuple[str, ...]) -> tuple[str, ...]:
        """As `_plain` leaves them before a name, the longest first."""
        plain = (f"{_plain(o, spaced=True)} " if self.spaced else o for o in openings)
        return tuple(sorted(plain, key=len, reverse=True))

    def _has_any(self, said: str, words: tuple[str, ...]) -> bool:
        """Whole words where spaces part them: the "son" of Lawson is nobody's."""
        edge = " " if self.spaced else ""
        return any(f"{edge}{word}{edge}" in f"{edge}{said}{edge}" for word in words)

    def _given(self, said: str) -> str:
        """The words from the name on, without what is familiar before it."""
        for opening in self._spoken((*self.before, *self.before_surname)):
            name = said.partition(opening)[2].strip()
            if not name or self._is_no_name(name):
                continue
            bare = name[1:] if name.startswith(self.familiar) else name
            bare = self._up_to_ending(bare) if self.after else bare
            if bare and (not self.surnames or bare.startswith(self.surnames)):
                return bare
        return ""

    def _up_to_ending(self, words: str) -> str:
        """A name as long as names are, up to what follows it; "" if it is none."""
        name = re.match(
            f"(.{{2,{MOST_SYLLABLES}}}?)(?:{'|'.join(map(re.escape, self.after))})", words
        )
        return name[1] if name else ""

    def _is_no_name(self, words: str) -> bool:
        """Whole words where spaces part them: "an" does not begin Andre."""
        if self.spaced:
            return words.split()[0] in self.not_names
        return words.startswith(self.not_names)

    def _is_cut_short(self, given: str, wanted: str) -> bool:
        """Whether what was heard is the resident's name without its end, or words that invite us to
        speak: told the name, recognisers write its beginning for them, too ("我就是秦汉",
        "我就是秦江" of 我就是，请讲, asked for 秦汉文)."""
        sounds = _sounds(given)
        return _sounds(wanted).startswith(sounds) or sounds in map(_sounds, self.invitations)

    def _surname_only(self, said: str, given: str, surname: str) -> bool:
        rest = given.removeprefix(surname)
        return (
            not rest
            or rest.startswith(self.titles)
            or any(word in said for word in self.before_surname)
            or any(f"{word}{given}" in said for word in self.familiar)
        )


def load_personal_names(prompts_dir: Path) -> dict[str, PersonalNames]:
    """By locale, from `prompts/personal-names.yaml`."""
    names, _ = load(prompts_dir / "personal-names.yaml", dict[str, PersonalNames])
    return names


def _fits(heard: str, name: str) -> bool:
    """Whether a word is the name, or one begins with the other ("Caroline" for Carol Ann)."""
    short, long = sorted((heard, name), key=len)
    return heard == name or (len(short) >= LEAST_OF_NAME and long.startswith(short))


def _plain(text: str, *, spaced: bool) -> str:
    bare = _NOT_SPOKEN.sub(" ", text.casefold())
    return " ".join(bare.split()) if spaced else "".join(bare.split())


def _sounds(text: str, *, spaced: bool = False) -> str:
    """Without tones, one syllable after another, so that 王秀莹 is heard as 王秀英."""
    if spaced or not _HAN.search(text):
        return text
    # Loading the readings takes a fifth of a second that most calls need not spend.
    from pypinyin import lazy_pinyin

    return _blunted(lazy_pinyin(text))


def _ways_to_say(name: str, *, spaced: bool) -> list[str]:
    """A name by each reading of its first character: as surnames 卜, 单 or 查 sound otherwise than
    as words."""
    if spaced or not _HAN.match(name):
        return [_sounds(name, spaced=spaced)]
    from pypinyin import Style, lazy_pinyin, pinyin

    first = pinyin(name[0], style=Style.NORMAL, heteronym=True)[0]
    return [_blunted([reading, *lazy_pinyin(name)[1:]]) for reading in first]


def _is_but_for_surname(name: str, heard: str) -> bool:
    """Whether of a name in Mandarin all is heard but a letter of the surname (前学文 for 权学文).
    Whoever else lives in the house and is of another family has not the same given name."""
    surname, *given = name.split()
    said = heard.split()
    return len(given) > 1 and any(
        said[at + 1 : at + 1 + len(given)] == given and _one_letter_apart(before, surname)
        for at, before in enumerate(said)
    )


def _one_letter_apart(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return short[at:] == long[at + 1 :] or short[at + 1 :] == long[at + 1 :]


def _blunted(syllables: Iterable[str]) -> str:
    spelled = "".join(f"{syllable} " for syllable in syllables)
    for sharp, blunt in _ALIKE:
        spelled = spelled.replace(sharp, blunt)
    return spelled
