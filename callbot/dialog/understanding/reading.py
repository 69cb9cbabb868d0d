"""One hypothesis read as an answer, as a request, or as both."""

from dataclasses import dataclass
from itertools import takewhile

from callbot.dialog.answers import (
    AnyValue,
    Contacts,
    Intent,
    Kind,
    Movements,
    Open,
    Status,
    Symptoms,
    Temperature,
    YesNo,
    is_calm,
)
from callbot.dialog.understanding.answers.symptoms import severe
from callbot.dialog.understanding.answers.yes_no import read_yes_no
from callbot.dialog.understanding.requests.known_questions import KnownQuestions
from callbot.dialog.understanding.requests.request import Request, find_request
from callbot.dialog.understanding.retraction import without_taken_back
from callbot.dialog.understanding.utterance import Utterance, utterance
from callbot.dialog.understanding.values import (
    FACTS,
    answer,
    informs,
    states,
    told_by,
    volunteered_by,
)
from callbot.dialog.understanding.words.heard import spell
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, Role
from callbot.dialog.understanding.words.vocabulary import Vocabulary

TELLING = (
    None, Intent.ANSWER, Intent.QUESTION, Intent.EMERGENCY, Intent.DISTRESS, Intent.COMPLAINT,
    Intent.NEED_HELP,
)  # fmt: skip
"""Intents that come with an answer; beside others only what informs is one ("no, wrong number")."""

YIELDING = (Intent.REPEAT, Intent.WAIT)
"""Requests that are done with once an answer follows ("我耳朵背,三十六度八吧")."""

_TOLD_OF = (Intent.NEED_HELP, Intent.COMPLAINT)
"""Requests that nobody has whose answer only mentions what they are about; beside a mere "no" the
others may be why it was said ("아니요, 수업 중이에요")."""


@dataclass(frozen=True)
class Reading:
    """What one hypothesis means if it is what was said.

    perhaps: a calm answer, or a yes, in words that say one is busy: "没，我在睡觉" tells why nobody
    went out, or that this is no time to call; or any beside somebody who is not there ("okay, my
    son is asleep"); or a yes before words for waiting ("行,等一下").
    """

    intent: Intent
    value: AnyValue | None
    volunteered: tuple[AnyValue, ...] = ()
    topic: str | None = None
    for_resident: bool = False
    fetches: bool = False
    perhaps: AnyValue | None = None

    @property
    def status(self) -> Status:
        """Clear when the words were understood, as an answer or as a request."""
        if self.intent is Intent.REFUSE:
            return Status.REFUSED
        return Status.UNCLEAR if self.intent is Intent.UNCLEAR else Status.CLEAR

    @property
    def answers(self) -> bool:
        return self.value.tells if isinstance(self.value, Open) else self.value is not None


def read(
    kind: Kind,
    heard: str,
    lexicon: Lexicon,
    known: KnownQuestions | None,
    agreement: Vocabulary | None = None,
) -> Reading:
    spelled = spell(heard, lexicon)
    spoken = without_taken_back(
        kind, spelled, lexicon, lambda words: told_by(kind, utterance(words, lexicon)), agreement
    )
    request = find_request(
        spoken,
        lexicon,
        known,
        may_be_who=kind is Kind.YES_NO,
        of_ways=kind is Kind.MOVEMENTS,
        of_meetings=kind is Kind.CONTACTS,
        of_temperature=kind is Kind.TEMPERATURE,
    )
    if request.mentions and kind in FACTS:
        answered = find_request(
            spoken,
            lexicon,
            known,
            may_be_who=False,
            answered=True,
            of_ways=kind is Kind.MOVEMENTS,
            of_meetings=kind is Kind.CONTACTS,
            of_temperature=kind is Kind.TEMPERATURE,
        )
        told = _reading(kind, heard, spoken, answered, lexicon, agreement)
        stated = utterance(answered.statements, lexicon)
        # Who is busy driving has gone out.
        elsewhere = request.intent is Intent.BUSY and kind is not Kind.SYMPTOMS
        whole = request.intent in _TOLD_OF or (_echoes(stated, lexicon) and not elsewhere)
        whole = whole or _is_outright(kind, told.value, stated)
        if told.intent is Intent.ANSWER and whole:
            return told
    return _reading(kind, heard, spoken, request, lexicon, agreement)


def _reading(
    kind: Kind,
    heard: str,
    spoken: str,
    request: Request,
    lexicon: Lexicon,
    agreement: Vocabulary | None,
) -> Reading:
    """What is said with a request found in it; spoken: as `spell` gives it."""
    said = utterance(request.statements, lexicon)
    value, in_place = answer(kind, heard, spoken, said, request, lexicon, agreement)
    intent = _intent(kind, said, request, value, in_place=in_place)
    agreed = intent is Intent.WAIT and value == YesNo(yes=True)
    if agreed and read_yes_no(request.rest, lexicon, agreement) == YesNo(yes=True):
        # "我先把火关了,你说吧": they have waited already.
        agreed, intent = False, None
    if request.occupied and kind is Kind.YES_NO and _goes_on(request.rest, lexicon, agreement):
        value, intent = YesNo(yes=True), None
    if request.away and value == YesNo(yes=True) and _is_outright_yes(said, lexicon):
        # "是我,老伴上医院去了": who is out is somebody else.
        intent = None
    telling = value is not None and (is_calm(value) or value == YesNo(yes=True))
    busy = intent is Intent.BUSY and telling
    perhaps = value if busy or agreed or intent is Intent.NOT_SELF else None
    if intent is Intent.WRONG_NUMBER or (intent not in TELLING and not _tells(intent, value)):
        value = None
    if value is None and request.leaves and intent in (None, Intent.COMPLAINT):
        intent = Intent.REFUSE
    if intent is None and request.wonders and not informs(value) and not _kept_apart(value, said):
        intent = Intent.QUESTION
    elif intent is None:
        intent = _of_answer(value)
    volunteered = volunteered_by(kind, said)
    return Reading(
        intent, value, volunteered, request.topic, request.for_resident, request.fetches, perhaps
    )


