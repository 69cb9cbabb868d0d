"""Reads an answer in free words: the words, and whether they say "nothing" or name a need."""

from collections.abc import Sequence

from callbot.dialog.answers import Open
from callbot.dialog.understanding.lexicon import Lexicon
from callbot.dialog.understanding.vocabulary import Role, Token

_AS_EVER = (Role.VAGUE, Role.LIGHT, Role.CLOSING, Role.PAUSE, Role.STOP)

_EMPTY = (Role.DENIAL, Role.IGNORED, Role.PAUSE, Role.STOP, Role.ASKING)


def read_open(heard: str, spoken: str, lexicon: Lexicon) -> Open:
    """heard: as recognised, kept word for word. spoken: the same as `spell` gives it, without
    fillers."""
    nothing = _says_nothing(spoken, lexicon)
    named = not lexicon.open.need or _names_need(lexicon.needs.tokens(spoken))
    return Open(text=heard.strip(), nothing=nothing, named=named)


def _says_nothing(spoken: str, lexicon: Lexicon) -> bool:
    """A denial, and nothing beside it but politeness, what is denied, what is there already, and
    single characters that are no word.

    After a clause that only denies, other clauses may hold any words but those for a need, or
    those that take it back.
    """
    denied = anywhere = outright = False
    unread = 0
    back = _taken_back_from(spoken, lexicon)
    there = _what_is_there(spoken, lexicon)
    needs = [t for t in lexicon.needs.tokens(spoken) if t.has(Role.NEED)]
    for token in lexicon.nothing.tokens(spoken):
        if token.has(Role.PAUSE, Role.STOP):
            outright = outright or (denied and not unread)
            denied = False
        elif token.has(Role.DENIAL):
            if any(n.start == token.start and n.end > token.end for n in needs):
                # "No milk", "not enough bread" are what is wanted.
                return False
            denied = anywhere = True
        elif not (token.has(*_EMPTY) or (denied and token.has(Role.LACKING))):
            had = any(start <= token.start < end for start, end in there)
            named = any(token.start <= need.start < token.end for need in needs)
            if _turns(token, lexicon, had=had) or (not had and named):
                return False
            if outright and token.has(Role.LACKING):
                return False
            idle = had or _is_chat(token, lexicon) or (outright and token.start < back)
            unread += 0 if idle else len(token.text)
    return anywhere and unread < lexicon.least_unread


def _taken_back_from(spoken: str, lexicon: Lexicon) -> int:
    """Where a denial begins to be taken back: at a "but" or "only" with more behind it than that
    all is as ever."""
    tokens = lexicon.statements.tokens(spoken)
    for index, token in enumerate(tokens):
        after = tokens[index + 1 :]
        if token.has(Role.CONTRAST, Role.RESERVATION) and not all(t.has(*_AS_EVER) for t in after):
            return token.start
    return len(spoken)


def _what_is_there(spoken: str, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Start and end of the clauses that tell what is there already ("药也够吃半个月")."""
    spans: list[tuple[int, int]] = []
    start, had = 0, False
    for token in lexicon.needs.tokens(spoken):
        if token.has(Role.PAUSE, Role.STOP):
            spans += [(start, token.start)] if had else []
            start, had = token.end, False
        had = had or token.has(Role.HAD) or _denies_by_having(token, lexicon)
    return [*spans, (start, len(spoken))] if had else spans


def _denies_by_having(token: Token, lexicon: Lexicon) -> bool:
    """As "药够吃" does."""
    return token.has(Role.DENIAL) and any(word in token.text for word in lexicon.open.had)


def _turns(token: Token, lexicon: Lexicon, *, had: bool) -> bool:
    """Whether there is a "but", or a plan that may lead to a wish; none does where all is had."""
    roles = (Role.CONTRAST,) if had else (Role.CONTRAST, Role.LATER)
    return any(t.has(*roles) for t in lexicon.statements.tokens(token.text))


def _is_chat(token: Token, lexicon: Lexicon) -> bool:
    """Harmless words."""
    words = lexicon.harmless_words.tokens(token.text)
    return all(t.has(Role.HARMLESS, Role.LIGHT, Role.BODY) for t in words)


def _names_need(tokens: Sequence[Token]) -> bool:
    """Goods or help, and no denial beside them; after "but" only what follows it counts.

    "没菜要点" may be "没啥要的" misheard: who hears it asks again.
    """
    turns = [index for index, t in enumerate(tokens) if t.has(Role.CONTRAST)]
    wished = tokens[turns[-1] + 1 :] if turns else tokens
    return any(t.has(Role.NEED) for t in wished) and not any(t.has(Role.DENIAL) for t in wished)
