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
from callbot.dialog.understanding.answers.contacts import read_contacts, states_contacts
from callbot.dialog.understanding.answers.movements import read_movements, states_movements
from callbot.dialog.understanding.answers.open_answer import asks_for_something, read_open
from callbot.dialog.understanding.answers.symptoms import read_symptoms, severe, states_symptoms
from callbot.dialog.understanding.answers.temperature import certain_celsius, read_temperature
from callbot.dialog.understanding.answers.yes_no import read_yes_no
from callbot.dialog.understanding.proxy import in_first_person
from callbot.dialog.understanding.requests.known_questions import KnownQuestions
from callbot.dialog.understanding.requests.request import Request, find_request
from callbot.dialog.understanding.retraction import takes_back_calm, without_taken_back
from callbot.dialog.understanding.utterance import Utterance, spell, utterance, without_fillers
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, NEGATORS, Role
from callbot.dialog.understanding.words.vocabulary import Vocabulary

TOLD_IN_FREE_WORDS = (
    None, Intent.NEED_HELP, Intent.COMPLAINT, Intent.EMERGENCY, Intent.DISTRESS, Intent.QUESTION,
)  # fmt: skip
"""Requests that are themselves worth keeping as the answer to an open question."""


TELLING = (
    None, Intent.ANSWER, Intent.QUESTION, Intent.EMERGENCY, Intent.DISTRESS, Intent.COMPLAINT,
    Intent.NEED_HELP,
)  # fmt: skip
"""Intents that come with an answer; beside others only what informs is one ("no, wrong number")."""

YIELDING = (Intent.REPEAT, Intent.WAIT)
"""Requests that are done with once an answer follows ("我耳朵背,三十六度八吧")."""

_FACTS = (Kind.TEMPERATURE, Kind.SYMPTOMS, Kind.MOVEMENTS, Kind.CONTACTS)

_TOLD_OF = (Intent.NEED_HELP, Intent.COMPLAINT)
"""Requests that nobody has whose answer only mentions what they are about; beside a mere "no" the
others may be why it was said ("아니요, 수업 중이에요")."""

_STATING = (Intent.EMERGENCY, Intent.DISTRESS, Intent.COMPLAINT, Intent.NEED_HELP)
"""Requests told in words that may look like a yes or no ("叫了没反应")."""


