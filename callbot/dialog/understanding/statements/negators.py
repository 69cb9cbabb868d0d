"""What one negation can deny, and what it cannot, where it stands before (Chinese, English)."""

from callbot.dialog.understanding.words.roles import NEGATORS, TERMS, UNREAD, Role
from callbot.dialog.understanding.words.sections.grammar import Grammar
from callbot.dialog.understanding.words.vocabulary import Token

MOST_BETWEEN = 3
"""Words between a negation and a well-being that it denies, itself among them."""


SHORT_NEGATORS = ("不", "没")
"""Chinese ones that are no answer by themselves."""


def denies_no_act(negator: Token, act: Token, grammar: Grammar) -> bool:
    """ "没有去了趟超市", "no went to the store": here the negation can only stand by itself, since
    it does not deny things done."""
    if not act.has(Role.OUT, Role.GO, Role.MEET):
        return False
    # "没去了", with nothing between, is that nobody goes any more.
    beside = negator.end == act.start and negator.text.endswith(grammar.ceasing)
    ceased = beside and act.text.endswith(grammar.perfective)
    return negator.has(Role.NOUN_NEGATOR) or (act.has(Role.COMPLETED) and not ceased)


def denies_done(negator: Token) -> bool:
    """Whether it speaks of what was not done, as Chinese 没 does whatever was planned; 不 and
    "won't" may be a plan themselves."""
    return negator.has(Role.NEGATOR) and not negator.text.isascii()


def denies_only_next(negator: Token) -> bool:
    """ "咳嗽不发烧", "头疼没发烧": Chinese 不, and 没 alone, deny what follows and not what stands
    before, as 没有 may ("咳嗽没有发烧")."""
    return negator.text in SHORT_NEGATORS


def answers_before_only(before: list[Token]) -> bool:
    """ "没有就…", "没什么只…", "没就…": whether a Chinese denial stands right before."""
    return any(t.has(Role.NEGATOR) and not t.text.isascii() for t in before)


def goes_to(way: Token, act: Token) -> bool:
    """ "没出去见": what one would have gone out for is denied with the going."""
    return way.has(Role.OUT, Role.GO) and act.has(Role.MEET) and way.end == act.start


def denies_twice(before: list[Token], negator: Token) -> bool:
    return negator.has(Role.TIGHT_NEGATOR) and any(
        t.has(Role.NEGATOR) and not t.has(Role.DENIAL) for t in before
    )


def answers(negator: Token | None) -> bool:
    """Whether a word like "no" can be an answer of its own, as before words it does not deny."""
    return negator is not None and negator.has(Role.NOUN_NEGATOR)


def stands_alone(negator: Token | None) -> bool:
    """The same, or one that says by itself that all is well ("没啥")."""
    return answers(negator) or (negator is not None and negator.has(Role.DENIAL))


def binds(negator: Token) -> bool:
    """Whether an English "didn't" or "never": it denies what follows, and is no answer by itself.

    In Chinese 没有 before "在家" can only be one, since it does not deny where somebody was.
    """
    return negator.text.isascii() and not answers(negator)


def is_told(sign: Token, before: Token | None, grammar: Grammar) -> bool:
    """ "Got a cough no fever no": with an article, or a verb of having, a sign is told rather than
    taken up from the question, so that a "no" behind it may be of what follows."""
    first = sign.text.split()[0]
    led = before is not None and before.text.strip() in (*grammar.indefinite, *grammar.having)
    return led or first in (*grammar.indefinite, *grammar.having)


def corrects(negator: Token, term: Token) -> bool:
    """ "Thirty seven, no, thirty eight": "no" before a number takes back what stood before."""
    return term.has(Role.MEASURE) and negator.has(Role.NOUN_NEGATOR)


def degree(token: Token) -> bool:
    return token.has(Role.INTENSIFIER) and not token.has(*TERMS)


def unwell(token: Token, before: list[Token]) -> bool:
    """Whether a well-being is what an English "not" shortly before it denies ("not exactly fighting
    fit"), unless it begins a statement of its own ("didn't sleep, I'm fine")."""
    if token.has(Role.OWN, *NEGATORS):
        return False
    between = (*UNREAD, Role.HARMLESS, Role.AFFIRMER, Role.INTENSIFIER)
    near = reversed(before[-MOST_BETWEEN:])
    negator = next((t for t in near if t.has(*NEGATORS) or not t.has(*between)), None)
    return negator is not None and negator.has(*NEGATORS) and binds(negator)


def turns(before: list[Token]) -> bool:
    """Whether the word before can only deny what follows, being no answer by itself."""
    return any(t.has(Role.TIGHT_NEGATOR) and not t.has(Role.DENIAL) for t in before)
