"""Signs that are said to be there still, in words that else lead to what comes next: "发烧没有了,
咳嗽还有" ("还有咳嗽" names one more)."""

from dataclasses import replace
from itertools import dropwhile

from callbot.dialog.understanding.statements.clauses import clause_spans
from callbot.dialog.understanding.words.roles import ILLNESS, INVISIBLE, Mark, Role
from callbot.dialog.understanding.words.vocabulary import Token


def still_there(tokens: list[Token]) -> list[Token]:
    """The tokens, with a word of contrast that ends its clause right behind a sign affirming it."""
    out = list(tokens)
    for start, stop in clause_spans(tokens):
        behind = dropwhile(lambda i: tokens[i].has(*INVISIBLE), range(stop - 1, start, -1))
        at = next(behind, start)
        felt = next((t for t in reversed(tokens[start:at]) if not t.has(*INVISIBLE)), None)
        leads = tokens[at].has(Role.CONTRAST) and tokens[at].has(Role.COMPANION)
        if leads and felt is not None and felt.has(*ILLNESS):
            out[at] = replace(tokens[at], marks=(Mark(Role.AFFIRMER),))
    return out
