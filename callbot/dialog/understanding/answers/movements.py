"""Reads whether the resident left home, where to, when, and by what."""

from itertools import pairwise, takewhile

from callbot.dialog.answers import Movements
from callbot.dialog.understanding.answers.destinations import (
    leads_somewhere,
    places,
    times,
    transport,
)
from callbot.dialog.understanding.answers.movement_clauses import (
    OTHERS,
    clauses_of,
    denied_places,
    holds,
    is_office_at_work,
    saw_the_place,
)
from callbot.dialog.understanding.answers.whereabouts import (
    at_a_place,
    led_elsewhere,
    outdoors_elsewhere,
    sat_elsewhere,
    stayed_elsewhere,
)
from callbot.dialog.understanding.context.in_turn import yes_of_a_day
from callbot.dialog.understanding.statements.assertions import Polarity
from callbot.dialog.understanding.unread.chinese import tells_of_place
from callbot.dialog.understanding.utterance import Utterance
from callbot.dialog.understanding.words.roles import BREAKS, INVISIBLE, NEGATORS, UNREAD, Role
from callbot.dialog.understanding.words.vocabulary import Token

_ENDS = (*NEGATORS, Role.HOME)

_TIMES = (Role.WHEN, Role.WEEKDAY, Role.PAST, Role.NOW)
"""When it was: what is excepted from having stayed in was a way out then."""

_BARE = (Role.PLACE, Role.LIGHT, Role.CLOSING, Role.WHEN, Role.NOW, Role.JOIN, Role.ONLY,
         Role.SELF, Role.AFFIRMER)  # fmt: skip
"""What an answer to "where to" may be made of beside the place."""


def read_movements(said: Utterance) -> Movements | None:
    """Going out needs evidence, and so does having stayed in."""
    if said.beside.word is not None:
        return Movements(went_out=said.beside.word, when=times(said))
    went, stayed, doubtful = _evidence(said)
    if went:
        return Movements(
            went_out=True, places=places(said), when=times(said), transport=transport(said)
        )
    if yes_of_a_day(said.statement.tokens):
        return Movements(went_out=True, when=times(said))
    left_open = said.unread.outings or said.unread.ways
    if doubtful or left_open or said.statement.doubt or said.statement.taken_back or said.loose:
        return None
    if stayed or said.statement.refuted:
        return Movements(went_out=False)
    if said.statement.affirmed and not said.statement.assertions and not said.statement.loose:
        return Movements(went_out=True, when=times(said), transport=transport(said))
    return None


def states_movements(said: Utterance) -> bool:
    """Whether going out or staying in is spoken of outright, and not of others on their way."""
    others = [c for c in clauses_of(said) if any(t.has(Role.OUTSIDER, Role.FAMILY) for t in c)]
    elsewhere = {token for clause in others for token in clause}
    return any(
        a.own
        and a.polarity is not Polarity.DOUBTFUL
        and (a.token.has(Role.OUT, Role.HOME) or leads_somewhere(said, a))
        for a in said.statement.of(Role.OUT, Role.GO, Role.HOME)
        if a.token not in elsewhere
    )


def _evidence(said: Utterance) -> tuple[bool, bool, bool]:
    """Whether something says: went out, stayed in, or leaves it open."""
    ways = said.statement.of(Role.OUT, Role.GO, Role.HOME)
    own = [a for a in ways if a.own or _accompanied(said, a.token)]
    out = [a for a in own if not a.token.has(Role.HOME) and not _indoors(said, a.token)]
    home = [a for a in own if a.token.has(Role.HOME)]
    run_on = [a for a in out if holds(a) and _runs_on(said, a.token)]
    gone = [
        a for a in out
        if holds(a) and a not in run_on
        and (a.token.has(Role.OUT) or leads_somewhere(said, a) or _went_then(said, a.token))
    ]  # fmt: skip
    went = bool(gone) or any(a.polarity is Polarity.ABSENT for a in home)
    stayed = any(a.polarity is Polarity.ABSENT for a in out) or any(map(holds, home))
    stayed = stayed or _fetched(said)
    went = went or _excepted(said) or sat_elsewhere(said) or _did_after_all(said)
    if not out and not went:
        went = bool(_bare_places(said)) or _rode(said)
        went = went or ((not home or not _tells_of_others(said)) and _gone_for(said))
    unsure = [a for a in own if a.polarity is Polarity.DOUBTFUL]
    # "没,平时也不怎么下楼": the habit takes nothing of the denial back.
    doubtful = any(a.token.start not in said.elaborated for a in unsure) or _excepts_unread(said)
    doubtful = doubtful or bool(run_on) or outdoors_elsewhere(said) or _places_in_passing(said)
    doubtful = doubtful or _may_have_joined(said) or _beside_all_others(said)
    doubtful = doubtful or (not stayed and _only_seen(said))
    doubtful = doubtful or _met_somewhere(said) or stayed_elsewhere(said)
    doubtful = doubtful or led_elsewhere(said) or at_a_place(said)
    doubtful = doubtful or any(saw_the_place(said, clause) for clause in clauses_of(said))
    return went, stayed and not went, doubtful


