"""Finds what the resident asks of the caller, at whatever question."""

import re
from dataclasses import dataclass
from itertools import takewhile

from callbot.dialog.answers import Intent
from callbot.dialog.understanding.requests.in_earnest import ANSWERING, clause_before, in_earnest
from callbot.dialog.understanding.requests.known_questions import KnownQuestions
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import NEGATORS, Role
from callbot.dialog.understanding.words.vocabulary import Token

BY_WEIGHT = (
    Intent.EMERGENCY,
    Intent.DISTRESS,
    Intent.OPT_OUT,
    Intent.WRONG_NUMBER,
    Intent.NOT_SELF,
    Intent.HUMAN,
    Intent.NEED_HELP,
    Intent.REFUSE,
    Intent.COMPLAINT,
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

_PASSING = frozenset({Intent.REPEAT, Intent.BUSY, Intent.WAIT})
"""Requests that a yes may be given beside: "好,你说慢点", "行,我锅上还炖着菜呢"."""

_TOLD = frozenset({Intent.COMPLAINT, Intent.NEED_HELP})
"""Requests told in sentences of their own."""

_PAUSES = " ,.?、"

_CLAUSES = re.compile("[,.?]")

_CLAUSE = re.compile(r"[^ ,.?][^,.?]*")

_LAST_CLAUSE = re.compile(r".*[,.?]\s*")
"""What stands before it."""


@dataclass(frozen=True)
class Request:
    """topic: id of the known question. asked: the clauses with a question word. statements: the
    text without those, and without requests that state nothing ("没听清"). wonders: only whether
    what is told counts ("遛狗算不算"). for_resident: somebody at home answers in their place.
    fetches: the resident is called to the telephone.
    passing: a yes beside it stands. occupied: what keeps somebody busy is told, and nothing asked.
    away: somebody at home is told to be out, and nobody said to speak in their place. mentions:
    something is named that requests are about. infirm: somebody cannot get up, and asks for
    nothing. leaves: the last words are of hanging up, and end an answer, or refuse one. rest: what
    is said behind the last words that ask something.
    """

    intent: Intent | None
    topic: str | None
    statements: str
    asked: str
    wonders: bool = False
    for_resident: bool = False
    fetches: bool = False
    passing: bool = False
    occupied: bool = False
    away: bool = False
    mentions: bool = False
    infirm: bool = False
    leaves: bool = False
    rest: str = ""


def find_request(
    text: str,
    lexicon: Lexicon,
    known: KnownQuestions | None,
    *,
    may_be_who: bool = True,
    answered: bool = False,
    of_ways: bool = False,
    of_meetings: bool = False,
    of_temperature: bool = False,
) -> Request:
    """text: as `spell` gives it. may_be_who: the question may be who is speaking. answered: what is
    only mentioned is no request. of_ways, of_meetings, of_temperature: it is asked whether the
    resident went out, met anybody, or what their temperature is."""
    topic = known.topic(text) if known else None
    stated = lexicon.statements.tokens(text)
    tokens = in_earnest(
        lexicon.requesting.tokens(text), stated, text, lexicon,
        may_be_who=may_be_who, answered=answered, of_ways=of_ways, of_meetings=of_meetings,
        of_temperature=of_temperature,
    )  # fmt: skip
    meant = _meant(tokens)
    intent = _intent(tokens, meant, text, topic, lexicon)
    clauses = _asking_clauses(tokens, lexicon.requests.told_by)
    supposed = _supposed(tokens, stated, text, lexicon)
    verb_last = lexicon.negation == "after"
    numbers = [] if verb_last else [m.start for m in lexicon.number_reader.measures(text)]
    mere = [
        (_begin(t, stated, numbers), t.end)
        for t in tokens
        if t.has(Role.RHETORICAL, Role.WONDERING)
        or (
            t.has(Role.REQUEST)
            and not _states(t)
            and (t in meant or not _tells_denied(t))
            and not (of_temperature and _tells_none_taken(t, stated))
        )
    ]
    statements = _without(text, [*clauses, *supposed], mere)
    if intent is None and not statements and any(t.has(Role.RHETORICAL) for t in tokens):
        # "Is that bad?" by itself is a question after all.
        return Request(Intent.QUESTION, None, "", text)
    return Request(
        intent,
        topic,
        statements,
        asked=" ".join(text[start:end] for start, end in clauses),
        wonders=_wonders(tokens, stated),
        for_resident=_speaks_for_resident(text, stated, lexicon),
        fetches=any(call in text for call in lexicon.calls_to_telephone),
        passing=intent in _PASSING and _are_all(meant, Role.PASSING),
        occupied=intent is Intent.BUSY and _are_all(meant, Role.OCCUPIED),
        away=intent is Intent.NOT_SELF
        and _are_all([t for t in meant if intent in t.codes(Role.REQUEST)], Role.MENTIONED),
        mentions=any(t.has(Role.MENTIONED) for t in tokens),
        infirm=intent is Intent.EMERGENCY and _are_all(meant, Role.INFIRM),
        leaves=Intent.REFUSE in _alone(_LAST_CLAUSE.sub("", text.strip(_PAUSES)), lexicon),
        rest=text[max((t.end for t in meant), default=0) :].strip(_PAUSES),
    )


def _intent(
    tokens: list[Token], meant: list[Token], text: str, topic: str | None, lexicon: Lexicon
) -> Intent | None:
    asked = {Intent(code) for t in meant for code in t.codes(Role.REQUEST)}
    asked |= _alone(text, lexicon)
    if topic is not None or any(map(_is_asking, tokens)):
        asked.add(Intent.QUESTION)
    if topic is not None:
        # "Which hospital can I go to?" asks not who we are.
        asked.discard(Intent.WHO_IS_THIS)
    stays = any(t.has(Role.STAYS) for t in meant) or (
        _first(tokens, Intent.WAIT, Intent.BUSY) and not _to_be_called_again(meant, lexicon)
    )
    if {Intent.WAIT, Intent.BUSY} <= asked and stays:
        # "Hang on, something is boiling over": what they are busy with is why we are to wait.
        asked.discard(Intent.BUSY)
    if {Intent.OPT_OUT, Intent.BUSY} <= asked and _is_for_now(meant, text, lexicon):
        asked.discard(Intent.OPT_OUT)
    who = [t for t in meant if Intent.WHO_IS_THIS in t.codes(Role.REQUEST)]
    if Intent.REPEAT in asked and _are_all(who, Role.WHOM):
        # "你说找谁?没听清": whom we want is to be told again, and not who we are.
        asked.discard(Intent.WHO_IS_THIS)
    return next((i for i in BY_WEIGHT if i in asked), None)


def _to_be_called_again(meant: list[Token], lexicon: Lexicon) -> bool:
    """Whether we are to call again, and not to wait ("水开了,我先去关火,五分钟后打过来")."""
    busy = [t.text for t in meant if Intent.BUSY in t.codes(Role.REQUEST)]
    return any(word in text for text in busy for word in lexicon.requests.calling_again)


def _is_for_now(meant: list[Token], text: str, lexicon: Lexicon) -> bool:
    """Whether words that ask for no more calls are softened: "在开车,别再打来吧"."""
    softening = lexicon.requests.softening
    ended = [t.end for t in meant if Intent.OPT_OUT in t.codes(Role.REQUEST)]
    return bool(softening) and all(text[end:].startswith(softening) for end in ended)


def _are_all(requests: list[Token], role: Role) -> bool:
    return bool(requests) and all(t.has(role) for t in requests)


def _wonders(tokens: list[Token], stated: list[Token]) -> bool:
    """Whether it is left to us if what is told counts, and not settled right after ("视频算不算,
    真人没见着")."""
    last = next((t.end for t in reversed(tokens) if t.has(Role.WONDERING)), None)
    return last is not None and not any(t.start >= last and t.has(*ANSWERING) for t in stated)


def _states(request: Token) -> bool:
    return not _STATING.isdisjoint(request.codes(Role.REQUEST))


def _is_told(request: Token) -> bool:
    return not _TOLD.isdisjoint(request.codes(Role.REQUEST))


def _tells_none_taken(request: Token, stated: list[Token]) -> bool:
    """ "Thermometer's dead": one is needed, and nothing was measured."""
    needs = Intent.NEED_HELP in request.codes(Role.REQUEST)
    return needs and any(
        t.has(Role.NOT_MEASURED) and t.start < request.end and request.start < t.end for t in stated
    )


def _tells_denied(request: Token) -> bool:
    """Whether a request that is denied tells something all the same ("어머니는 안 나가셨어요")."""
    return _is_told(request) or Intent.NOT_SELF in request.codes(Role.REQUEST)


def _begin(request: Token, stated: list[Token], numbers: list[int]) -> int:
    """Where a request begins; a need or a complaint with what it is about ("家里没米了"), unless
    an answer may stand before it ("没出去家里没米了"), or one of the numbers, which `stated` does
    not have ("thirty-eight two and I need some Tylenol")."""
    before = clause_before(request, stated) if _is_told(request) else []
    answers = any(t.has(*ANSWERING) for t in before)
    answers = answers or any(before[-1].start <= n < request.start for n in numbers if before)
    # "Yes, to the store because we're out of milk", without a pause.
    told = any(t.has(Role.ASSENT, Role.ONLY) and t.text.isascii() for t in before)
    answers = answers or (told and any(t.has(Role.PLACE) for t in before))
    return before[-1].start if before and not answers else request.start


def _speaks_for_resident(text: str, stated: list[Token], lexicon: Lexicon) -> bool:
    """Somebody at home answers in the resident's place, and does not say that they cannot."""
    offer = next((offer for offer in lexicon.offers if offer in text), None)
    if offer is None:
        return False
    at = text.find(offer)
    before = [t for t in stated if t.start < at]
    clause = takewhile(lambda t: not t.has(Role.PAUSE, Role.STOP), reversed(before))
    if any(t.has(*NEGATORS) for t in clause):
        return False
    return lexicon.spaced or not _is_refused(text[:at], text[at + len(offer) :], lexicon)


def _is_refused(before: str, after: str, lexicon: Lexicon) -> bool:
    """Whether a no stands in the clause of an offer ("不能替他回答"), or as a clause of its own
    before it ("不能，替他回答"). Who only is not the resident ("不是，我替她说") may be able."""
    *earlier, beside = [lexicon.agreement.tokens(clause) for clause in _CLAUSES.split(before)]
    rest = lexicon.agreement.tokens(_CLAUSES.split(after)[0])
    return any(t.has(Role.NO) for t in (*beside, *rest)) or any(
        clause and all(t.has(Role.NO) for t in clause) and not _is_not_so(clause[0], lexicon)
        for clause in earlier
    )


def _is_not_so(token: Token, lexicon: Lexicon) -> bool:
    return any(t.has(Role.NOT_SO) for t in lexicon.statements.tokens(token.text))


def _first(tokens: list[Token], one: Intent, other: Intent) -> bool:
    """Whether words for one request stand before those for the other."""
    # "Something boils over, I can't now": what is only mentioned is why.
    asked = [t for t in tokens if not t.has(Role.MENTIONED)] or tokens
    codes = [code for t in asked for code in t.codes(Role.REQUEST) if code in (one, other)]
    return codes[:1] == [one]


def _is_asking(token: Token) -> bool:
    return token.has(Role.ASKING) and not token.has(Role.RHETORICAL) and token.text != "?"


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


def _supposed(
    tokens: list[Token], stated: list[Token], text: str, lexicon: Lexicon
) -> list[tuple[int, int]]:
    """Start and end of clauses that only suppose what the clause beside them asks about: "if I
    start coughing, who do I call?". Words of danger stand, whatever is asked beside them."""
    begins = lexicon.phrases_of(lexicon.requests.supposing)
    parts = [m.span() for m in _CLAUSE.finditer(text)] if begins else []
    asking = [any(a <= t.start < b and _is_question(t) for t in tokens) for a, b in parts]
    return [
        (start, end)
        for at, (start, end) in enumerate(parts)
        if any(asking[max(0, at - 1) : at + 2])
        and text[start:end].startswith(tuple(f"{word} " for word in begins))
        and not any(t.has(Role.SEVERE) and start <= t.start < end for t in stated)
    ]


def _is_question(token: Token) -> bool:
    asks = _is_asking(token) or token.has(Role.WONDERING)
    return asks or Intent.QUESTION in token.codes(Role.REQUEST)


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
