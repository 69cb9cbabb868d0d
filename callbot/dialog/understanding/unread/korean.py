"""What follows an outright denial in Korean: a reason, a scene from home, a comment.

"안 나갔어요, 감시하면서 뭘", "없어, 단골도 전화만 해": verbs come last, and particles tell what a
noun is for, so a clause of words that no list holds tells of a way out by "에서" after one of them,
of company by "랑", of an illness by "이" before one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise, takewhile, zip_longest

from callbot.dialog.understanding.words.forms.korean import is_past
from callbot.dialog.understanding.words.roles import BREAKS, ILLNESS, NEGATORS, UNREAD, Role
from callbot.dialog.understanding.words.sections.grammar import Grammar
from callbot.dialog.understanding.words.vocabulary import Token

LEAST_ENDING = 3
"""Syllables that are read beside a word of no list, from which on it stands in a whole clause."""

_NEAR = 2
"""Tokens from a theme on among which it is said that it is at home."""

_ELSEWHERE = (Role.OUTSIDER, Role.FAMILY, Role.THIRD, Role.PLACE)
"""Whose room is not at home."""

_OTHERS = (Role.CORE, Role.FAMILY, Role.OUTSIDER, Role.THIRD)
"""Who does what the resident does not."""

_BESIDE_PARTS = (Role.ALL, Role.LIGHT, Role.IGNORED, Role.JOIN, Role.OR)
"""May stand between parts of the body, and before what is said of them."""

_PROSPECTIVE = "을"
"""After the past: it is supposed."""


@dataclass(frozen=True)
class _Asked:
    """What a question asks for, as far as words beside one of no list may tell of it.

    signs: what may tell of it by itself. led_by: what makes it of a word of no list before it.
    least: syllables of a word that is harmless elsewhere, and no part of another.
    """

    signs: tuple[Role, ...]
    led_by: tuple[Role, ...] = ()
    least: int = 2


_ASKED: Mapping[Role, _Asked] = {
    Role.BODY: _Asked(
        (*ILLNESS, Role.PART, Role.FEELING, Role.NORMAL,
         Role.ABNORMAL, Role.MEASURE, Role.MEDICINE, Role.SLIGHT, Role.INTENSIFIER, Role.AFFIRMER,
         Role.VAGUE, Role.LIKENESS, Role.ONLY, Role.NOW),
        least=1,
    ),
    Role.OUTING: _Asked(
        (Role.OUT, Role.OUTDOORS, Role.GO, Role.PLACE, Role.TRANSPORT, Role.ERRAND, Role.ONLY)
    ),
    Role.COMPANY: _Asked(
        (Role.MEET, Role.ARRIVE, Role.OUTSIDER, Role.FAMILY, Role.THIRD),
        led_by=(Role.JOIN, Role.COMPANION, Role.OBJECT_MARKER),
    ),
}  # fmt: skip


def settings(
    tokens: list[Token], elaborated: frozenset[int], grammar: Grammar
) -> tuple[frozenset[int], frozenset[int]]:
    """Where words for ways out start: those that are only spoken of, and of clauses that say more
    about a denial those at which something was done all the same ("둑방에서 쉬었어요").

    Spoken of is what somebody else sees to ("산책은 옆집 총각이 시켜 줘요"), and behind a denial a
    place that is a subject ("고추밭이 말라 죽어도 참았어") or somebody else's business ("텃밭도
    며느리가 매고"), and what is done at home ("장보기는 배달로 해결해요").
    """
    subject = _subject_particles(grammar)
    themes: set[int] = set()
    scenes: set[int] = set()
    for index, (one, after) in enumerate(pairwise(tokens)):
        more = one.start in elaborated
        near = tokens[index + 2 : index + 2 + _NEAR]
        topic = after.text.endswith((*grammar.topic, *grammar.as_well))
        others = any(t.has(*_OTHERS) and _is_subject(t, near, subject) for t in near)
        at_home = more and any(t.has(Role.HOME) for t in near)
        rest = list(takewhile(lambda t: not t.has(*BREAKS), tokens[index + 1 :]))
        for_one = others and not any(t.has(Role.JOIN, Role.COMPANION, Role.ALL) for t in rest)
        if (more and one.has(Role.PLACE) and (after.text in subject or (topic and others))) or (
            one.has(Role.OUT) and topic and (at_home or for_one)
        ):
            themes.add(one.start)
        elif more and one.has(Role.PLACE) and _is_scene(one, after, grammar):
            scenes |= {one.start} if _up_to_past(rest) else set()
    return frozenset(themes), frozenset(scenes)


def _is_scene(place: Token, after: Token, grammar: Grammar) -> bool:
    """Whether something is done at a place: its name may hold the first syllable of 에서."""
    return (place.text[-1:] + after.text).startswith(grammar.scene) or after.text.startswith(
        grammar.scene
    )


def _is_subject(person: Token, near: list[Token], subject: set[str]) -> bool:
    following = near[near.index(person) + 1 :][:1]
    return person.text.endswith(tuple(subject)) or any(t.text in subject for t in following)


def told_after_all(
    tokens: list[Token], field: Role, elaborated: frozenset[int], grammar: Grammar
) -> list[Token]:
    """The tokens, without clauses that only say more about an outright denial.

    A word of no list that is all there is may be a place or a name. field: of words that are
    harmless but at the question asked. elaborated: as `elaborating` gives it.
    """
    kept: list[Token] = []
    for broken, run in groupby(tokens, key=lambda t: t.has(*BREAKS)):
        clause = list(run)
        if field is Role.OUTING:
            clause = _without_denied_goals(clause, grammar)
        elif field is Role.BODY:
            clause = _without_well_parts(clause)
        more = not broken and (
            all(t.start in elaborated for t in clause)
            or (field is Role.OUTING and _is_spent_at_home(clause, grammar))
        )
        read = sum(len(t.text) for t in clause if not t.has(*UNREAD) or t.has(Role.HARMLESS))
        if not more or read < LEAST_ENDING or _tells(clause, field, grammar):
            kept += clause
    return kept


def _without_denied_goals(clause: list[Token], grammar: Grammar) -> list[Token]:
    """The clause without words of no list for what was not gone to, or for ("볼링 치러 안 갔어요");
    not if something was done before."""
    at = max(
        (
            i for i, t in enumerate(clause)
            if t.has(Role.HOME) and t.text.startswith(grammar.tight_negator)
        ),
        default=0,
    )  # fmt: skip
    before = clause[:at]
    done = _up_to_past(before) or any(t.text.startswith(grammar.scene) for t in before)
    joined = before and before[-1].text.endswith(grammar.linking)
    if done or joined:
        return clause
    particles = (*grammar.event, *grammar.as_well)
    return [
        one for one, after in zip(before, clause[1:], strict=False)
        if not one.has(Role.OUTING)
        and not (one.has(Role.UNKNOWN) and after.text.startswith(particles))
    ] + clause[at:]  # fmt: skip


def _without_well_parts(clause: list[Token]) -> list[Token]:
    """The clause without parts of the body that it says are well ("냄새 맛 다 정상이에요")."""
    kept: list[Token] = []
    parts: list[Token] = []
    for token in clause:
        if token.has(Role.BODY):
            parts.append(token)
        elif token.has(Role.WELL):
            parts = []
        elif not token.has(*_BESIDE_PARTS):
            kept += parts
            parts = []
        kept += [token] if not token.has(Role.BODY) else []
    return kept + parts


def _is_spent_at_home(clause: list[Token], grammar: Grammar) -> bool:
    """Whether a clause begins with where at home something is done, whatever it is ("집에서 메주
    쑤고 있었어요")."""
    words = [t for t in clause if not t.has(Role.WHEN, Role.NOW, Role.SELF, Role.IGNORED)]
    there, after = [*words, None, None][:2]
    if there is None or not there.has(Role.HOME) or any(t.has(*NEGATORS) for t in clause):
        return False
    return (
        there.text.endswith(grammar.scene)
        or (after is not None and after.text.startswith((*grammar.scene, *grammar.only)))
        or there.text.endswith(grammar.only)
    )


def _is_planned(clause: list[Token]) -> bool:
    """Whether a clause ends in what is only wished or meant ("끝나면 바다부터 갈 거예요")."""
    at = max((i for i, t in enumerate(clause) if t.has(Role.LATER)), default=None)
    return at is not None and not _up_to_past(clause[at + 1 :])


def _tells(clause: list[Token], field: Role, grammar: Grammar) -> bool:
    """Whether something in a clause may tell what was asked for, and is neither denied after it
    nor added to what was denied before ("출장도 미뤘어요")."""
    if field is not Role.BODY and _is_planned(clause):
        return False
    asked = _ASKED[field]
    denial = max((i for i, t in enumerate(clause) if t.has(*NEGATORS, Role.NOBODY)), default=-1)
    denies_next = denial >= 0 and clause[denial].has(Role.TIGHT_NEGATOR)
    told = clause[denial + 1 + denies_next :]
    bearing = clause if field is Role.BODY else told
    if any(
        one.has(field)
        and not one.has(Role.HARMLESS)
        and (len(one.text) >= asked.least or _is_done(one, after))
        for one, after in zip_longest(bearing, bearing[1:])
    ):
        # "소변도 안 나와요": denied, it may be what is wrong.
        return True
    if field is not Role.BODY and _done(told, field, grammar):
        return True
    well = any(t.has(Role.WELL) for t in clause)
    strange = False
    for one, after, next_one in zip_longest(told, told[1:], told[2:]):
        added = after is not None and after.text.startswith(grammar.as_well)
        does = one.has(Role.ONLY) and after is not None and after.has(Role.AFFIRMER, Role.MEET)
        if one.has(*asked.signs) and not (added or does or (well and one.has(Role.AFFIRMER))):
            return True
        noun = one.has(Role.UNKNOWN) or (strange and len(one.text) == 1)
        if after is not None and noun and _makes(after, field, grammar):
            return True
        if field is Role.BODY and _predicated(one, after, next_one, grammar):
            return True
        strange = one.has(Role.UNKNOWN)
    return False


def _is_done(stem: Token, after: Token | None) -> bool:
    """Whether a stem stands in the past ("샀어요", "걷었어요"): it is no part of a word."""
    return is_past(stem.text[-1]) or (after is not None and is_past(after.text[0]))


def _done(told: list[Token], field: Role, grammar: Grammar) -> bool:
    """Whether something was done to what no list holds, or in a verb of no list, and nothing says
    that it was at home: "고사리 꺾었어요", "볼링 쳤어요". "Only" leaves no room for company."""
    does = _up_to_past(told)
    if any(_at_home(one, before) for before, one in zip([None, *does], does, strict=False)):
        return False
    if field is Role.COMPANY and any(t.has(Role.ONLY) for t in does):
        return False
    if field is Role.OUTING and _by_another(does, _subject_particles(grammar)):
        return False
    return any(
        one.has(Role.UNKNOWN) and (after is None or after.text not in _subject_particles(grammar))
        for one, after in zip_longest(does, does[1:])
    )


def _by_another(does: list[Token], subject: set[str]) -> bool:
    """Whether somebody else did it, who came to nobody: "남편이 신발을 숨겨 놨어요"."""
    named = any(
        t.has(*_OTHERS) and _is_subject(t, does[i : i + 2], subject) for i, t in enumerate(does)
    )
    return named and not any(t.has(Role.SELF, Role.MEET, Role.ARRIVE) for t in does)


def _subject_particles(grammar: Grammar) -> set[str]:
    return set(grammar.subject) - {*grammar.topic, *grammar.as_well, *grammar.only}


def _up_to_past(clause: list[Token]) -> list[Token]:
    """The clause up to its last word in the past; "했을 거예요" only supposes."""
    spelled = "".join(t.text for t in clause)
    past = [
        index
        for index, syllable in enumerate(spelled)
        if is_past(syllable) and not spelled.startswith(_PROSPECTIVE, index + 1)
    ]
    ends = accumulate(len(t.text) for t in clause)
    last = max(past, default=-1)
    return [t for t, end in zip(clause, ends, strict=True) if end - len(t.text) <= last]


def _at_home(one: Token, before: Token | None) -> bool:
    """Whether a word places a clause at home; it does not as the end of one of no list ("둑방에서")
    or in somebody else's ("옆집 마루에서")."""
    elsewhere = before is not None and before.has(Role.UNKNOWN, *_ELSEWHERE)
    return one.has(Role.HOME, Role.ALONE, Role.APART) and not elsewhere


def _makes(particle: Token, field: Role, grammar: Grammar) -> bool:
    """Whether a particle makes a way out, or company, of the word of no list before it."""
    if field is Role.OUTING:
        return particle.text.startswith(grammar.event)
    return particle.has(*_ASKED[field].led_by)


def _predicated(
    particle: Token, after: Token | None, next_one: Token | None, grammar: Grammar
) -> bool:
    """Whether a word of no list tells what the word before the particle does ("통풍이 도져서"); its
    first syllable may look like a word."""
    if particle.text not in set(grammar.subject) - {*grammar.topic, *grammar.as_well}:
        return False
    first = next_one if after is not None and len(after.text) == 1 else after
    return any(t is not None and t.has(Role.UNKNOWN) for t in (after, first))
