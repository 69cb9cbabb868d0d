"""Words of a request that ask for nothing: parts of other words, needs that were met, others who
are only spoken of."""

from dataclasses import replace
from itertools import pairwise, takewhile

from callbot.dialog.answers import Intent
from callbot.dialog.understanding.statements.clauses import clause_spans
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, NEGATORS, PERSONS, TERMS, Mark, Role
from callbot.dialog.understanding.words.sections.requests import Requests
from callbot.dialog.understanding.words.vocabulary import Token

ANSWERING = (
    *NEGATORS, Role.DENIAL, Role.NOBODY, Role.ALONE,
    *(role for role in TERMS if role is not Role.HOME),
)  # fmt: skip

_NAMING = (
    Role.PLACE, Role.TRANSPORT, Role.OUTSIDER, Role.FAMILY, Role.CORE, Role.MEET, Role.OUT,
    Role.WHEN, Role.INSTRUMENT,
)  # fmt: skip
"""Of a word that is looked at whole: what another seems to begin within it is no word."""


def in_earnest(
    requests: list[Token],
    stated: list[Token],
    text: str,
    lexicon: Lexicon,
    *,
    may_be_who: bool,
    answered: bool,
    of_ways: bool,
    of_meetings: bool,
    of_temperature: bool,
) -> list[Token]:
    """The words of requests and questions, without those that ask for nothing by what is told
    beside them.

    stated: the same text, read as statements. may_be_who, answered, of_ways, of_meetings,
    of_temperature: as `find_request` has them.
    """
    yes = next((t.end for t in stated if t.has(Role.ASSENT, Role.AFFIRMER)), None)
    gone = frozenset({Intent.NOT_SELF, Intent.WRONG_NUMBER})

    def is_void(request: Token) -> bool:
        asked = {Intent(code) for code in request.codes(Role.REQUEST)}
        return (
            _is_part(request, stated, inflected=lexicon.negation == "after")
            or (answered and request.has(Role.MENTIONED))
            or (of_temperature and _tells_why_not(request, stated))
            or (Intent.NOT_SELF in asked and _set_against(request, stated))
            or (not may_be_who and Intent.NOT_SELF in asked and request.has(Role.MENTIONED))
            or (not may_be_who and not asked.isdisjoint(gone) and _is_of_another(request, stated))
            or (of_meetings and Intent.WRONG_NUMBER in asked and _is_nobody(request, stated))
            or (of_meetings and Intent.NOT_SELF in asked and _says_who_that_is(request, stated))
            or (not may_be_who and Intent.WRONG_NUMBER in asked and _of_visitor(request, stated))
            or (not may_be_who and Intent.BUSY in asked and _calls_home(request, stated))
            or (Intent.NEED_HELP in asked and _is_politeness(request, text, lexicon))
            or (Intent.NEED_HELP in asked and _given(request, stated))
            or (Intent.NEED_HELP in asked and _met(request, stated, text, lexicon.requests))
            or (Intent.NEED_HELP in asked and of_ways and _is_errand(request, stated, yes))
            or (
                Intent.NEED_HELP in asked
                and of_ways
                and _why_gone(request, stated, text, lexicon.requests.told_by)
            )
        )

    meant = [request for request in requests if not is_void(request)]
    if of_ways:
        meant = [_as_reason(request, stated, text, lexicon.requests) for request in meant]
    return [_as_exchange(request, text, lexicon) for request in meant]


def _as_reason(request: Token, stated: list[Token], text: str, words: Requests) -> Token:
    """What was lacked is no need where it only says why one went out, and no answer either."""
    needs = Intent.NEED_HELP in request.codes(Role.REQUEST)
    if not needs or not _is_why(request, stated, text, words):
        return request
    return replace(request, marks=(Mark(Role.RHETORICAL),))


def _as_exchange(request: Token, text: str, lexicon: Lexicon) -> Token:
    """ "쌀에 벌레가 생겼는데 바꿔 주세요": behind goods it is they that are to be changed, and not
    who is on the line."""
    exchanges = any(request.text.startswith(word) for word in lexicon.requests.exchanging)
    if not exchanges or not request.codes(Role.REQUEST):
        return request
    goods = any(t.has(Role.NEED) for t in lexicon.needs.tokens(text[: request.start]))
    return replace(request, marks=(Mark(Role.REQUEST, Intent.NEED_HELP),)) if goods else request


