"""What was not read of an answer about health, and may be a complaint.

After an outright denial most people say why they are sure, or what they do all day, in any words:
"没有,耳聪目明", "没有,说了八百遍了". How one feels has no grammar of its own, so such a clause is
passed over only if nothing in it may tell of the body: no part of one, no degree, no time at which
it was felt, nothing denied, nobody else at home, no picture and no word said twice ("飘飘的").
"""

import re
from collections.abc import Iterator

from callbot.dialog.understanding.statements.clauses import between_pauses
from callbot.dialog.understanding.unread.elaboration import elaborating
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, ILLNESS, INVISIBLE, NEGATORS, Role
from callbot.dialog.understanding.words.vocabulary import Token

LEAST_CLAUSE = 4
"""Characters of a clause; a word of no list by itself may be a symptom, misheard."""

_FELT = (
    Role.ONLY, Role.CONTRAST, Role.RESERVATION, Role.EXCEPT, Role.SLIGHT, Role.AFFIRMER,
    Role.INTENSIFIER, Role.LIKENESS, Role.HEDGE, Role.DOUBT, Role.VAGUE, *NEGATORS,
)  # fmt: skip
"""How much of something there is, how surely, or like what."""

_OF_BODY = (
    *ILLNESS, Role.ABNORMAL, Role.MEDICINE, Role.PART,
    Role.FEELING, Role.BODY,
)  # fmt: skip

_AT_A_TIME = (Role.NOW, Role.WHEN, Role.PAST, Role.EARLIER_DAY, Role.AFTERWARDS)

_OF_OTHERS = (Role.CORE, Role.FAMILY, Role.THIRD, Role.EVERYONE)

_TELLING = (*_FELT, *_OF_BODY, *_AT_A_TIME, *_OF_OTHERS)

_READ_OF_OTHERS = (*_OF_BODY, *NEGATORS, Role.DENIAL, Role.NORMAL, Role.HOME)

_READ = (Role.HARMLESS, Role.EVERYDAY, Role.DENIAL, Role.MOOD, Role.HOME)

_SAID_TWICE = re.compile(r"(.)[一了两三几]?\1")


def may_complain(
    unread: tuple[Token, ...], tokens: list[Token], lexicon: Lexicon
) -> tuple[Token, ...]:
    """Of what was not read, what may be a complaint. tokens: all of the answer."""
    if not lexicon.symptoms.bodily:
        return unread
    further = elaborating(tokens, lexicon.grammar.causal, of_health=True)
    told: set[int] = set()
    for clause in between_pauses(tokens):
        starts = {t.start for t in clause}
        if not starts <= further or _may_be_felt(clause, lexicon):
            told |= starts
    return (*(t for t in unread if t.start in told), *_parts_of_others(tokens, lexicon))


def _parts_of_others(tokens: list[Token], lexicon: Lexicon) -> Iterator[Token]:
    """Parts of the body named after somebody at home, where nothing is said of them that was read:
    "我没事我家老头子得胸<misheard>"."""
    parts = {word for part in lexicon.symptoms.part.values() for word in part.words}
    told: list[Token] = []
    for token in (*tokens, None):
        if token is not None and not token.has(*BREAKS, Role.CORE, Role.FAMILY):
            told += [token] if told else []
            continue
        if told and not any(t.has(*_READ_OF_OTHERS) for t in told):
            yield from (t for t in told if t.text in parts)
        told = [token] if token is not None and token.has(Role.CORE, Role.FAMILY) else []


def _may_be_felt(clause: list[Token], lexicon: Lexicon) -> bool:
    """What is done on the way may tell of strain, too ("上趟厕所歇三歇")."""
    said = [t for t in clause if not t.has(*INVISIBLE)]
    strange = "".join(t.text for t in clause if len(t.text) == 1 or not t.has(*_READ))
    return (
        sum(len(t.text) for t in said) < LEAST_CLAUSE
        or any(t.has(*_TELLING) for t in clause)
        or any(t.has(Role.GO, Role.OUT) and not t.has(Role.LIGHT) for t in clause)
        or any(sign in strange for sign in lexicon.symptoms.bodily)
        or bool(_SAID_TWICE.search(strange))
    )
