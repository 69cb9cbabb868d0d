"""Finds what the resident asks of the caller, at whatever question."""

from dataclasses import dataclass
from itertools import pairwise, takewhile

from callbot.dialog.answers import Intent
from callbot.dialog.understanding.requests.known_questions import KnownQuestions
from callbot.dialog.understanding.statements.clauses import clause_spans
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, NEGATORS, TERMS, Role
from callbot.dialog.understanding.words.vocabulary import Token

BY_WEIGHT = (
    Intent.EMERGENCY,
    Intent.DISTRESS,
    Intent.OPT_OUT,
    Intent.WRONG_NUMBER,
    Intent.NOT_SELF,
    Intent.HUMAN,
    Intent.NEED_HELP,
    Intent.COMPLAINT,
    Intent.REFUSE,
    Intent.BUSY,
    Intent.WHO_IS_THIS,
    Intent.WAIT,
    Intent.REPEAT,
    Intent.QUESTION,
)
"""Of several requests the first of these counts."""

_STATING = frozenset({Intent.EMERGENCY})
"""Requests whose words also tell how the resident is; "don't want to live" denies no symptom, and
"没米了" no way out."""

_PASSING = frozenset({Intent.REPEAT, Intent.BUSY})
"""Requests that a yes may be given beside: "好,你说慢点", "行,我锅上还炖着菜呢"."""

_TOLD = frozenset({Intent.COMPLAINT, Intent.NEED_HELP})
"""Requests told in sentences of their own."""

_ANSWERING = (
    *NEGATORS, Role.DENIAL, Role.NOBODY, Role.ALONE,
    *(role for role in TERMS if role is not Role.HOME),
)  # fmt: skip

_NAMING = (
    Role.PLACE, Role.TRANSPORT, Role.OUTSIDER, Role.FAMILY, Role.CORE, Role.MEET, Role.OUT,
    Role.WHEN, Role.INSTRUMENT,
)  # fmt: skip
"""Of a word that is looked at whole: what another seems to begin within it is no word."""

_PAUSES = " ,.?、"


@dataclass(frozen=True)
class Request:
    """topic: id of the known question. asked: the clauses with a question word. statements: the
    text without those, and without requests that state nothing ("没听清"). wonders: only whether
    what is told counts ("遛狗算不算"). for_resident: somebody at home answers in their place.
    passing: a yes beside it stands. mentions: something is named that requests are about. infirm:
    somebody cannot get up, and asks for nothing.
    """

    intent: Intent | None
    topic: str | None
    statements: str
    asked: str
    wonders: bool = False
    for_resident: bool = False
    passing: bool = False
    mentions: bool = False
    infirm: bool = False


def find_request(
    text: str,
    lexicon: Lexicon,
    known: KnownQuestions | None,
    *,
    may_be_who: bool = True,
    answered: bool = False,
    of_ways: bool = False,
) -> Request:
    """text: as `spell` gives it. may_be_who: the question may be who is speaking. answered: what is
    only mentioned is no request. of_ways: it is asked whether the resident went out."""
    topic = known.topic(text) if known else None
    stated = lexicon.statements.tokens(text)
    inflected = lexicon.negation == "after"
    tokens = _without_parts(lexicon.requesting.tokens(text), stated, inflected=inflected)
    if answered:
        tokens = [t for t in tokens if not t.has(Role.MENTIONED)]
    tokens = _without_help_given(tokens, stated)
    tokens = _without_absent(tokens, stated)
    tokens = tokens if may_be_who else _without_others_gone(tokens, stated)
    tokens = _without_needs_met(tokens, stated, text, lexicon)
    tokens = _without_errands(tokens, stated) if of_ways else tokens
    meant = _meant(tokens)
    asked = {Intent(code) for t in meant for code in t.codes(Role.REQUEST)}
    asked |= _alone(text, lexicon)
    clauses = _asking_clauses(tokens, lexicon.requests.told_by)
    if topic is not None or any(map(_is_asking, tokens)):
        asked.add(Intent.QUESTION)
    if topic is not None:
        # "Which hospital can I go to?" asks not who we are.
        asked.discard(Intent.WHO_IS_THIS)
    if {Intent.WAIT, Intent.BUSY} <= asked and _first(tokens, Intent.WAIT, Intent.BUSY):
        # "Hang on, something is boiling over": what they are busy with is why we are to wait.
        asked.discard(Intent.BUSY)
    intent = next((i for i in BY_WEIGHT if i in asked), None)
    asking = " ".join(text[start:end] for start, end in clauses)
    mere = [
        (_begin(t, stated), t.end)
        for t in tokens
        if t.has(Role.RHETORICAL, Role.WONDERING)
        or (t.has(Role.REQUEST) and not _states(t) and (t in meant or not _tells_denied(t)))
    ]
    statements = _without(text, clauses, mere)
    if intent is None and not statements and any(t.has(Role.RHETORICAL) for t in tokens):
        # "Is that bad?" by itself is a question after all.
        return Request(Intent.QUESTION, None, "", text)
    wonders = _wonders(tokens, stated)
    for_resident = _speaks_for_resident(text, stated, lexicon.offers)
    passing = intent in _PASSING and bool(meant) and all(t.has(Role.PASSING) for t in meant)
    infirm = intent is Intent.EMERGENCY and bool(meant) and all(t.has(Role.INFIRM) for t in meant)
    mentions = any(t.has(Role.MENTIONED) for t in tokens)
    return Request(
        intent, topic, statements, asking, wonders, for_resident, passing, mentions, infirm
    )


