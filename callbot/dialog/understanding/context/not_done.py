"""Acts and persons that are named, and neither done nor met: an invitation that was declined, what
is exclaimed about, who is only spoken to."""

from dataclasses import replace
from itertools import pairwise

from callbot.dialog.understanding.statements.clauses import clause_spans
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, INVISIBLE, NEGATORS, Mark, Role
from callbot.dialog.understanding.words.vocabulary import Token

_ACTS = (Role.OUT, Role.GO, Role.PLACE, Role.MEET, Role.TRANSPORT, Role.OUTDOORS)
_PERSONS = (Role.CORE, Role.FAMILY, Role.OUTSIDER, Role.THIRD)
_DATED = (Role.WHEN, Role.NOW, Role.PAST, Role.EARLIER_DAY, Role.DAY, Role.COMPLETED)
_NOT_GONE = (Role.HOME, Role.NOBODY, Role.APART, Role.DECLINED)

_OWN = (Role.SELF, Role.EVERYONE, Role.COMMENT, Role.MEASURE, *BREAKS)
_SAID_FIRST = (
    *BREAKS, Role.DENIAL, Role.NOUN_NEGATOR, Role.ASSENT, Role.IGNORED, Role.VAGUE, Role.COMPLAINT,
    Role.NORMAL, Role.ABNORMAL,
)  # fmt: skip

LONGEST_ANSWER = 2
"""Clauses after an invitation in which it is declined."""


def without_undone(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    comment = {phrase.split()[0] for phrase in lexicon.grammar.comment if lexicon.spaced}
    told = _without_vocative(_without_addressed(tokens, lexicon.persons.addressee), comment)
    told = _nearly_done(_without_declined(told), lexicon.grammar.all_but)
    return _exclaimed(told, lexicon.grammar.even, lexicon.grammar.exclaimed)


def _without_addressed(tokens: list[Token], addressee: tuple[str, ...]) -> list[Token]:
    """As in "没有的,阿姨你放心": a form of address that begins a clause, before a "you"."""
    out = list(tokens)
    for index, token in enumerate(tokens[:-1]):
        begins = index == 0 or tokens[index - 1].has(*BREAKS)
        address = token.has(Role.OUTSIDER, Role.FAMILY) and token.has(Role.EVERYDAY)
        if begins and address and tokens[index + 1].text.startswith(addressee):
            out[index] = replace(token, marks=(Mark(Role.LIGHT),))
    return out


def _without_vocative(tokens: list[Token], comment: set[str]) -> list[Token]:
    """As in "baby, it has gone up", "not great, man, it's 101.8": begins what is said or follows
    what is complete, and leads to what is told of oneself ("the baby is at 101" does neither).
    comment: words that begin one ("it")."""
    out = list(tokens)
    for index, token in enumerate(tokens[:-1]):
        begins = index == 0 or tokens[index - 1].has(*_SAID_FIRST)
        after = tokens[index + 1]
        own = after.has(*_OWN) or after.text.strip().split(" ")[0] in comment
        if begins and token.has(Role.VOCATIVE) and own:
            out[index] = replace(token, marks=(Mark(Role.LIGHT),))
    return out


def _without_declined(tokens: list[Token]) -> list[Token]:
    """As in "老姐妹叫我跳舞去,我没去", "朋友约我钓鱼,我给推了": what was asked for was not
    done, and the asking was no meeting unless they came for it."""
    out = list(tokens)
    spans = clause_spans(tokens)
    for number, (start, stop) in enumerate(spans):
        at = next((i for i in range(start, stop) if tokens[i].has(Role.INVITES)), None)
        if at is None or not any(t.has(*_PERSONS) for t in tokens[start:at]):
            continue
        own = next((i for i in range(at + 1, stop) if _answers(tokens[i])), stop)
        if not any(t.has(*_ACTS) for t in tokens[at + 1 : own]):
            own = stop
        answer = [(own, stop), *spans[number + 1 : number + 1 + LONGEST_ANSWER]]
        if not any(_declines(tokens[a:b]) for a, b in answer):
            continue
        came = any(t.has(Role.MEET) for t in tokens[start:at])
        for index in range(start, own):
            asked = index > at and tokens[index].has(*_ACTS)
            asker = index < at and tokens[index].has(*_PERSONS) and not came
            if asked or asker:
                marks = _opposite(tokens[index]) or (Mark(Role.LIGHT),)
                out[index] = replace(tokens[index], marks=marks)
    return out


def _answers(token: Token) -> bool:
    """Whether the resident's answer begins, with no pause before it ("喊我打麻将我没去")."""
    return token.has(Role.SELF) and not token.has(Role.SAYS, Role.POSSESSIVE, Role.RECIPIENT)


def _declines(clause: list[Token]) -> bool:
    """Whether a clause denies of the speaker what was asked for."""
    words = [t for t in clause if not t.has(*INVISIBLE)]
    own = not any(t.has(*_PERSONS) for t in words)
    denied = any(
        one.has(*NEGATORS) and after.has(Role.GO, Role.OUT, Role.MEET, Role.LATER)
        for one, after in pairwise(words)
    )
    done = any(t.has(Role.COMPLETED) and t.has(*_ACTS) for t in words)
    return own and not done and (denied or any(t.has(*_NOT_GONE) for t in words))


def _nearly_done(tokens: list[Token], all_but: tuple[str, ...]) -> list[Token]:
    """As in "差点碰上邻居", "差点就出去了": it did not come to that; how far it came stays open.

    all_but: words before what all but happened.
    """
    out = list(tokens)
    for start, stop in clause_spans(tokens):
        at = next((i for i in range(start, stop) if tokens[i].text in all_but), stop)
        undone = [i for i in range(at + 1, stop) if tokens[i].has(*_ACTS, *_PERSONS)]
        if not any(tokens[i].has(*_ACTS) for i in undone):
            continue
        out[at] = replace(tokens[at], marks=(Mark(Role.DOUBT),))
        for index in undone:
            out[index] = replace(tokens[index], marks=(Mark(Role.LIGHT),))
    return out


def _exclaimed(
    tokens: list[Token], even: tuple[str, ...], exclaimed: tuple[str, ...]
) -> list[Token]:
    """As in "路都走不稳,还出门呢": nobody would do what is exclaimed about; unless it is said when
    it was done ("昨天还出门呢").

    even: words before such an act. exclaimed: what ends its clause.
    """
    out = list(tokens)
    for start, stop in clause_spans(tokens):
        clause = tokens[start:stop]
        if clause[-1].text not in exclaimed or any(t.has(*_DATED) for t in clause):
            continue
        words = [i for i in range(start, stop) if not tokens[i].has(Role.LATER)]
        for before, index in pairwise(words):
            if tokens[before].text in even and tokens[index].has(Role.OUT, Role.MEET):
                out[index] = replace(tokens[index], marks=_opposite(tokens[index]))
    return out


def _opposite(act: Token) -> tuple[Mark, ...]:
    """Having stayed at home in place of a way out, nobody in place of a meeting."""
    opposites = {Role.OUT: Role.HOME, Role.MEET: Role.NOBODY}
    return tuple(Mark(calm) for role, calm in opposites.items() if act.has(role))
