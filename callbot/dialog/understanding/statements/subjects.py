"""Of whom each word of an utterance speaks."""

from itertools import dropwhile, pairwise, takewhile

from callbot.dialog.understanding.statements.assertions import Who
from callbot.dialog.understanding.statements.clauses import clause_spans, clauses
from callbot.dialog.understanding.words.roles import (
    BREAKS,
    ILLNESS,
    INVISIBLE,
    NAMED,
    NEGATORS,
    OTHERS,
    TERMS,
    Role,
)
from callbot.dialog.understanding.words.vocabulary import Token

_OPENS = (*BREAKS, Role.NEGATOR, Role.HOME)
"""After a word that closes a clause: the next is again about the resident."""

_OWNED = (Role.UNKNOWN, Role.OUTING, Role.BODY, Role.EVERYDAY, Role.PLACE, Role.TRANSPORT)

_DESCRIBING = (Role.UNKNOWN, Role.EVERYDAY, Role.AFFIRMER)
"""What may stand between "with" and a person ("跟老姐们儿")."""

MOST_FELT_AT = 5
"""Characters of the part of the body between "says" and what is felt there."""


def subjects(tokens: list[Token]) -> dict[int, Who]:
    """Of whom each token speaks, by its start; carried on until another person is named."""
    who = third = Who.SELF
    said_of: dict[int, Who] = {}
    heard: list[Token] = []
    for index, token in enumerate(tokens):
        closed = index > 0 and tokens[index - 1].has(Role.CLOSING) and token.has(*_OPENS)
        if closed and not _feels(tokens[:index]):
            who = Who.SELF
        if token.has(*INVISIBLE) and not token.has(*OTHERS, Role.OBJECT_MARKER):
            continue
        if _addressed(tokens, index) or _possessor(tokens, index):
            continue
        if token.has(Role.OWN) or (token.has(Role.NOBODY) and who is Who.OTHER):
            # "손님은 안 만났는데 …": who was not met does nothing.
            who = Who.SELF
        elif token.has(*NAMED, Role.SAYS) and not token.has(Role.PLACE):
            rest = tokens[index + 1 :]
            following = next((t for t in rest if not t.has(*INVISIBLE)), None)
            if any(t.has(Role.BUT_SO) for t in rest[:1]) and _named_before(following, heard):
                # "眼睛红,娃说是红眼病": what somebody calls it is not theirs.
                following = None
            who = _subject(token, who, third, heard[-2:], following)
            third = who if who in (Who.HOUSEHOLD, Who.OTHER) else third
        said_of[token.start] = who
        heard.append(token)
    _focus(heard, said_of)
    _afterthought(heard, said_of)
    _errands(heard, said_of)
    return said_of


def _named_before(sign: Token | None, heard: list[Token]) -> bool:
    named = {code for token in heard for code in token.codes(Role.SYMPTOM)}
    return sign is not None and not named.isdisjoint(sign.codes(Role.SYMPTOM))


def _afterthought(heard: list[Token], said_of: dict[int, Who]) -> None:
    """As in "嘴唇都发紫了,我妈她", "咳得厉害,我家老头": who is named alone after what is felt
    feels it, if nobody was named before and nothing more is told."""
    for (start, stop), (begin, end) in pairwise(clause_spans(heard)):
        felt, named = heard[start:stop], heard[begin:end]
        if (
            any(t.has(*ILLNESS, Role.MEASURE) for t in felt)
            and all(t.has(Role.CORE, Role.FAMILY, Role.THIRD) for t in named)
            and not any(t.has(*NAMED, *NEGATORS, Role.OWN) for t in felt)
            and not any(t.has(*TERMS, *NEGATORS, Role.DENIAL) for t in heard[end:])
        ):
            said_of |= {t.start: Who.HOUSEHOLD for t in felt}


def _errands(heard: list[Token], said_of: dict[int, Who]) -> None:
    """As in “买菜喊儿子送”, "菜是让儿子去买的", "闺女帮我买菜", "老头子替我去的": it is done by the
    person named, unless both go."""
    for clause in clauses(heard):
        tokens = clause.tokens
        if any(t.has(Role.ALL) for t in tokens):
            continue
        for index, token in enumerate(tokens):
            before, after = tokens[:index], tokens[index + 1 :][:2]
            sent = [t for t in after if t.has(*OTHERS)]
            helper = [t for t in before if t.has(*OTHERS)]
            if token.has(Role.SENDING) and sent:
                said_of |= {t.start: _third(sent[0]) for t in before if t.has(Role.ERRAND)}
                beside = token.end == after[0].start and after[0].end == after[-1].start
                if beside and after[0].has(*OTHERS) and after[-1].has(Role.GO, Role.OUT):
                    said_of[after[-1].start] = _third(after[0])
            elif token.has(Role.SAYS) and helper:
                gone = (Role.GO, Role.OUT) if token.has(Role.ON_BEHALF) else ()
                done = (t for t in after[:1] if t.has(Role.ERRAND, *gone))
                said_of |= {t.start: _third(helper[-1]) for t in done}


def _third(person: Token) -> Who:
    return Who.OTHER if person.has(Role.OUTSIDER) else Who.HOUSEHOLD


def _feels(before: list[Token]) -> bool:
    """Whether the clause so far tells of how somebody is ("我爸迷迷糊糊的,说胡话")."""
    clause = takewhile(lambda t: not t.has(*BREAKS), reversed(before))
    return any(t.has(*ILLNESS) for t in clause)