def _wonders(tokens: list[Token], stated: list[Token]) -> bool:
    """Whether it is left to us if what is told counts, and not settled right after ("视频算不算,
    真人没见着")."""
    last = next((t.end for t in reversed(tokens) if t.has(Role.WONDERING)), None)
    return last is not None and not any(t.start >= last and t.has(*_ANSWERING) for t in stated)


def _states(request: Token) -> bool:
    return not _STATING.isdisjoint(request.codes(Role.REQUEST))


def _is_told(request: Token) -> bool:
    return not _TOLD.isdisjoint(request.codes(Role.REQUEST))


def _tells_denied(request: Token) -> bool:
    """Whether a request that is denied tells something all the same ("어머니는 안 나가셨어요")."""
    return _is_told(request) or Intent.NOT_SELF in request.codes(Role.REQUEST)


def _begin(request: Token, stated: list[Token]) -> int:
    """Where a request begins; a need or a complaint with what it is about ("家里没米了"), unless
    an answer may stand before it ("没出去家里没米了")."""
    before = _clause_before(request, stated) if _is_told(request) else []
    answers = any(t.has(*_ANSWERING) for t in before)
    return before[-1].start if before and not answers else request.start


def _speaks_for_resident(text: str, stated: list[Token], offers: tuple[str, ...]) -> bool:
    """Somebody at home answers in the resident's place, and does not say that they cannot."""
    at = next((text.find(offer) for offer in offers if offer in text), -1)
    before = [t for t in stated if t.start < at]
    clause = takewhile(lambda t: not t.has(Role.PAUSE, Role.STOP), reversed(before))
    return at >= 0 and not any(t.has(Role.NEGATOR) for t in clause)


def _first(tokens: list[Token], one: Intent, other: Intent) -> bool:
    """Whether words for one request stand before those for the other."""
    codes = [code for t in tokens for code in t.codes(Role.REQUEST) if code in (one, other)]
    return codes[:1] == [one]


def _is_asking(token: Token) -> bool:
    return token.has(Role.ASKING) and not token.has(Role.RHETORICAL) and token.text != "?"


def _without_parts(tokens: list[Token], stated: list[Token], *, inflected: bool) -> list[Token]:
    """Words of a request or a question that are part of a longer one for a symptom are none: "can't
    catch my breath" asks for nothing to be said again, "doesn't know what day it is" asks nothing;
    nor are those that begin within one, in a language without spaces ("콧물도 없습니다" asks for no
    water); where endings tell words apart (inflected), nor within any other word ("커피를…")."""
    felt = [t for t in stated if t.has(Role.SYMPTOM, Role.SEVERE)]
    known = [t for t in stated if inflected and t.has(*_NAMING)]
    return [
        token
        for token in tokens
        if not token.has(Role.REQUEST, Role.ASKING)
        or not (
            any(
                f.start < token.start < f.end
                or (f.start < token.end and token.start < f.end and len(f.text) > len(token.text))
                for f in felt
            )
            or any(k.start < token.start < k.end < token.end for k in known)
        )
    ]