@dataclass(frozen=True)
class Reading:
    """What one hypothesis means if it is what was said.

    perhaps: a calm answer in words that say one is busy: "没，我在睡觉" tells why nobody went out,
    or that this is no time to call; or any beside somebody who is not there ("okay, my son is
    asleep").
    """

    intent: Intent
    value: AnyValue | None
    volunteered: tuple[AnyValue, ...] = ()
    topic: str | None = None
    for_resident: bool = False
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
        kind, spelled, lexicon, lambda words: _told(kind, utterance(words, lexicon)), agreement
    )
    request = find_request(
        spoken,
        lexicon,
        known,
        may_be_who=kind is Kind.YES_NO,
        of_ways=kind is Kind.MOVEMENTS,
    )
    if request.mentions and kind in _FACTS:
        answered = find_request(
            spoken, lexicon, known, may_be_who=False, answered=True, of_ways=kind is Kind.MOVEMENTS
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
    value = _value(kind, heard, said, request, lexicon, agreement)
    away = request.intent is Intent.NOT_SELF
    in_place = (
        _in_place(
            kind,
            utterance(spoken, lexicon) if away and lexicon.spaced else said,
            lexicon,
            away=away and lexicon.spaced and lexicon.negation == "before",
        )
        if value is None or away or kind is Kind.CONTACTS
        else None
    )
    # "어머니는 아무도 안 보셨어요": who is answered for was not met.
    value = (in_place or value) if kind is Kind.CONTACTS else (value or in_place)
    if isinstance(value, Movements | Contacts) and is_calm(value) and takes_back_calm(said):
        value = None
    intent = Intent.EMERGENCY if severe(said) else request.intent
    if request.for_resident and isinstance(value, Symptoms):
        # "崽发热,我是他妈,替他说的": who is ill at home is whom we asked about.
        value = value if value.present else _as_own(value)
    number = isinstance(value, Temperature) and value.celsius is not None
    told = number or isinstance(value, Symptoms)
    if intent is Intent.NOT_SELF and told and (request.for_resident or in_place is not None):
        # "She's at ninety eight six" tells of no place.
        intent = None
    if intent in YIELDING and _informs(value):
        intent = None
    if kind is Kind.OPEN and intent is Intent.REFUSE and value is not None:
        intent = None
    if request.passing and intent is request.intent and value == YesNo(yes=True):
        intent = None
    stayed = kind is Kind.MOVEMENTS and value is not None and is_calm(value)
    if request.infirm and stayed and not severe(said):
        # "No, I can't get up": why nobody went out, and worth a call from staff all the same.
        intent = Intent.NEED_HELP
    if intent is Intent.WAIT and _stated(kind, said) and not _asks_another(said):
        intent = None
    busy = intent is Intent.BUSY and value is not None and is_calm(value)
    perhaps = value if busy or (away and intent is Intent.NOT_SELF) else None
    if intent is Intent.WRONG_NUMBER or (intent not in TELLING and not _tells(intent, value)):
        value = None
    if value is None and request.leaves and intent in (None, Intent.COMPLAINT):
        intent = Intent.REFUSE
    if intent is None and request.wonders and not _informs(value) and not _kept_apart(value, said):
        intent = Intent.QUESTION
    elif intent is None:
        intent = Intent.UNCLEAR if value is None else Intent.ANSWER
    volunteered = _volunteered(kind, said)
    return Reading(intent, value, volunteered, request.topic, request.for_resident, perhaps)


def _told(kind: Kind, said: Utterance) -> AnyValue | None:
    """The answer to a question about health, ways out or meetings; None to any other."""
    match kind:
        case Kind.SYMPTOMS:
            return read_symptoms(said)
        case Kind.MOVEMENTS:
            return read_movements(said)
        case Kind.CONTACTS:
            return read_contacts(said)
        case Kind.YES_NO | Kind.TEMPERATURE | Kind.OPEN:
            return None


def _in_place(kind: Kind, said: Utterance, lexicon: Lexicon, *, away: bool) -> AnyValue | None:
    """An answer given in the resident's place, by somebody who does not say so."""
    if kind not in _FACTS:
        return None
    of_health = kind in (Kind.TEMPERATURE, Kind.SYMPTOMS)
    words = in_first_person(said, lexicon, of_health=of_health, away=away)
    if words is None:
        return None
    told = utterance(words, lexicon)
    value = read_temperature(told) if kind is Kind.TEMPERATURE else _told(kind, told)
    # In Mandarin who is ill at home is told apart: "老爷子叫不醒了".
    ill = isinstance(value, Symptoms) and not is_calm(value)
    return None if ill and lexicon.grammar.everyday else value


def _asks_another(said: Utterance) -> bool:
    """Whether somebody at home is turned to ("你等哈,我问下我老公,老公,我们昨天出去没得"): what
    follows is said to that one."""
    tokens = said.statement.tokens
    return any(
        name.has(Role.CORE, Role.FAMILY) and before.has(*BREAKS) and after.has(*BREAKS)
        for before, name, after in zip(tokens, tokens[1:], tokens[2:], strict=False)
    )


def _as_own(value: Symptoms) -> Symptoms:
    return value.model_copy(update={"present": value.household, "household": ()})


def _value(
    kind: Kind,
    heard: str,
    said: Utterance,
    request: Request,
    lexicon: Lexicon,
    agreement: Vocabulary | None,
) -> AnyValue | None:
    match kind:
        case Kind.YES_NO:
            outright = request.intent in (Intent.REPEAT, Intent.WHO_IS_THIS)
            plain = request.intent in _STATING or (
                outright and lexicon.negation == "after" and not request.passing
            )
            return read_yes_no(said.spoken, lexicon, agreement, outright=outright, plain=plain)
        case Kind.TEMPERATURE:
            told = read_temperature(said, for_resident=request.for_resident)
            return told or _beside_question(said, request, lexicon)
        case Kind.OPEN:
            return _in_free_words(heard, said, request, lexicon)
        case _:
            return _told(kind, said)


def _in_free_words(heard: str, said: Utterance, request: Request, lexicon: Lexicon) -> Open | None:
    if request.intent in _STATING:
        return Open(text=heard.strip())
    if request.intent is Intent.REFUSE:
        # "No, I'm hanging up", "不用你们管": that nothing is needed is an answer.
        told = read_open(heard, without_fillers(spell(heard, lexicon), lexicon), "", lexicon)
        return told if told.nothing else None
    worded = said.spoken or asks_for_something(request.asked, lexicon)
    if request.intent not in TOLD_IN_FREE_WORDS or not worded:
        return None
    told = read_open(heard, said.text, request.asked, lexicon)
    return None if not told.tells and _does_not_know(said) else told


def _does_not_know(said: Utterance) -> bool:
    """Whether nothing is said but that one cannot tell ("글쎄요 잘 모르겠어요", "想不起来了")."""
    tokens = said.statement.tokens
    empty = (Role.DOUBT, Role.HARMLESS, Role.LIGHT, Role.IGNORED, Role.SELF, Role.NOW, *BREAKS)
    return any(t.has(Role.DOUBT) for t in tokens) and all(t.has(*empty) for t in tokens)


def _beside_question(said: Utterance, request: Request, lexicon: Lexicon) -> Temperature | None:
    """A number stands, though no pause parts it from a question ("三十六度五我什么时候能出去")."""
    if request.intent is not Intent.QUESTION:
        return None
    celsius = certain_celsius(utterance(said.spoken + request.asked, lexicon))
    return Temperature(celsius=celsius) if celsius is not None else None


def _informs(value: AnyValue | None) -> bool:
    """Whether a value tells something that a misunderstood question would not bring about."""
    match value:
        case Temperature():
            return value.celsius is not None
        case Movements():
            return value.went_out
        case Contacts():
            return value.contact
        case _:
            return False


def _echoes(said: Utterance, lexicon: Lexicon) -> bool:
    """Whether it begins with a sentence that repeats the verb of the question ("없어요, …")."""
    first = "".join(t.text for t in takewhile(lambda t: not t.has(*BREAKS), said.statement.tokens))
    return lexicon.negation == "after" and first in lexicon.yes_no.verb_echo


def _is_outright(kind: Kind, value: AnyValue | None, said: Utterance) -> bool:
    """Whether an answer is more than a mere "no"."""
    calm = value is None or is_calm(value)
    stated = _stated(kind, said) or _kept_apart(value, said)
    return not calm or kind is Kind.TEMPERATURE or stated


def _kept_apart(value: AnyValue | None, said: Utterance) -> bool:
    """Whether nobody was met who came near: "no, just my book club on zoom, does that count"."""
    far = (t for t in said.statement.tokens_of(Role.APART) if not t.has(Role.DISTANCE))
    return isinstance(value, Contacts) and not value.contact and any(far)


def _stated(kind: Kind, said: Utterance) -> bool:
    """Whether the question is answered outright beside "hold on", and not by a mere "no"."""
    match kind:
        case Kind.SYMPTOMS:
            well = any(not t.has(*NEGATORS) for t in said.statement.tokens_of(Role.DENIAL))
            return well or states_symptoms(said)
        case Kind.MOVEMENTS:
            return states_movements(said)
        case Kind.CONTACTS:
            return states_contacts(said)
        case _:
            return False


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
            return _informs(value)


def _volunteered(kind: Kind, said: Utterance) -> tuple[AnyValue, ...]:
    """Answers to other kinds of question, where the words allow no other sense."""
    found: list[AnyValue | None] = []
    if kind is not Kind.TEMPERATURE and (celsius := certain_celsius(said)) is not None:
        found.append(Temperature(celsius=celsius))
    if kind is not Kind.SYMPTOMS and states_symptoms(said):
        found.append(read_symptoms(said))
    if kind is not Kind.MOVEMENTS and states_movements(said):
        found.append(read_movements(said))
    if kind is not Kind.CONTACTS and states_contacts(said):
        found.append(read_contacts(said))
    return tuple(value for value in found if value is not None)
