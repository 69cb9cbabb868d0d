"""Reads whether the resident left home, where to, when, and by what."""

from collections.abc import Sequence
from itertools import pairwise, takewhile

from callbot.dialog.answers import Movements
from callbot.dialog.understanding.statements.assertions import Assertion, Polarity
from callbot.dialog.understanding.unread.chinese import tells_of_place
from callbot.dialog.understanding.utterance import Utterance
from callbot.dialog.understanding.words.roles import BREAKS, INVISIBLE, NEGATORS, UNREAD, Role
from callbot.dialog.understanding.words.vocabulary import Token

_ENDS = (*NEGATORS, Role.HOME)
_OTHERS = (Role.CORE, Role.FAMILY, Role.OUTSIDER, Role.THIRD)

LONGEST_PLACE = 20
"""Characters of a place that is in no list ("去了老年活动站")."""

_TIMES = (Role.WHEN, Role.WEEKDAY, Role.PAST, Role.NOW)
"""When it was: what is excepted from having stayed in was a way out then."""

_BARE = (Role.PLACE, Role.LIGHT, Role.CLOSING, Role.WHEN, Role.NOW, Role.JOIN, Role.ONLY,
         Role.SELF, Role.AFFIRMER)  # fmt: skip
"""What an answer to "where to" may be made of beside the place."""


def read_movements(said: Utterance) -> Movements | None:
    """Going out needs evidence, and so does having stayed in."""
    if said.beside.word is not None:
        return Movements(went_out=said.beside.word, when=_when(said))
    went, stayed, doubtful = _evidence(said)
    if went:
        return Movements(
            went_out=True, places=_places(said), when=_when(said), transport=_transport(said)
        )
    left_open = said.unread.outings or said.unread.ways
    if doubtful or left_open or said.statement.doubt or said.statement.taken_back or said.loose:
        return None
    if stayed or said.statement.refuted:
        return Movements(went_out=False)
    if said.statement.affirmed and not said.statement.assertions and not said.statement.loose:
        return Movements(went_out=True, when=_when(said), transport=_transport(said))
    return None


def states_movements(said: Utterance) -> bool:
    """Whether going out or staying in is spoken of outright, and not of others on their way."""
    others = [c for c in _clauses(said) if any(t.has(Role.OUTSIDER, Role.FAMILY) for t in c)]
    elsewhere = {token for clause in others for token in clause}
    return any(
        a.own
        and a.polarity is not Polarity.DOUBTFUL
        and (a.token.has(Role.OUT, Role.HOME) or _leads_somewhere(said, a))
        for a in said.statement.of(Role.OUT, Role.GO, Role.HOME)
        if a.token not in elsewhere
    )


def _evidence(said: Utterance) -> tuple[bool, bool, bool]:
    """Whether something says: went out, stayed in, or leaves it open."""
    own = [a for a in said.statement.of(Role.OUT, Role.GO, Role.HOME) if a.own]
    out = [a for a in own if not a.token.has(Role.HOME) and not _indoors(said, a.token)]
    home = [a for a in own if a.token.has(Role.HOME)]
    run_on = [a for a in out if _holds(a) and _runs_on(said, a.token)]
    gone = [
        a for a in out
        if _holds(a) and a not in run_on and (a.token.has(Role.OUT) or _leads_somewhere(said, a))
    ]  # fmt: skip
    went = bool(gone) or any(a.polarity is Polarity.ABSENT for a in home)
    stayed = any(a.polarity is Polarity.ABSENT for a in out) or any(map(_holds, home))
    stayed = stayed or _fetched(said)
    went = went or _excepted(said) or _sat_elsewhere(said) or _did_after_all(said)
    if not out and not went:
        went = bool(_bare_places(said)) or _rode(said)
        went = went or ((not home or not _tells_of_others(said)) and _gone_for(said))
    unsure = [a for a in own if a.polarity is Polarity.DOUBTFUL]
    # "没,平时也不怎么下楼": the habit takes nothing of the denial back.
    doubtful = any(a.token.start not in said.elaborated for a in unsure) or _excepts_unread(said)
    doubtful = doubtful or bool(run_on) or _outdoors_elsewhere(said) or _places_in_passing(said)
    doubtful = doubtful or _may_have_joined(said)
    doubtful = doubtful or (not stayed and _only_seen(said))
    doubtful = doubtful or _met_somewhere(said) or _stayed_elsewhere(said)
    doubtful = doubtful or _led_elsewhere(said) or _at_a_place(said)
    return went, stayed and not went, doubtful