def _addressed(tokens: list[Token], index: int) -> bool:
    """Whether somebody is only spoken to: "大夫,三十七度一"."""
    around = (*tokens[max(0, index - 1) : index], *tokens[index + 1 : index + 2])
    alone = len(tokens) > 1 and all(t.has(*BREAKS) for t in around)
    return tokens[index].has(Role.OUTSIDER) and alone


def _possessor(tokens: list[Token], index: int) -> bool:
    """Whether only something of the person's is named: "坐朋友的车去的"."""
    if not tokens[index].has(Role.OUTSIDER, Role.FAMILY, Role.CORE):
        return False
    owned = [t for t in tokens[index + 1 : index + 3] if not t.has(*BREAKS)]
    return len(owned) == 2 and owned[0].has(Role.CLOSING) and owned[1].has(*_OWNED)


def _subject(
    token: Token, who: Who, third: Who, before: list[Token], following: Token | None
) -> Who:
    """Whom a word for a person, or for saying, makes the subject.

    third: whom "he" or "she" means; somebody at home if nobody has been named.
    """
    if len(before) > 1 and before[0].has(Role.COMPANION) and before[1].has(*_DESCRIBING):
        before = before[:1]
    last = before[-1] if before else None
    joined = before[0] if len(before) > 1 and before[-1].has(Role.JOIN, Role.COMPANION) else None
    if _complains(token, before, following) or _goes_on(token, who, before, following):
        return who
    if token.has(Role.SELF, Role.SAYS):
        beside = joined is not None and joined.has(Role.CORE, Role.FAMILY, Role.THIRD)
        return Who.BOTH if beside and token.has(Role.SELF) else Who.SELF
    if joined is not None and joined.has(Role.SELF) and not token.has(Role.OUTSIDER):
        return Who.BOTH
    if last and (last.has(Role.OBJECT_MARKER) or _is_verb(before)):
        return who
    if last and last.has(Role.EXCEPT) and following and following.has(Role.ALL, *NEGATORS):
        # "除了我女婿谁都没出去": who is left out is not whom the rest is said of.
        return who
    if last and last.has(Role.COMPANION):
        both = following is not None and following.has(Role.ALL) and who is not Who.OTHER
        return Who.BOTH if both else who
    if token.has(Role.EVERYONE):
        # "애 둘 다 콧물 나고": both of those who were just named.
        theirs = token.has(Role.ALL) and last is not None and last.has(Role.CORE, Role.FAMILY)
        return who if theirs else Who.BOTH
    if token.has(Role.THIRD) and joined is not None and joined.has(Role.SAYS) and _tells(following):
        # "My wife took it and she got 36.6" tells what she read off.
        return who
    if token.has(Role.THIRD):
        return third if third is not Who.SELF else Who.HOUSEHOLD
    return Who.OTHER if token.has(Role.OUTSIDER) else Who.HOUSEHOLD


def _tells(following: Token | None) -> bool:
    return following is not None and following.has(Role.MEASURE, Role.SAYS)


def _complains(token: Token, before: list[Token], following: Token | None) -> bool:
    """As in "爱人说嗓子疼", "儿子老是说冷": what somebody at home says is felt, is felt by them."""
    often = bool(before) and before[-1].has(Role.AFFIRMER, Role.HABIT, Role.HARMLESS)
    speaker = before[:-1] if often else before
    return (
        token.has(Role.SAYS)
        and bool(speaker) and speaker[-1].has(Role.CORE, Role.FAMILY, Role.THIRD)
        and token.start == before[-1].end
        and following is not None and following.has(*ILLNESS)
        and following.start - token.end < MOST_FELT_AT and len(token.text) == 1
    )  # fmt: skip


def _goes_on(token: Token, who: Who, before: list[Token], following: Token | None) -> bool:
    """As in "我屋里那位咳嗽,还说嗓子疼": of whom a clause begins to say what they say."""
    begins = bool(before) and before[-1].has(*BREAKS)
    says = token.has(Role.SAYS) and len(token.text) == 1 and not token.has(*NAMED)
    felt = following is not None and following.has(*ILLNESS)
    return begins and says and felt and who is Who.HOUSEHOLD


def _is_verb(before: list[Token]) -> bool:
    """Whether a word of no list after "I" is what I did to the person named next."""
    return (
        len(before) > 1
        and before[0].has(Role.SELF)
        and before[1].has(Role.UNKNOWN, Role.OUTING, Role.COMPANY)
    )


def _focus(heard: list[Token], said_of: dict[int, Who]) -> None:
    """As in “发烧的是我老伴”: what stands before is said of the person named after it.

    A clause that begins so takes up a sign of illness before it: "두통이요, 그건 집사람이고".
    """
    for index, token in enumerate(heard):
        if not token.has(Role.FOCUS):
            continue
        persons = list(takewhile(lambda t: t.has(*NAMED), heard[index + 1 :]))
        if not persons:
            continue
        # In "我们老头子" the first word only says whose he is.
        person = next((t for t in persons if not t.has(Role.SELF, Role.EVERYONE)), persons[0])
        before = list(reversed(heard[:index]))
        if before and before[0].has(*BREAKS):
            before = list(dropwhile(lambda t: not t.has(*ILLNESS), before))
        for earlier in before:
            if earlier.has(*BREAKS):
                break
            said_of[earlier.start] = said_of[person.start]
