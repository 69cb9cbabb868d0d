"""Reads an answer in free words: the words themselves, and whether they say "nothing"."""

from callbot.dialog.answers import Open
from callbot.dialog.understanding.lexicon import Lexicon
from callbot.dialog.understanding.vocabulary import Role, Token

_EMPTY = (Role.DENIAL, Role.IGNORED, Role.PAUSE, Role.STOP, Role.ASKING)


def read_open(heard: str, spoken: str, lexicon: Lexicon) -> Open:
    """heard: as recognised, kept word for word. spoken: the same as `spell` gives it, without
    fillers."""
    tokens = lexicon.nothing.tokens(spoken)
    nothing = any(t.has(Role.DENIAL) for t in tokens) and all(
        t.has(*_EMPTY) or _is_chat(t, lexicon) for t in tokens
    )
    return Open(text=heard.strip(), nothing=nothing)


def _is_chat(token: Token, lexicon: Lexicon) -> bool:
    """Harmless words beside a denial, with no "but" that may lead to a wish."""
    words = lexicon.harmless_words.tokens(token.text)
    wishes = any(t.has(Role.CONTRAST, Role.LATER) for t in lexicon.statements.tokens(token.text))
    return not wishes and all(t.has(Role.HARMLESS, Role.LIGHT, Role.BODY) for t in words)