def _only_seen(said: Utterance) -> bool:
    """As in "外头下大雨呢": how things are at a place, and not why nobody went there."""
    aspect = said.lexicon.grammar.aspect
    return bool(aspect) and any(
        tells_of_place(clause, aspect) and not said.explains(clause) for clause in _clauses(said)
    )


def _may_have_joined(said: Utterance) -> bool:
    """ "딸이 와서 꽃구경했어요": who came first may have gone out together with the resident."""
    return said.verb_last and any(
        _holds(a) and not a.own
        and any(
            a.token in clause and any(t.has(Role.ARRIVE) and t.end <= a.token.start for t in clause)
            for clause in _clauses(said)
        )
        for a in said.statement.of(Role.OUT)
    )  # fmt: skip


def _indoors(said: Utterance, act: Token) -> bool:
    """ "在屋里转转", "在阳台上晒", "장보기는 배달로 해결해요": what may be done at home or outside
    was done at home."""
    if act.start in said.themes:
        return True
    before = [t for t in said.statement.tokens if t.end == act.start]
    bare = act.has(Role.OUTDOORS) or (act.has(Role.GO) and not act.has(Role.COMPLETED))
    return bare and any(t.has(Role.HOME) for t in before)


def _runs_on(said: Utterance, act: Token) -> bool:
    """ "没下过楼扔垃圾" denies the errand, or tells of it after a pause that was not heard."""
    at_home = any(t.end == act.start and t.has(Role.HOME) for t in said.statement.tokens)
    return at_home and act.has(Role.ERRAND) and not act.has(Role.COMPLETED)


def _outdoors_elsewhere(said: Utterance) -> bool:
    """As in "没出去,在楼下打太极": what may be done outside was done at a place."""
    return any(
        any(t.has(Role.OUTDOORS) for t in clause)
        and any(t.has(Role.PLACE) and not _acts(t, clause) for t in clause)
        and not any(t.has(Role.HOME, Role.LATER) for t in clause)
        and not _denied_places(said, clause)
        for clause in _clauses(said)
    )


def _excepted(said: Utterance) -> bool:
    """As in “除了超市哪儿也没去”: the place before the denial.

    Where verbs come last, so does "but for": "마트 말고는 안 갔어요", "안 나갔어요, 밤에 한 번
    빼고는".
    """
    excepted = (Role.PLACE, *_TIMES) if said.verb_last else (Role.PLACE,)
    for clause in _clauses(said):
        at = next((i for i, t in enumerate(clause) if t.has(Role.EXCEPT)), None)
        if at is None:
            continue
        beside = reversed(clause[:at]) if said.verb_last else clause[at:]
        planned = said.verb_last and any(t.has(Role.LATER) for t in clause[:at])
        near = next((t for t in beside if t.has(*excepted, *_ENDS)), None)
        if near is not None and near.has(*excepted) and not planned:
            return True
    return False


def _excepts_unread(said: Utterance) -> bool:
    """As in "no, apart from …" with words in no list: what is excepted may be a way out. So it may
    where something is gone to before the denial: in "除了到垃圾哪也没去" 到 is 倒 misheard. Where
    verbs come last, only what was gone for is: "안 나갔어요, 우유 가지러 간 거 빼고는"."""
    if said.verb_last:
        return any(
            any(t.has(Role.GO) and after.has(Role.EXCEPT) for t, after in pairwise(clause))
            and not any(t.has(Role.HOME) for t in clause)
            for clause in _clauses(said)
        )
    return any(
        token.has(Role.EXCEPT)
        and (
            any(t.has(*UNREAD, Role.HARMLESS) for t in clause[index + 1 :])
            or any(t.has(Role.GO) for t in takewhile(_denies_nothing, clause[index + 1 :]))
        )
        for clause in _clauses(said)
        for index, token in enumerate(clause)
    )