def _is_part(request: Token, stated: list[Token], *, inflected: bool) -> bool:
    """Words of a request or a question that are part of a longer one for a symptom are none: "can't
    catch my breath" asks for nothing to be said again, "doesn't know what day it is" asks nothing;
    nor are those that begin within one, in a language without spaces ("콧물도 없습니다" asks for no
    water); where endings tell words apart (inflected), nor within any other word ("커피를…")."""
    if not request.has(Role.REQUEST, Role.ASKING):
        return False
    return any(
        word.start < request.start < word.end
        or (
            word.start < request.end
            and request.start < word.end
            and len(word.text) > len(request.text)
        )
        for word in stated
        if word.has(Role.SYMPTOM, Role.SEVERE)
    ) or any(
        word.start < request.start < word.end < request.end
        for word in stated
        if inflected and word.has(*_NAMING)
    )


_WHY_NOT_MEASURED = frozenset({Intent.WAIT, Intent.REPEAT, Intent.BUSY})


def _tells_why_not(request: Token, stated: list[Token]) -> bool:
    """Words of a request or a question that are part of longer ones that say that nothing was
    measured, or why ("let me check later", "I couldn't make out what it showed")."""
    asked = {Intent(code) for code in request.codes(Role.REQUEST)}
    asks = request.has(Role.ASKING) or bool(asked and asked <= _WHY_NOT_MEASURED)
    return asks and any(
        word.has(Role.NOT_MEASURED)
        and (word.start <= request.start or Intent.WAIT not in asked)
        and word.start < request.end <= word.end
        and len(word.text) >= len(request.text)
        for word in stated
    )


def _set_against(request: Token, stated: list[Token]) -> bool:
    """Somebody said to be out is not whom we called, if the speaker tells of themselves after a
    "but" ("아내는 외출했지만 저는 안 했습니다")."""
    named = any(t.start == request.start and t.has(Role.SELF) for t in stated)
    turn = next((t for t in stated if t.has(Role.CONTRAST) and t.start >= request.end), None)
    if named or turn is None:
        return False
    after = [t for t in stated if t.start >= turn.end and not t.has(Role.LIGHT, Role.IGNORED)]
    tells = (*TERMS, *NEGATORS)
    return any(one.has(Role.SELF) and two.has(*tells) for one, two in pairwise(after))


def _is_of_another(request: Token, stated: list[Token]) -> bool:
    """Whether it is said of somebody named in its clause, after one that only denies. Of a mere
    "he" nobody can tell."""
    before = [t for t in stated if t.start < request.start]
    clause = list(takewhile(lambda t: not t.has(*BREAKS), reversed(before)))
    earlier = before[: len(before) - len(clause)]
    named = any(t.has(*PERSONS) for t in clause)
    first = list(takewhile(lambda t: not t.has(*BREAKS), earlier))
    # "No, I'm looking after him" tells why nobody went out.
    spoken = any(t.has(Role.SELF) for t in clause)
    denied = bool(first) and all(t.has(*ANSWERING, Role.LIGHT) for t in first)
    return (named or spoken) and denied


def _is_nobody(request: Token, stated: list[Token]) -> bool:
    """Whether the same words say that nobody was met ("그런 사람 없는데요")."""
    return any(t.has(Role.NOBODY) and t.start <= request.start < t.end for t in stated)


def _says_who_that_is(request: Token, stated: list[Token]) -> bool:
    """Whether it names whom the resident lives with or met ("that's my wife"), and not who speaks
    ("this is his wife")."""
    words = [t for t in stated if t.start < request.end and request.start < t.end]
    pointed_at = bool(words) and words[0].has(Role.COMMENT, Role.THIRD)
    return pointed_at and any(t.has(Role.CORE, Role.FAMILY) for t in words[1:])


def _of_visitor(request: Token, stated: list[Token]) -> bool:
    """Whether somebody named is said to live elsewhere ("my mum was here, she doesn't live here
    though"), and not whom we called."""
    apart = any(
        t.has(Role.LIVES_APART) and t.start < request.end and request.start < t.end for t in stated
    )
    before = [t for t in stated if t.start < request.start]
    return apart and any(t.has(*PERSONS) for t in before)


def _calls_home(request: Token, stated: list[Token]) -> bool:
    """ "没见人,儿子下班后给我打电话": who is named right before it calls, and not we."""
    clause = clause_before(request, stated)
    words = [t for t in stated if request.start <= t.start < request.end]
    named = any(t.has(Role.CORE, Role.FAMILY) for t in clause)
    asks = any(t.has(Role.ADDRESSEE) for t in (*clause, *words))
    return named and not asks and any(t.has(Role.SAYS, Role.APART) for t in words)