def _without_help_given(tokens: list[Token], stated: list[Token]) -> list[Token]:
    """Help told of after the person who gave it is no request ("保安帮我搬上来的")."""
    return [
        token
        for token in tokens
        if Intent.NEED_HELP not in token.codes(Role.REQUEST) or not _given(token, stated)
    ]


def _without_absent(tokens: list[Token], stated: list[Token]) -> list[Token]:
    """Somebody said to be out is not whom we called, if the speaker tells of themselves after a
    "but" ("아내는 외출했지만 저는 안 했습니다")."""
    return [
        token
        for token in tokens
        if Intent.NOT_SELF not in token.codes(Role.REQUEST) or not _set_against(token, stated)
    ]


def _without_others_gone(tokens: list[Token], stated: list[Token]) -> list[Token]:
    """Who is named as gone by somebody who has answered is not whom we called ("no, my roommate
    moved out")."""
    gone = {Intent.NOT_SELF, Intent.WRONG_NUMBER}
    return [
        token
        for token in tokens
        if gone.isdisjoint(token.codes(Role.REQUEST)) or not _tells_of_another(token, stated)
    ]


def _tells_of_another(request: Token, stated: list[Token]) -> bool:
    """Whether it is said of somebody named in its clause, after one that only denies. Of a mere
    "he" nobody can tell."""
    before = [t for t in stated if t.start < request.start]
    clause = list(takewhile(lambda t: not t.has(*BREAKS), reversed(before)))
    earlier = before[: len(before) - len(clause)]
    named = any(t.has(Role.CORE, Role.FAMILY, Role.OUTSIDER) for t in clause)
    first = list(takewhile(lambda t: not t.has(*BREAKS), earlier))
    # "No, I'm looking after him" tells why nobody went out.
    spoken = any(t.has(Role.SELF) for t in clause)
    denied = bool(first) and all(t.has(*_ANSWERING, Role.LIGHT) for t in first)
    return (named or spoken) and denied


def _set_against(request: Token, stated: list[Token]) -> bool:
    named = any(t.start == request.start and t.has(Role.SELF) for t in stated)
    turn = next((t for t in stated if t.has(Role.CONTRAST) and t.start >= request.end), None)
    if named or turn is None:
        return False
    after = [t for t in stated if t.start >= turn.end and not t.has(Role.LIGHT, Role.IGNORED)]
    tells = (*TERMS, *NEGATORS)
    return any(one.has(Role.SELF) and two.has(*tells) for one, two in pairwise(after))


_FOR_ME = (Role.OBJECT_MARKER, Role.SAYS)


def _given(request: Token, stated: list[Token]) -> bool:
    clause = _clause_before(request, stated)
    wished = (Role.LATER, Role.SENDING, Role.NEGATOR, Role.ADDRESSEE, Role.SELF)
    helper = any(t.has(Role.OUTSIDER, Role.FAMILY, Role.CORE) for t in clause)
    given = any(t.start == request.start and t.has(*_FOR_ME) for t in stated)
    return given and helper and not any(t.has(*wished) for t in clause)


def _without_needs_met(
    tokens: list[Token], stated: list[Token], text: str, lexicon: Lexicon
) -> list[Token]:
    """A need told as the reason for what was done, or as what was gone for, is none any more:
    "기저귀가 떨어져서 마트에 다녀왔어요", "去医院配药了"."""
    done = [t for t in stated if t.has(Role.COMPLETED) and t.has(Role.OUT, Role.GO, Role.MEET)]
    reasons = lexicon.requests.reasons
    return [
        token
        for token in tokens
        if Intent.NEED_HELP not in token.codes(Role.REQUEST)
        or not (
            any(reason in text[token.end - 1 : act.start] for act in done for reason in reasons)
            or _gone_for(token, stated, text, lexicon.requests.told_by)
            or _seen_to(token, stated, text, lexicon.requests.told_by)
        )
    ]


def _without_errands(tokens: list[Token], stated: list[Token]) -> list[Token]:
    """What one says to have gone out for is no request ("yes, but only to pick up my pills")."""
    yes = next((t.end for t in stated if t.has(Role.ASSENT, Role.AFFIRMER)), None)
    errands = [t for t in stated if t.has(Role.ERRAND) and yes is not None and t.start >= yes]
    return [
        token
        for token in tokens
        if Intent.NEED_HELP not in token.codes(Role.REQUEST)
        or not any(e.start <= token.start < e.end for e in errands)
    ]


