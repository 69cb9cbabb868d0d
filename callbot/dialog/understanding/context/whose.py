"""Whose it is, where the order of words and clauses tells: of another after all, of nobody, of
somebody who turns out to live here."""

from dataclasses import replace
from itertools import dropwhile, islice, pairwise, takewhile, zip_longest

from callbot.dialog.understanding.statements.clauses import clause_spans
from callbot.dialog.understanding.words.roles import (
    BREAKS,
    ILLNESS,
    INVISIBLE,
    NAMED,
    NEGATORS,
    PERSONS,
    TERMS,
    Mark,
    Role,
)
from callbot.dialog.understanding.words.sections.grammar import Grammar
from callbot.dialog.understanding.words.vocabulary import Token

_OWNER = (Role.SELF, Role.CORE, Role.FAMILY, Role.EVERYONE, Role.EVERYDAY, *INVISIBLE)

_AGAIN = Role.STANDS_FOR

_NO_ONE = (Role.NOBODY, Role.NO_ONE)

_WHERE = (Role.POSSESSIVE, Role.EVERYDAY, *INVISIBLE)

_HOW_OFTEN = (
    Role.AFFIRMER, Role.HABIT, Role.WHEN, Role.NOW, Role.INTENSIFIER, Role.CONTRAST, *INVISIBLE,
)  # fmt: skip
"""Between an animal and what it has."""


def whose(tokens: list[Token]) -> list[Token]:
    """The tokens, with those that name persons, and what is theirs, marked as they are meant."""
    return _with_household(_denied_again(_denied_of_all(_of_another(_of_pets(tokens)))))


def felt_by_another(tokens: list[Token], grammar: Grammar, focus: tuple[str, ...]) -> list[Token]:
    """As in "기침은 남편이 하지 저는 안 해요", "목 아픈 건 와이프지": a sign told of first is
    felt by the person at home who is named right behind it.

    For languages whose verb comes last. focus: what stands before a person of whom a thing is said.
    """
    out: list[Token] = []
    verbs: set[int] = set()
    for index, token in enumerate(tokens):
        rest = [t for t in tokens[index + 1 :][:4] if not t.has(Role.EVERYONE)]
        if token.start in verbs:
            # It is this sign that is meant, and none that was spoken of before.
            token = replace(token, marks=tuple(m for m in token.marks if m.role is not _AGAIN))
        if token.has(*ILLNESS) and token.text.endswith(grammar.topic) and _has_it(rest, grammar):
            at = token.end - 1
            verbs |= {t.start for t in rest[1:]}
            if out and not out[-1].has(*BREAKS):
                out.append(Token(token.start, token.start, ",", (Mark(Role.PAUSE),)))
            out.append(replace(token, end=at, text=token.text[:-1]))
            out.append(Token(at, token.end, token.text[-1], (Mark(Role.FOCUS),)))
            continue
        led = bool(out) and out[-1].has(*ILLNESS)
        told_of = token.text in grammar.topic and _has_it(rest, grammar)
        named = bool(rest) and rest[0].has(Role.CORE, Role.FAMILY)
        focused = led and named and (out[-1].text[-1] + token.text).startswith(focus)
        if led and (told_of or focused):
            verbs |= {t.start for t in rest[1:]}
            token = replace(token, marks=(Mark(Role.FOCUS),))
        out.append(token)
    return out


def _has_it(rest: list[Token], grammar: Grammar) -> bool:
    """Whether it begins with somebody at home, as a subject, and a verb for having a sign."""
    if not rest or not rest[0].has(Role.CORE, Role.FAMILY):
        return False
    apart = {*grammar.topic, *grammar.as_well, *grammar.only}
    particles = tuple(set(grammar.subject) - apart)
    marked = rest[0].text.endswith(particles)
    after = rest[1:] if marked else rest[2:]
    subject = marked or any(t.text in particles for t in rest[1:2])
    return subject and any(t.text.startswith(grammar.undergone) for t in after[:1])


def _of_pets(tokens: list[Token]) -> list[Token]:
    """As in "我家猫老打喷嚏,我人没事": what an animal has is no sign of illness, if its clause
    begins with it and names nobody after it. "猫叫得头疼" is felt by who hears it."""
    void: set[int] = set()
    for start, stop in clause_spans(tokens):
        at = next((i for i in range(start, stop) if tokens[i].has(Role.PET)), stop)
        owner = all(t.has(*_OWNER) for t in tokens[start:at])
        felt = next((i for i in range(at, stop) if tokens[i].has(*ILLNESS)), stop)
        leads = owner and all(t.has(*_HOW_OFTEN) for t in tokens[at + 1 : felt])
        if leads and not any(t.has(*NAMED) for t in tokens[felt:stop]):
            void |= {t.start for t in tokens[felt:stop] if t.has(*ILLNESS)}
    return [replace(t, marks=(Mark(Role.LIGHT),)) if t.start in void else t for t in tokens]


