"""A section of a lexicon: fields of phrases, and the parts that they play."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from callbot.dialog.understanding.words.patterns import parts
from callbot.dialog.understanding.words.roles import Mark, Role

Word = tuple[tuple[int | str, ...], str, Mark]
"""A pattern with its place in the file and the part it plays."""


def _expandable(pattern: str) -> str:
    parts(pattern)
    return pattern


Phrase = Annotated[str, Field(min_length=1), AfterValidator(_expandable)]
Words = tuple[Phrase, ...]


class Plays:
    """The parts that a field's words play, where these are not just the one of its name.

    named: the code under which words stand is one of them.
    """

    def __init__(self, *roles: Role, named: bool = False) -> None:
        self.roles = roles
        self.named = named


Aside = Annotated[Words, Plays()]
"""Words that are looked at for themselves, and play no part in reading a sentence."""


class Entry(BaseModel):
    """What stands under a code, if it is more than words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: Words


class Pause(BaseModel):
    """An answer, and words that begin the next sentence behind it, though no sign parts them.

    before: those of `sentence_begins` if none are given. within: the answer may end a sentence
    ("I haven't seen anyone my sister's furious").
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: Words
    before: Words = ()
    within: bool = False


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    def words(self) -> Iterator[Word]:
        """Place in the file, phrase, and each part it plays; for every field."""
        for attribute, name, plays in self._fields():
            for place, phrase, code in _phrases(getattr(self, attribute), named=plays.named):
                for role in plays.roles:
                    yield (name, *place), phrase, Mark(role, code)

    def patterns(self) -> Iterator[str]:
        """Every phrase that is given, also of those that play no part."""
        for attribute, _, plays in self._fields():
            for _, phrase, _ in _phrases(getattr(self, attribute), named=plays.named):
                if phrase:
                    yield phrase

    def _fields(self) -> Iterator[tuple[str, str, Plays]]:
        """The name in code, the name in the file, and the parts of its words."""
        for attribute, field in type(self).model_fields.items():
            name = field.alias or attribute
            declared = (m for m in field.metadata if isinstance(m, Plays))
            yield attribute, name, next(declared, None) or Plays(Role(name))


def _phrases(value: Any, *, named: bool) -> Iterator[tuple[tuple[int | str, ...], str, str]]:
    """Each phrase of a field with its place there, and the code it stands under, if it does."""
    if not isinstance(value, dict):
        for index, phrase in enumerate(value):
            yield (index,), phrase, ""
        return
    for code, given in value.items():
        words = given.words if isinstance(given, Entry) else given
        for index, phrase in enumerate((*words, code) if named else words):
            yield (code, index), phrase, code