def _went_then(said: Utterance, act: Token) -> bool:
    """ "昨天没去,今天去了", "没去,昨儿去的": the verb of the question, and when; where to, the
    question has named."""
    if said.lexicon.spaced or said.verb_last:
        return False
    clause = next(c for c in clauses_of(said) if act in c)
    done = act.has(Role.COMPLETED) or act.text.endswith(said.lexicon.grammar.aspect)
    done = done or any(t.has(Role.CLOSING) for t in clause[clause.index(act) + 1 :])
    words = [t for t in clause if t is not act and not t.has(*BREAKS, *INVISIBLE)]
    dated = any(t.has(*_TIMES) for t in words)
    beside = (*_TIMES, Role.SELF, Role.EVERYONE, Role.ONLY, Role.CONTRAST)
    return done and dated and all(t.has(*beside) for t in words)


def _accompanied(said: Utterance, act: Token) -> bool:
    """As in "아내하고 단지 한 바퀴 돌았어요", "애들이랑 집에 있었어요": whoever is named before it
    went along, or stayed."""
    if not said.verb_last:
        return False
    before = [t for t in next(c for c in clauses_of(said) if act in c) if t.end <= act.start]
    named = [t for t in before if t.has(*OTHERS)]
    return bool(named) and all(t.text.endswith(said.lexicon.grammar.along) for t in named)


def _beside_all_others(said: Utterance) -> bool:
    """ "得去胡同口上厕所,别处没去": the place named before that no other was gone to."""
    denied = said.lexicon.phrases_of(said.lexicon.movements.elsewhere)
    clauses = clauses_of(said)
    rest = (
        i for i, c in enumerate(clauses) if "".join(t.text for t in c).strip(" ,").endswith(denied)
    )
    at = next(rest, 0) if denied else 0
    return any(
        any(t.has(Role.PLACE) for t in clause)
        and not any(t.has(Role.HOME, *OTHERS) for t in clause)
        and not denied_places(said, clause)
        for clause in clauses[:at]
    )


def _only_seen(said: Utterance) -> bool:
    """As in "外头下大雨呢": how things are at a place, and not why nobody went there."""
    aspect = said.lexicon.grammar.aspect
    return bool(aspect) and any(
        tells_of_place(clause, aspect) and not said.explains(clause) for clause in clauses_of(said)
    )


def _may_have_joined(said: Utterance) -> bool:
    """ "딸이 와서 꽃구경했어요": who came first may have gone out together with the resident."""
    return said.verb_last and any(
        holds(a) and not a.own
        and any(
            a.token in clause and any(t.has(Role.ARRIVE) and t.end <= a.token.start for t in clause)
            for clause in clauses_of(said)
        )
        for a in said.statement.of(Role.OUT)
    )  # fmt: skip


def _indoors(said: Utterance, act: Token) -> bool:
    """ "在屋里转转", "在屋里打麻将", "장보기는 배달로 해결해요": what may be done at home or
    outside was done at home."""
    if act.start in said.themes:
        return True
    before = [t for t in said.statement.tokens if t.end == act.start]
    bare = act.has(Role.OUTDOORS, Role.MEET) or (act.has(Role.GO) and not act.has(Role.COMPLETED))
    return bare and any(t.has(Role.HOME) for t in before)


def _runs_on(said: Utterance, act: Token) -> bool:
    """ "没下过楼扔垃圾" denies the errand, or tells of it after a pause that was not heard."""
    at_home = any(t.end == act.start and t.has(Role.HOME) for t in said.statement.tokens)
    return at_home and act.has(Role.ERRAND) and not act.has(Role.COMPLETED)


def _excepted(said: Utterance) -> bool:
    """As in “除了超市哪儿也没去”: the place before the denial.

    Where verbs come last, so does "but for": "마트 말고는 안 갔어요", "안 나갔어요, 밤에 한 번
    빼고는".
    """
    excepted = (Role.PLACE, *_TIMES) if said.verb_last else (Role.PLACE,)
    for clause in clauses_of(said):
        at = next((i for i, t in enumerate(clause) if t.has(Role.EXCEPT)), None)
        if at is None:
            continue
        beside = reversed(clause[:at]) if said.verb_last else clause[at:]
        planned = said.verb_last and any(t.has(Role.LATER) for t in clause[:at])
        near = next((t for t in beside if t.has(*excepted, *_ENDS)), None)
        if near is not None and near.has(*excepted) and not planned:
            return True
    return any(_is_only_place(said, *pair) for pair in pairwise(said.statement.tokens))