def _gone_for(said: Utterance) -> bool:
    """What one goes out for, by itself after a yes or an "only": "just to get milk"."""
    return any(
        words[0].has(Role.AFFIRMER, Role.ONLY) and words[-1].has(Role.ERRAND)
        for clause in _clauses(said)
        if len(words := _up_to_errand(clause)) > 1 and not any(t.has(*_ENDS) for t in clause)
    )


def _up_to_errand(clause: list[Token]) -> list[Token]:
    """The words of a clause until one for an errand, if they are empty but for the first."""
    words = [t for t in clause if not t.has(*BREAKS, Role.IGNORED, Role.WHEN)]
    at = next((i for i, t in enumerate(words) if t.has(Role.ERRAND)), None)
    filled = (Role.ASSENT, Role.ONLY, Role.CONTRAST, Role.LIGHT, Role.AFFIRMER)
    return words[: at + 1] if at and all(t.has(*filled) for t in words[:at]) else []


def _denies_nothing(token: Token) -> bool:
    return not token.has(*_ENDS, *NEGATORS)


def _holds(assertion: Assertion) -> bool:
    return assertion.polarity is Polarity.PRESENT


def _leads_somewhere(said: Utterance, going: Assertion) -> bool:
    clause = next(c for c in _clauses(said) if going.token in c)
    if going.token.has(Role.COMPLETED) and all(t is going.token or t.has(*BREAKS) for t in clause):
        return True
    if any(t.has(Role.PLACE, Role.TRANSPORT) for t in clause):
        return True
    after = clause[clause.index(going.token) + 1 :]
    return not said.verb_last and (_to_somebody(after) or bool(_named(said, after)))


def _to_somebody(following: Sequence[Token]) -> bool:
    """As in "到隔壁老张那坐了坐": who is gone to lives elsewhere."""
    first = next((t for t in following if not t.has(Role.LIGHT)), None)
    return first is not None and first.has(Role.OUTSIDER) and not first.has(Role.EVERYDAY)


def _clauses(said: Utterance) -> list[list[Token]]:
    """Split at pauses, and at "only" behind a denial; where verbs come last, also at a place after
    one."""
    out: list[list[Token]] = [[]]
    for token in said.statement.tokens:
        instead = token.has(Role.ONLY) and any(t.has(*NEGATORS) for t in out[-1])
        closed = said.verb_last and any(t.has(Role.OUT, Role.GO, *_ENDS) for t in out[-1])
        closed = closed and not any(t.has(Role.LATER) for t in out[-1])
        if token.has(*BREAKS, Role.CONTRAST) or instead or (closed and token.has(Role.PLACE)):
            out.append([])
        out[-1].append(token)
    return out


def _denied_places(said: Utterance, clause: list[Token]) -> bool:
    """The clause only says where the resident did not go, or is somebody else's way."""
    starts = {token.start for token in clause}
    terms = [a for a in said.statement.of(Role.OUT, Role.GO) if a.token.start in starts]
    if not terms:
        return any(t.has(*NEGATORS) for t in clause) and not any(t.has(Role.EXCEPT) for t in clause)
    excepted = any(t.has(Role.EXCEPT) for t in clause)
    return not excepted and not any(_holds(a) and a.own for a in terms)


def _bare_places(said: Utterance) -> list[Token]:
    """Places named without a verb: an answer to "where did you go"."""
    aspect = said.lexicon.grammar.aspect
    return [
        token
        for clause in _clauses(said)
        if not _denied_places(said, clause)
        and (any(t.start in said.scenes for t in clause) or not _in_passing(said, clause))
        and not ((aspect or said.explains(clause)) and tells_of_place(clause, aspect))
        and not any(
            t.has(Role.HOME, Role.MEET, Role.OUTSIDER, Role.SYMPTOM, Role.LATER) for t in clause
        )
        for token in clause
        if token.has(Role.PLACE) and not _acts(token, clause)
    ]


