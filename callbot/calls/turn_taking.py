"""How people share a telephone line: listening signs, and fillers while somebody thinks."""

from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from callbot.calls.pace import Breath
from callbot.datafile import load


class TurnTaking(BaseModel):
    """In one language. listening_signs: said while the other speaks, to show that one follows.

    filler: said by the bot when it is still making out what it heard. breath_ms: of quiet that many
    take between an answer and what they add, for which it is waited; breath_after_word_ms: the same
    behind a mere "yes" or "no", a list of signs or a number without its tenths. With the latter
    alone, whole answers are taken at once: the language's endings tell which these are.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    listening_signs: tuple[str, ...] = ()
    filler: str = Field(default="", max_length=40)
    breath_ms: int = Field(default=0, ge=0, le=1000)
    breath_after_word_ms: int = Field(default=0, ge=0, le=1000)

    @property
    def breath(self) -> Breath:
        return Breath(self.breath_ms, self.breath_after_word_ms)

    def is_listening_sign(self, text: str) -> bool:
        return _plain(text) in {_plain(sign) for sign in self.listening_signs}


PLAIN: Final = TurnTaking()
"""For a language without words of its own for it."""


def load_turn_taking(prompts_dir: Path) -> dict[str, TurnTaking]:
    """By locale, from `prompts/turn-taking.yaml`. Raises DataFileError naming the line."""
    words, _ = load(prompts_dir / "turn-taking.yaml", dict[str, TurnTaking])
    return words


def _plain(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