def _denied_of_all(tokens: list[Token]) -> list[Token]:
    """As in "家里没人咳", "谁也不串门", "一家三口谁也没出去": right before what is felt or done "no
    one" denies it; but no way out if the resident then tells of one of their own ("没人去买菜,我就
    去了")."""
    felt = (*ILLNESS, Role.ABNORMAL, Role.MEET)
    ways = (Role.OUT, Role.GO)
    denies = {
        one.start for one, after in pairwise(t for t in tokens if not t.has(Role.LIGHT))
        if one.has(Role.NO_ONE)
        and (after.has(*felt) or (after.has(*ways) and not _tells_own(tokens, after)))
    }  # fmt: skip
    return [replace(t, marks=(Mark(Role.NEGATOR),)) if t.start in denies else t for t in tokens]


def _denied_again(tokens: list[Token]) -> list[Token]:
    """As in "the neighbor is coughing, nobody in our place is", "none of us does": before a word
    that stands for what was asked or told of others, and ends its clause, "nobody" denies it."""
    denies: set[int] = set()
    for start, stop in clause_spans(tokens):
        words = [t for t in tokens[start:stop] if not t.has(Role.IGNORED)]
        if not words or not words[-1].has(_AGAIN):
            continue
        before = dropwhile(lambda t: t.has(*_WHERE) and not t.has(*_NO_ONE), reversed(words[:-1]))
        denies |= {t.start for t in islice(before, 1) if t.has(*_NO_ONE)}
    return [
        replace(
            t,
            marks=(*(m for m in t.marks if m.role is not Role.EVERYONE), Mark(Role.DENIAL)),
        )
        if t.start in denies
        else t
        for t in tokens
    ]


def _tells_own(tokens: list[Token], act: Token) -> bool:
    """Whether the resident is named after an act, and what follows is not denied at once."""
    after = [t for t in tokens if t.start >= act.end and not t.has(*INVISIBLE, Role.ALL)]
    return any(
        one.has(Role.SELF) and not (two is not None and two.has(*NEGATORS, Role.HOME))
        for one, two in zip_longest(after, after[1:])
    )


def _of_another(tokens: list[Token]) -> list[Token]:
    """Whose it is, put right: "咳嗽的不是我,是老伴", "不是我出去,是我老公出去买菜", "去了药店,不是,
    是我儿子去的", "我头疼,不对,是我媳妇头疼".

    What the other person is not said to have or to do once more was told of them before.
    """
    marks: dict[int, tuple[Mark, ...]] = {}
    spans = clause_spans(tokens)
    for number, (begin, end) in enumerate(spans[1:], 1):
        start, stop = spans[number - 1]
        put_right = (Role.NOT_SO, Role.CORRECTION) if stop - start == 1 else (Role.NOT_SO,)
        at = next((i for i in range(start, stop) if tokens[i].has(*put_right)), None)
        if at is None or not _names_another(tokens[begin:end]):
            continue
        again = any(t.has(*TERMS) for t in tokens[begin:end])
        not_whose = [i for i in range(at + 1, stop) if tokens[i].has(*NAMED)]
        if stop - start == 1 and again and number > 1:
            void = [i for i in range(*spans[number - 2]) if not tokens[i].has(Role.UNKNOWN)]
        elif not_whose[:1] == [at + 1] and again:
            void = not_whose
        elif not_whose[:1] == [at + 1] or stop - start == 1:
            void = [at, *not_whose, *range(stop, begin)]
            marks[begin] = (Mark(Role.FOCUS),)
        else:
            continue
        marks |= dict.fromkeys(void, (Mark(Role.LIGHT),))
    return [replace(t, marks=marks.get(i, t.marks)) for i, t in enumerate(tokens)]


def _names_another(clause: list[Token]) -> bool:
    """As in "是我老公…", "是我"."""
    return clause[0].has(Role.BUT_SO) and any(t.has(*NAMED) for t in clause[1:2])


def _with_household(tokens: list[Token]) -> list[Token]:
    """As in "儿子跟我一起住的,就见过他": who is said to live with the resident is no visitor, and
    so is "he" until somebody else is named."""
    out: list[Token] = []
    lives_here: set[str] = set()
    for index, token in enumerate(tokens):
        clause = list(takewhile(lambda t: not t.has(*BREAKS), tokens[index + 1 :]))
        at = next((i for i, t in enumerate(clause) if t.has(Role.LIVES_HERE)), None)
        told = at is not None and not any(t.has(*NEGATORS, Role.OUTSIDER) for t in clause[:at])
        names = {token.text, *filter(None, token.codes(Role.FAMILY))}
        names |= {*filter(None, token.codes(Role.OUTSIDER))}
        # "친구랑 자취하는데, 그 친구 말고는 없어요": a friend does only if nobody else is named.
        shares = told and token.has(Role.OUTSIDER) and all(t.has(Role.LIGHT) for t in clause[:at])
        if shares or (told and token.has(Role.FAMILY)):
            lives_here |= names
        named = token.has(Role.FAMILY, Role.OUTSIDER) and not names.isdisjoint(lives_here)
        if named or (token.has(Role.THIRD) and _means_household(out)):
            token = replace(token, marks=(Mark(Role.CORE),))
        out.append(token)
    return out


def _means_household(before: list[Token]) -> bool:
    last = next((i for i, t in reversed(list(enumerate(before))) if t.has(*PERSONS)), None)
    return (
        last is not None
        and before[last].has(Role.CORE)
        and any(t.has(Role.LIVES_HERE) for t in before[last:])
    )