def _in_passing(said: Utterance, clause: list[Token]) -> bool:
    """Whether what follows a denial names a place beside other words ("밭에 풀이 무성하겠지")."""
    if not said.verb_last:
        return said.tells_more(clause)
    words = [t for t in clause if not t.has(*BREAKS)]
    more = bool(words) and words[-1].start in said.elaborated
    return more and any(not t.has(*_BARE) and len(t.text) > 1 for t in words)


def _places_in_passing(said: Utterance) -> bool:
    """As in "no, I work from a trestle table": whether the place was gone to stays open."""
    return any(
        _in_passing(said, clause)
        and any(t.has(Role.PLACE) and t.start not in said.themes for t in clause)
        and not _denied_places(said, clause)
        and not any(t.has(Role.HOME, Role.APART) for t in clause)
        for clause in _clauses(said)
    )  # fmt: skip


def _met_somewhere(said: Utterance) -> bool:
    """As in "no, had lunch with my sister": here, or where she lives?"""
    met = [a.token for a in said.statement.of(Role.MEET) if _holds(a) and a.token.has(Role.CLOSE)]
    return any(
        words[0] in met
        and any(t.has(Role.OUTSIDER, Role.FAMILY) for t in words)
        and not any(t.has(Role.HOME, Role.LATER, Role.ARRIVE) or _is_far(t) for t in words)
        for clause in _clauses(said)
        if (words := [t for t in clause if not t.has(*BREAKS, Role.SELF, Role.NEGATOR)])
    )


def _stayed_elsewhere(said: Utterance) -> bool:
    """As in "I stayed in the car", "no further than my front step and the mailbox"."""
    return any(
        home.has(Role.HOME)
        and (
            (home.has(Role.OWN) and after.has(Role.TRANSPORT))
            or (after.has(Role.JOIN) and place.has(Role.PLACE))
        )
        for clause in _clauses(said)
        if (words := [t for t in clause if not t.has(Role.LIGHT) or t.has(Role.JOIN)])
        for home, after, place in zip(words, words[1:], [*words[2:], words[-1]], strict=False)
    )


def _sat_elsewhere(said: Utterance) -> bool:
    """As in "I sat in the park", "I stayed in the hospital": where somebody was is named after a
    word for staying in."""
    return any(a.has(Role.PLACE) for a in _whereabouts(said))


def _led_elsewhere(said: Utterance) -> bool:
    """The same by a person or by words of no list ("went inside my sister's", "stayed in a hotel"):
    it may be at home."""
    return any(
        token.has(Role.OUTSIDER, Role.FAMILY, Role.UNKNOWN, Role.OUTING, Role.COMPANY)
        for token in _whereabouts(said)
    )


def _at_a_place(said: Utterance) -> bool:
    """As in "I'm not stupid, I wore my mask at the store", "kept in all week then to the park": a
    place that nobody else is said to be at, told after what says that one stays at home."""
    words_of_place = said.lexicon.movements
    leading = {*words_of_place.at, *words_of_place.direction} if said.lexicon.spaced else set()
    apart = (*NEGATORS, Role.LATER, Role.FORGONE, Role.GO, Role.OUT, Role.PAST, *_OTHERS)
    for clause in _clauses(said):
        home = next((i for i, t in reversed(list(enumerate(clause))) if t.has(Role.HOME)), None)
        after = [] if home is None else clause[home + 1 :]
        if home is None or clause[home].text.split()[-1] in leading:
            continue
        words = [t for t in after if not t.has(Role.DEFINITE)]
        led = any(a.text in leading and b.has(Role.PLACE) for a, b in pairwise(words))
        if led and not any(t.has(*apart) for t in (*clause[:home], *after)):
            return True
    return False


def _whereabouts(said: Utterance) -> list[Token]:
    """What is named right after words for staying at home that end in "in" or the like."""
    within = said.lexicon.movements.within
    found: list[Token] = []
    for clause in _clauses(said):
        words = [t for t in clause if not t.has(Role.LIGHT)]
        found += [
            place
            for home, place in pairwise(words)
            if home.has(Role.HOME) and home.text.split()[-1] in within
        ]
    return found