def _intent(
    kind: Kind, said: Utterance, request: Request, value: AnyValue | None, *, in_place: bool
) -> Intent | None:
    """What is asked of us beside an answer, if the answer does not do away with it."""
    intent = Intent.EMERGENCY if severe(said) else request.intent
    number = isinstance(value, Temperature) and value.celsius is not None
    told = number or isinstance(value, Symptoms)
    if intent is Intent.NOT_SELF and told and (request.for_resident or in_place):
        # "She's at ninety eight six" tells of no place.
        intent = None
    if intent in YIELDING and informs(value):
        intent = None
    if request.occupied and (informs(value) or (isinstance(value, Symptoms) and value.present)):
        # "I have a headache, I'm at work" puts nothing off.
        intent = None
    if kind is Kind.OPEN and intent is Intent.REFUSE and value is not None:
        intent = None
    if request.passing and intent is request.intent and (value == YesNo(yes=True) or number):
        intent = None
    stayed = kind is Kind.MOVEMENTS and value is not None and is_calm(value)
    if request.infirm and stayed and not severe(said):
        # "No, I can't get up": why nobody went out, and worth a call from staff all the same.
        intent = Intent.NEED_HELP
    if intent is Intent.WAIT and states(kind, said) and not _asks_another(said):
        intent = None
    return intent


def _is_outright_yes(said: Utterance, lexicon: Lexicon) -> bool:
    """Whether more than the verb of a question is repeated ("人没在,上单位去了" is no yes)."""
    words = (t for t in lexicon.agreement.tokens(said.spoken) if t.has(Role.YES))
    return any(word.text not in lexicon.yes_no.verb_echo for word in words)


def _goes_on(rest: str, lexicon: Lexicon, agreement: Vocabulary | None) -> bool:
    """Whether a yes stands behind what somebody is at ("I'm at work, but I can talk")."""
    return read_yes_no(rest, lexicon, agreement, outright=True) == YesNo(yes=True)


def _of_answer(value: AnyValue | None) -> Intent:
    """What is told where nothing is asked of us beside it: who says what they lack wants it."""
    if isinstance(value, Open) and value.wished:
        return Intent.NEED_HELP
    return Intent.UNCLEAR if value is None else Intent.ANSWER


def _asks_another(said: Utterance) -> bool:
    """Whether somebody at home is turned to ("你等哈,我问下我老公,老公,我们昨天出去没得"): what
    follows is said to that one."""
    tokens = said.statement.tokens
    return any(
        name.has(Role.CORE, Role.FAMILY) and before.has(*BREAKS) and after.has(*BREAKS)
        for before, name, after in zip(tokens, tokens[1:], tokens[2:], strict=False)
    )


def _echoes(said: Utterance, lexicon: Lexicon) -> bool:
    """Whether it begins with a sentence that repeats the verb of the question ("없어요, …")."""
    first = "".join(t.text for t in takewhile(lambda t: not t.has(*BREAKS), said.statement.tokens))
    return lexicon.negation == "after" and first in lexicon.yes_no.verb_echo


def _is_outright(kind: Kind, value: AnyValue | None, said: Utterance) -> bool:
    """Whether an answer is more than a mere "no"."""
    calm = value is None or is_calm(value)
    stated = states(kind, said) or _kept_apart(value, said)
    return not calm or kind is Kind.TEMPERATURE or stated


def _kept_apart(value: AnyValue | None, said: Utterance) -> bool:
    """Whether nobody was met who came near: "no, just my book club on zoom, does that count"."""
    far = (t for t in said.statement.tokens_of(Role.APART) if not t.has(Role.DISTANCE))
    return isinstance(value, Contacts) and not value.contact and any(far)


def _tells(intent: Intent | None, value: AnyValue | None) -> bool:
    """Whether a value beside a request is an answer of its own.

    Requests are often denials in form ("no, wrong number", "I have no time"): a calm answer is
    not read from them; who says we rang somebody else tells of no way out and no meeting of theirs
    ("잘못 거셨어요 여기 세탁소예요").
    """
    if intent is Intent.WRONG_NUMBER and isinstance(value, Movements | Contacts):
        return False
    match value:
        case YesNo():
            return value.yes and intent in (Intent.WHO_IS_THIS, Intent.REPEAT)
        case Temperature():
            return value.reported != "normal"
        case Symptoms():
            return bool(value.present or value.household)
        case Open():
            return not value.nothing
        case _:
            return informs(value)