def _is_only_place(said: Utterance, place: Token, denial: Token) -> bool:
    """ "텃밭 밖에 안 나갔어요": behind a place 밖에 is "but for", and not "outside"."""
    excepting = said.lexicon.phrases_of(said.lexicon.grammar.except_)
    leads = said.verb_last and denial.text.startswith(excepting)
    return leads and place.has(Role.PLACE) and denial.has(Role.HOME)


def _excepts_unread(said: Utterance) -> bool:
    """As in "no, apart from …" with words in no list: what is excepted may be a way out. So it may
    where something is gone to before the denial: in "除了到垃圾哪也没去" 到 is 倒 misheard. Where
    verbs come last, only what was gone for is: "안 나갔어요, 우유 가지러 간 거 빼고는"."""
    if said.verb_last:
        return any(
            any(t.has(Role.GO) and after.has(Role.EXCEPT) for t, after in pairwise(clause))
            and not any(t.has(Role.HOME) for t in clause)
            for clause in clauses_of(said)
        )
    return any(
        token.has(Role.EXCEPT)
        and (
            any(t.has(*UNREAD, Role.HARMLESS) for t in clause[index + 1 :])
            or any(t.has(Role.GO) for t in takewhile(_denies_nothing, clause[index + 1 :]))
        )
        for clause in clauses_of(said)
        for index, token in enumerate(clause)
    )


def _gone_for(said: Utterance) -> bool:
    """What one goes out for, by itself after a yes or an "only": "just to get milk"."""
    return any(
        words[0].has(Role.AFFIRMER, Role.ONLY) and words[-1].has(Role.ERRAND)
        for clause in clauses_of(said)
        if len(words := _up_to_errand(clause)) > 1 and not any(t.has(*_ENDS) for t in clause)
    )


def _up_to_errand(clause: list[Token]) -> list[Token]:
    """The words of a clause until one for an errand, if they are empty but for the first."""
    words = [t for t in clause if not t.has(*BREAKS, Role.IGNORED, Role.WHEN)]
    at = next((i for i, t in enumerate(words) if t.has(Role.ERRAND)), None)
    filled = (Role.ASSENT, Role.ONLY, Role.CONTRAST, Role.LIGHT, Role.AFFIRMER)
    return words[: at + 1] if at and all(t.has(*filled) for t in words[:at]) else []


def _denies_nothing(token: Token) -> bool:
    return not token.has(*_ENDS)


def _bare_places(said: Utterance) -> list[Token]:
    """Places named without a verb: an answer to "where did you go"."""
    aspect = said.lexicon.grammar.aspect
    return [
        token
        for clause in clauses_of(said)
        if not denied_places(said, clause)
        and (any(t.start in said.scenes for t in clause) or not _in_passing(said, clause))
        and not ((aspect or said.explains(clause)) and tells_of_place(clause, aspect))
        and not any(
            t.has(Role.HOME, Role.MEET, Role.OUTSIDER, Role.SYMPTOM, Role.LATER) for t in clause
        )
        for token in clause
        if token.has(Role.PLACE) and not is_office_at_work(token, clause)
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
        and not denied_places(said, clause)
        and not any(t.has(Role.HOME, Role.APART) for t in clause)
        for clause in clauses_of(said)
    )  # fmt: skip


def _met_somewhere(said: Utterance) -> bool:
    """As in "no, had lunch with my sister": here, or where she lives?"""
    met = [a.token for a in said.statement.of(Role.MEET) if holds(a) and a.token.has(Role.CLOSE)]
    return any(
        words[0] in met
        and any(t.has(Role.OUTSIDER, Role.FAMILY) for t in words)
        and not any(t.has(Role.HOME, Role.LATER, Role.ARRIVE) or _is_far(t) for t in words)
        for clause in clauses_of(said)
        if (words := [t for t in clause if not t.has(*BREAKS, Role.SELF, Role.NEGATOR)])
    )


def _did_after_all(said: Utterance) -> bool:
    """As in "I nearly didn't go but I did", "not for ten days but today I have"."""
    last = next((c for c in reversed(clauses_of(said)) if not all(t.has(*BREAKS) for t in c)), [])
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
        and any(t.has(*OTHERS) for t in clause)
        and not any(t.has(Role.SELF) and not t.has(Role.POSSESSIVE) for t in clause)
        for clause in clauses_of(said)
    )


def _tells_of_others(said: Utterance) -> bool:
    return any(t.has(*OTHERS) for t in said.statement.tokens)


def _is_far(token: Token) -> bool:
    """Whether it tells that nobody was there, and not only how far off ("on the phone")."""
    return token.has(Role.APART) and not token.has(Role.DISTANCE)


def _rode(said: Utterance) -> bool:
    """A train or flight named by its number, and nobody else said to have taken it."""
    return any(
        any(any(t.codes(Role.TRANSPORT)) for t in clause)
        and not denied_places(said, clause)
        and not any(t.has(Role.OUTSIDER, Role.FAMILY, Role.CORE, Role.THIRD) for t in clause)
        for clause in clauses_of(said)
    )