def _did_after_all(said: Utterance) -> bool:
    """As in "I nearly didn't go but I did", "not for ten days but today I have"."""
    last = next((c for c in reversed(_clauses(said)) if not all(t.has(*BREAKS) for t in c)), [])
    words = [t for t in last if not t.has(*INVISIBLE, Role.WHEN, Role.NOW)]
    told = words[1:]
    return (
        any(t.has(Role.AFFIRMER) for t in told)
        and words[0].has(Role.RESERVATION)
        and told[0].text.split()[0] in said.lexicon.persons.self
        and all(t.has(Role.SELF, Role.AFFIRMER) for t in told)
    )


def _fetched(said: Utterance) -> bool:
    """As in "my daughter does my shopping": why nobody went out for it."""
    return any(
        any(t.has(Role.FETCHED) for t in clause)
        and any(t.has(*_OTHERS) for t in clause)
        and not any(t.has(Role.SELF) and not t.has(Role.POSSESSIVE) for t in clause)
        for clause in _clauses(said)
    )


def _tells_of_others(said: Utterance) -> bool:
    return any(t.has(*_OTHERS) for t in said.statement.tokens)


def _is_far(token: Token) -> bool:
    """Whether it tells that nobody was there, and not only how far off ("on the phone")."""
    return token.has(Role.APART) and not token.has(Role.DISTANCE)


def _acts(place: Token, clause: list[Token]) -> bool:
    """Whether an office is named for what it does, and not as a place: "社区天天打卡呢"."""
    words = [t for t in clause if not t.has(*BREAKS, Role.LIGHT)]
    return place.has(Role.EVERYDAY) and len(words) > 1


def _rode(said: Utterance) -> bool:
    """A train or flight named by its number, and nobody else said to have taken it."""
    return any(
        any(any(t.codes(Role.TRANSPORT)) for t in clause)
        and not _denied_places(said, clause)
        and not any(t.has(Role.OUTSIDER, Role.FAMILY, Role.CORE, Role.THIRD) for t in clause)
        for clause in _clauses(said)
    )


def _places(said: Utterance) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for clause in _clauses(said):
        if _denied_places(said, clause):
            continue
        for index, token in enumerate(clause):
            for code in token.codes(Role.PLACE):
                found[code] = None
            if (
                token.has(Role.GO)
                and not said.verb_last
                and (name := _named(said, clause[index + 1 :]))
            ):
                found[name] = None
    return tuple(found)


def _named(said: Utterance, following: Sequence[Token]) -> str:
    """A place that is in no list, from the words after one for going; "" if there is none."""
    known = any(token.has(Role.PLACE) for token in following[:3])
    if not any(token.has(*UNREAD, Role.HARMLESS) for token in following[:3]):
        return ""
    words = list(takewhile(_may_name, following))
    text = said.text[words[0].start : words[-1].end] if words else ""
    name = said.lexicon.places.name(text)
    return name if not known and 2 <= len(name) <= LONGEST_PLACE else ""


def _may_name(token: Token) -> bool:
    within = (*UNREAD, Role.HARMLESS, Role.LIGHT, Role.EVERYDAY, Role.AFFIRMER)
    return token.has(*within) and not token.has(Role.PLACE)


def _when(said: Utterance) -> tuple[str, ...]:
    """Times as said; words side by side are one ("昨天下午")."""
    found: list[tuple[int, str]] = []
    for token in said.statement.tokens:
        if token.has(Role.WHEN):
            if found and found[-1][0] == token.start:
                found[-1] = (token.end, found[-1][1] + token.text)
            else:
                found.append((token.end, token.text))
    return tuple(dict.fromkeys(text for _, text in found))


def _transport(said: Utterance) -> tuple[str, ...]:
    tokens = said.statement.tokens_of(Role.TRANSPORT)
    numbers = [code for t in tokens for code in t.codes(Role.TRANSPORT) if code]
    return tuple(dict.fromkeys(numbers or [said.lexicon.vehicles.name(t.text) for t in tokens]))
