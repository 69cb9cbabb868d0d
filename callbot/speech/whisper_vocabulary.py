"""Which of Whisper's 51,865 tokens one language is written with."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import tokenizers

from callbot.speech.readings import SCRIPTS, script_of

COMMON_TOKENS: Final = 2500
"""The tokens merged first in training, kept for every language: bytes, digits, everyday English."""


class Vocabulary:
    """The tokens kept of a tokenizer's. Ids of the tokenizer and of the cut model differ."""

    def __init__(self, tokenizer: tokenizers.Tokenizer, kept: Sequence[int]) -> None:
        """kept: the tokenizer's ids, ascending; the place of each is the cut model's id."""
        self._tokenizer = tokenizer
        self._end_of_text = token_id(tokenizer, "<|endoftext|>")
        self._kept = kept
        self._ids = {token: id_ for id_, token in enumerate(kept)}

    def __len__(self) -> int:
        return len(self._kept)

    def token(self, name: str) -> int:
        """The cut model's id of a token of control, such as <|transcribe|>."""
        return self._ids[token_id(self._tokenizer, name)]

    def encode(self, text: str) -> list[int]:
        """In the cut model's ids; a word that was cut is spelled in bytes."""
        found: list[int] = []
        for id_ in self._tokenizer.encode(text, add_special_tokens=False).ids:
            if id_ in self._ids:
                found.append(self._ids[id_])
            else:
                letters = self._tokenizer.id_to_token(id_) or ""
                found += [self._ids[token_id(self._tokenizer, letter)] for letter in letters]
        return found

    def decode(self, ids: Sequence[int]) -> str:
        """Of the cut model's ids; tokens of control are left out."""
        tokens = (self._kept[i] for i in ids)
        return str(self._tokenizer.decode([t for t in tokens if t < self._end_of_text]))


def load_tokenizer(path: Path) -> tokenizers.Tokenizer:
    """Raises ValueError naming a file that is none."""
    try:
        return tokenizers.Tokenizer.from_file(str(path))
    except Exception as error:  # The library has no class of its own for it.
        raise ValueError(f"{path}: {error}") from error


def tokens_of(language: str, tokenizer: tokenizers.Tokenizer) -> list[int]:
    """Ids of the tokens to keep for a language, for example zh: those in its script or in none.

    Of a language whose script is not known, all of them. Times of words come last and are left out.
    """
    end_of_text = token_id(tokenizer, "<|endoftext|>")
    last = token_id(tokenizer, "<|notimestamps|>")
    words = (i for i in range(end_of_text) if _is_written_in(language, tokenizer, i))
    return [*words, *range(end_of_text, last + 1)]


def _is_written_in(language: str, tokenizer: tokenizers.Tokenizer, token: int) -> bool:
    if token < COMMON_TOKENS or language not in SCRIPTS:
        return True
    # Of a piece of a character nothing can be said: kept.
    letters = [c for c in tokenizer.decode([token]) if c.isalpha()]
    return all(script_of(letter) in SCRIPTS[language] for letter in letters)


def token_id(tokenizer: tokenizers.Tokenizer, name: str) -> int:
    token = tokenizer.token_to_id(name)
    if token is None:
        raise ValueError(f"the model's tokenizer does not know {name}")
    return int(token)