def _gone_for(request: Token, stated: list[Token], text: str, told_by: tuple[str, ...]) -> bool:
    before = _clause_before(request, stated)
    after = [t.start for t in stated if t.has(Role.PAUSE, Role.STOP) and t.start >= request.end]
    end = after[0] if after else len(text)
    gone = any(t.has(Role.GO, Role.OUT) for t in before)
    wished = any(t.has(Role.LATER, Role.WHETHER, Role.NEGATOR) for t in before)
    return gone and not wished and any(sign in text[request.start : end] for sign in told_by)


def _seen_to(request: Token, stated: list[Token], text: str, told_by: tuple[str, ...]) -> bool:
    """Whether what ran out or broke was gone for, or seen to by the resident, right after it was
    told: "家里没米了,我去买了一袋", "水管漏了我自己缠的"."""
    if not request.text.endswith(told_by):
        return False
    spans = clause_spans(stated)
    following = [stated[a:b] for a, b in spans if stated[b - 1].end > request.end][:2]
    after = [t for clause in following for t in clause if t.start >= request.end]
    undone = (Role.NEGATOR, Role.TIGHT_NEGATOR, Role.LATER, Role.ADDRESSEE, Role.OUTSIDER)
    if not after or any(t.has(*undone) for t in after):
        return False
    act = next((t for t in after if t.has(Role.GO, Role.OUT)), None)
    gone = act is not None and any(sign in text[act.start : after[-1].end] for sign in told_by)
    alone = any(t.has(Role.SELF) and t.has(Role.ALONE) for t in after)
    return gone or (alone and (after[-1].has(Role.CLOSING) or after[-1].text.endswith(told_by)))


def _clause_before(request: Token, stated: list[Token]) -> list[Token]:
    before = [t for t in stated if t.start < request.start]
    return list(takewhile(lambda t: not t.has(Role.PAUSE, Role.STOP), reversed(before)))


def _meant(tokens: list[Token]) -> list[Token]:
    """Requests that are not denied ("不是打错了") and not about somebody else."""
    meant: list[Token] = []
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index else None
        if token.has(Role.REQUEST) and not (before and before.has(Role.NEGATOR, Role.OUTSIDER)):
            meant.append(token)
    return meant


def _alone(text: str, lexicon: Lexicon) -> set[Intent]:
    """Requests that are one only if nothing else is said ("什么?")."""
    words = (text.strip(" ,.、"), text.strip(_PAUSES))
    return {lexicon.lone_requests[w] for w in words if w in lexicon.lone_requests}


def _asking_clauses(tokens: list[Token], told_by: tuple[str, ...]) -> list[tuple[int, int]]:
    """Start and end of clauses with a question word; a lone `?` is the recogniser's guess.

    A clause that only wonders whether something counts is one unless it was done.
    """
    spans: list[tuple[int, int]] = []
    start, clause = 0, list[Token]()
    for token in tokens:
        if token.has(Role.PAUSE, Role.STOP) or token.text == "?":
            if _asks(clause, told_by):
                spans.append((start, token.end))
            start, clause = token.end, []
        elif token.has(Role.CLOSING) and not _asks(clause, told_by):
            # "열이 나는데 어떻게 해야 하나요": told first, and then asked about.
            start, clause = token.end, []
        else:
            clause.append(token)
    if _asks(clause, told_by):
        spans.append((start, tokens[-1].end))
    return spans


def _asks(clause: list[Token], told_by: tuple[str, ...]) -> bool:
    told = "".join(t.text for t in clause if not t.has(Role.WONDERING))
    # Without words that tell what was done, a language asks in the phrase that wonders alone.
    wonders = bool(told_by) and any(t.has(Role.WONDERING) for t in clause)
    asks = any(t.has(Role.ASKING) and not t.has(Role.RHETORICAL) for t in clause)
    return asks or (wonders and not any(word in told for word in told_by))


def _without(text: str, clauses: list[tuple[int, int]], mere: list[tuple[int, int]]) -> str:
    kept, at = "", 0
    for start, end in sorted((*clauses, *mere)):
        if end > at:
            kept += f"{text[at:start]},"
            at = end
    return (kept + text[at:]).strip(_PAUSES)
