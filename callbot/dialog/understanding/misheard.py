"""Other spellings to try when no hypothesis makes sense as the recogniser wrote it."""

from collections.abc import Iterator
from itertools import takewhile

from callbot.dialog.answers import Kind
from callbot.dialog.understanding.context.signs import with_signs
from callbot.dialog.understanding.words.heard import spell, without_fillers
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, ILLNESS, NEGATORS, Role
from callbot.dialog.understanding.words.vocabulary import Token

MOST_MISHEARD_SHARE = 1 / 3
"""Of a number's characters: a number must be mostly heard before the rest is supplied."""

_DENYING = ("没", "不", "未")
"""What a phrase that denies begins with."""

_DENIED_BY_NAME = {
    Kind.MOVEMENTS: (Role.HOME, (Role.OUT, Role.GO)),
    Kind.CONTACTS: (Role.NOBODY, (Role.MEET,)),
}
"""A word that is a denial by itself, and what a negation must stand before."""

_ANOTHER_MATTER = {
    Kind.SYMPTOMS: (Role.OUT, Role.GO, Role.MEET),
    Kind.MOVEMENTS: ILLNESS,
    Kind.CONTACTS: ILLNESS,
}
"""What a denial right before it denies of another question ("没有出门", where health is asked)."""

LEAST_DENIAL = 2
"""Characters of a denial that may stand alone: a mere "没" denies what follows ("没碘")."""


def respellings(kind: Kind, heard: str, lexicon: Lexicon) -> Iterator[str]:
    text = without_fillers(spell(heard, lexicon), lexicon)
    listed = _listed(text, lexicon)
    if (whole := lexicon.answers_by_sound.respell(text)) != text:
        yield whole
    if listed != text:
        yield listed
    if kind is Kind.TEMPERATURE:
        yield from _numbers(text, lexicon)
    if kind is Kind.CONTACTS:
        return
    kept = [
        (t.start, t.end)
        for t in with_signs(lexicon.statements.tokens(listed), lexicon)
        if not t.has(Role.UNKNOWN, Role.LIGHT)
    ]
    sounded = lexicon.sound_alikes.respell(listed, kept)
    if sounded != listed:
        yield sounded


def as_listed(heard: str, lexicon: Lexicon) -> str | None:
    """With what the lexicon lists for words misheard ("앞서요" for 없어요). None without such."""
    text = without_fillers(spell(heard, lexicon), lexicon)
    listed = _listed(text, lexicon)
    return listed if listed != text else None


def like_signs(kind: Kind, heard: str, lexicon: Lexicon) -> str | None:
    """With signs of illness in place of what sounds nearly like them ("냉세를 못 막겠어요" for
    냄새를 못 맡겠어요). None where nothing does, or no signs are asked about."""
    if kind is not Kind.SYMPTOMS:
        return None
    text = without_fillers(spell(heard, lexicon), lexicon)
    known = [
        (t.start, t.end)
        for t in lexicon.statements.tokens(text)
        if not t.has(Role.UNKNOWN, Role.LIGHT, Role.HARMLESS)
    ]
    near = lexicon.signs_by_sound.respell(text, known)
    return near if near != text else None


def with_pause(kind: Kind, heard: str, lexicon: Lexicon) -> str | None:
    """With a pause after the denial that an utterance begins with, where none was written: in
    "没有门铃都没响过" it denies no bell. None where it cannot be so ("没有不出门")."""
    text = without_fillers(spell(heard, lexicon), lexicon)
    if lexicon.spaced or lexicon.negation == "after":
        return None
    words = lexicon.needs if kind is Kind.OPEN else lexicon.statements
    tokens = words.tokens(text)
    size = _denial(kind, tokens)
    rest = tokens[size:]
    if not size or not rest or rest[0].has(*BREAKS, *NEGATORS, Role.INTENSIFIER):
        return None
    if rest[0].has(*_ANOTHER_MATTER.get(kind, ())):
        return None
    end = rest[0].start
    return f"{text[:end]},{text[end:]}"


def may_deny_stay(heard: str, lexicon: Lexicon) -> bool:
    """Whether having stayed in is told right behind the denial that the words begin with: in
    "没有一直在家" it is denied, or there was a pause that nobody wrote."""
    if lexicon.spaced or lexicon.negation == "after":
        return False
    spelled = spell(heard, lexicon)
    denial, stayed, *_ = (*lexicon.statements.tokens(without_fillers(spelled, lexicon)), None, None)
    if denial is None or stayed is None or not denial.has(Role.NEGATOR):
        return False
    # A filler between them is a pause ("没有啊一直在家").
    adjoin = f"{denial.text}{stayed.text}" in spelled
    own = stayed.text.startswith((*lexicon.persons.self, *lexicon.grammar.only))
    denies = any(word in stayed.text for word in _DENYING)
    return adjoin and stayed.has(Role.HOME) and not own and not denies


def _denial(kind: Kind, tokens: list[Token]) -> int:
    """How many words at the beginning are a denial that may stand alone: "没有", and where ways out
    or meetings are asked about, one that names them ("没出门", "没去哪儿", "我没出去过")."""
    first = tokens[0]
    if first.has(Role.NEGATOR, Role.DENIAL) and len(first.text) >= LEAST_DENIAL:
        return 1
    if kind not in _DENIED_BY_NAME:
        return 0
    calm, acts = _DENIED_BY_NAME[kind]
    at = sum(1 for _ in takewhile(lambda t: t.has(Role.SELF, Role.ALL), tokens))
    told = tokens[at:]
    denies = bool(told) and told[0].has(*NEGATORS) and any(t.has(*acts) for t in told[1:2])
    if not denies and not (told and told[0].has(calm) and told[0].text.startswith(_DENYING)):
        return 0
    size = at + 1 + denies
    return size + sum(1 for _ in takewhile(_adds_nothing, tokens[size:]))


def _adds_nothing(token: Token) -> bool:
    return token.has(Role.LIGHT) and not token.has(Role.SELF, Role.ONLY, *NEGATORS)


def _listed(text: str, lexicon: Lexicon) -> str:
    for wrong, right in lexicon.mishearings.items():
        text = text.replace(wrong, right)
    return text


def _numbers(text: str, lexicon: Lexicon) -> Iterator[str]:
    """As in “三世六度五”: numerals written as other characters of their sound."""
    everywhere = "".join(lexicon.numeral_mishearings.get(c, c) for c in text)
    heard = next((m.start for m in lexicon.number_reader.measures(text)), 0)
    # Before a number that was heard stands a word, and no numeral misheard ("是三十七度久").
    for respelled in dict.fromkeys((everywhere, text[:heard] + everywhere[heard:])):
        for measure in lexicon.number_reader.measures(respelled):
            span = slice(measure.start, measure.end)
            wrong = sum(a != b for a, b in zip(text[span], respelled[span], strict=True))
            whole = measure.whole or measure.cut or not measure.marked
            if wrong and not whole and wrong <= MOST_MISHEARD_SHARE * (measure.end - measure.start):
                yield text[: measure.start] + respelled[span] + text[measure.end :]