_FOR_ME = (Role.OBJECT_MARKER, Role.SAYS)


def _given(request: Token, stated: list[Token]) -> bool:
    """Help told of after the person who gave it is no request ("保安帮我搬上来的")."""
    clause = clause_before(request, stated)
    wished = (Role.LATER, Role.SENDING, Role.NEGATOR, Role.ADDRESSEE, Role.SELF)
    helper = any(t.has(Role.OUTSIDER, Role.FAMILY, Role.CORE) for t in clause)
    given = any(t.start == request.start and t.has(*_FOR_ME) for t in stated)
    return given and helper and not any(t.has(*wished) for t in clause)


def _is_politeness(request: Token, text: str, lexicon: Lexicon) -> bool:
    """Whether it is part of longer words by which nothing is asked for where needs are told of:
    thanks, or whom else to help ("다른 분들 먼저 챙겨 드리세요")."""
    return any(
        t.has(Role.IGNORED, Role.UNDECIDED)
        and t.start <= request.start
        and request.end <= t.end
        and len(t.text) > len(request.text)
        for t in lexicon.needs.tokens(text)
    )


def _met(request: Token, stated: list[Token], text: str, words: Requests) -> bool:
    """A need told as the reason for what was done, or as what was gone for, is none any more:
    "기저귀가 떨어져서 마트에 다녀왔어요", "去医院配药了"."""
    done = [t for t in stated if t.has(Role.COMPLETED) and t.has(Role.OUT, Role.GO, Role.MEET)]
    return (
        any(why in text[request.end - 1 : act.start] for act in done for why in words.reasons)
        or _gone_for(request, stated, text, words.told_by)
        or _seen_to(request, stated, text, words.told_by)
    )


def _gone_for(request: Token, stated: list[Token], text: str, told_by: tuple[str, ...]) -> bool:
    before = clause_before(request, stated)
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


def _why_gone(request: Token, stated: list[Token], text: str, told_by: tuple[str, ...]) -> bool:
    """What had run out, told after a way out, is why: "出去了,家里断粮了". What is asked for is not
    told with 了."""
    lacked = text[request.start : request.end + 1]
    before = [t for t in stated if t.end <= request.start]
    gone = any(t.has(Role.COMPLETED) and t.has(Role.OUT, Role.GO) for t in before)
    undone = any(t.has(*NEGATORS, Role.LATER) for t in before)
    return gone and not undone and any(sign in lacked for sign in told_by)


MOST_IN_REASON = 8
"""Words from a "because" to the end of what was lacked."""

_WAY_OUT = (Role.OUT, Role.GO, Role.PLACE, Role.ERRAND)
_TURNING = (Role.CONTRAST, Role.ONLY, Role.EXCEPT)


def _is_why(request: Token, stated: list[Token], text: str, words: Requests) -> bool:
    """What was lacking, told in the past as the reason for a way out before it, in English: "yes,
    to the store because I ran out of milk". A way out that is denied got nothing."""
    told = text[: request.end].split()
    begun = max((i for i, word in enumerate(told) if word in words.because), default=len(told))
    if len(told) - begun > MOST_IN_REASON or set(words.lacked).isdisjoint(told[begun:]):
        return False
    start = len(" ".join(told[:begun]))
    before = [t for t in stated if t.end <= start]
    way = next((t for t in reversed(before) if t.has(*_WAY_OUT)), None)
    if way is None:
        return False
    clause = takewhile(
        lambda t: not t.has(*BREAKS, *_TURNING), reversed([t for t in before if t.end <= way.start])
    )
    undone = (*NEGATORS, Role.LATER, Role.NOBODY, Role.HOME)
    return not any(t.has(*undone) for t in (way, *clause))


def _is_errand(request: Token, stated: list[Token], yes: int | None) -> bool:
    """What one says to have gone out for is no request ("yes, but only to pick up my pills").

    yes: where a yes ends, if one is said.
    """
    return yes is not None and any(
        t.has(Role.ERRAND) and t.start >= yes and t.start <= request.start < t.end for t in stated
    )


def clause_before(request: Token, stated: list[Token]) -> list[Token]:
    before = [t for t in stated if t.start < request.start]
    return list(takewhile(lambda t: not t.has(Role.PAUSE, Role.STOP), reversed(before)))
