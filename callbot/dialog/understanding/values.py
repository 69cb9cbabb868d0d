"""The value of one hypothesis as an answer: to the question asked, and to others besides."""

from collections.abc import Callable

from callbot.dialog.answers import (
    ABNORMAL_CELSIUS,
    AnyValue,
    Contacts,
    Intent,
    Kind,
    Movements,
    Open,
    Symptoms,
    Temperature,
    is_calm,
)
from callbot.dialog.understanding.answers.contacts import read_contacts, states_contacts
from callbot.dialog.understanding.answers.movements import read_movements, states_movements
from callbot.dialog.understanding.answers.open_answer import asks_for_something, read_open
from callbot.dialog.understanding.answers.symptoms import read_symptoms, states_symptoms
from callbot.dialog.understanding.answers.temperature import (
    certain_celsius,
    read_temperature,
)
from callbot.dialog.understanding.answers.yes_no import read_yes_no
from callbot.dialog.understanding.broken_off import without_broken_off
from callbot.dialog.understanding.limited_denial import within_limits
from callbot.dialog.understanding.proxy import in_first_person
from callbot.dialog.understanding.requests.request import Request
from callbot.dialog.understanding.retraction import takes_back_calm
from callbot.dialog.understanding.statements.assertions import Polarity
from callbot.dialog.understanding.utterance import Utterance, utterance
from callbot.dialog.understanding.words.heard import spell, without_fillers
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, ILLNESS, NEGATORS, Role
from callbot.dialog.understanding.words.vocabulary import Vocabulary

TOLD_IN_FREE_WORDS = (
    None, Intent.NEED_HELP, Intent.COMPLAINT, Intent.EMERGENCY, Intent.DISTRESS, Intent.QUESTION,
)  # fmt: skip
"""Requests that are themselves worth keeping as the answer to an open question."""

FACTS = (Kind.TEMPERATURE, Kind.SYMPTOMS, Kind.MOVEMENTS, Kind.CONTACTS)

STATING = (Intent.EMERGENCY, Intent.DISTRESS, Intent.COMPLAINT, Intent.NEED_HELP)
"""Requests told in words that may look like a yes or no ("叫了没反应")."""


_EMPTY = {
    Role.DOUBT, Role.HEDGE, Role.LIGHT, Role.EVERYDAY, Role.DEFINITE, Role.IGNORED, Role.SELF,
    Role.NOW, Role.RESERVATION, Role.CONTRAST, *BREAKS,
}  # fmt: skip
"""What words that tell nothing consist of."""


def told_by(kind: Kind, said: Utterance) -> AnyValue | None:
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


def answer(
    kind: Kind,
    heard: str,
    spoken: str,
    said: Utterance,
    request: Request,
    lexicon: Lexicon,
    agreement: Vocabulary | None,
) -> tuple[AnyValue | None, bool]:
    """The value of what is said as an answer, and whether it is given in the resident's place."""
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
    calm = isinstance(value, Movements | Contacts) and is_calm(value)
    if calm and takes_back_calm(said):
        value = None
    if value is not None and is_calm(value) and _wonders_of_more(kind, request, lexicon):
        value = None
    if request.for_resident and isinstance(value, Symptoms):
        # "崽发热,我是他妈,替他说的": who is ill at home is whom we asked about.
        value = value if value.present else _as_own(value)
    alone = _alone(kind, lexicon)
    value = without_broken_off(value, spoken, lexicon, alone)
    return within_limits(value, kind, spoken, lexicon, alone), in_place is not None


def _alone(kind: Kind, lexicon: Lexicon) -> Callable[[str], AnyValue | None]:
    """What a clause answers by itself."""

    def told(words: str) -> AnyValue | None:
        said = utterance(words, lexicon)
        return read_temperature(said) if kind is Kind.TEMPERATURE else told_by(kind, said)

    return told


def _wonders_of_more(kind: Kind, request: Request, lexicon: Lexicon) -> bool:
    """Whether they wonder if something counts that does: "没见外人，保洁阿姨来擦玻璃算吗",
    "没发烧,有点拉肚子算不算"."""
    if kind not in (Kind.SYMPTOMS, Kind.MOVEMENTS, Kind.CONTACTS) or not request.wonders:
        return False
    wondered = lexicon.requesting.tokens(request.asked)
    told = "".join(t.text for t in wondered if not t.has(Role.WONDERING, Role.ASKING))
    asked = utterance(told, lexicon)
    if kind is Kind.SYMPTOMS:
        felt = asked.statement.of(*ILLNESS)
        return any(a.polarity is not Polarity.ABSENT for a in felt)
    return informs(told_by(kind, asked))


def _in_place(kind: Kind, said: Utterance, lexicon: Lexicon, *, away: bool) -> AnyValue | None:
    """An answer given in the resident's place, by somebody who does not say so."""
    if kind not in FACTS:
        return None
    of_health = kind in (Kind.TEMPERATURE, Kind.SYMPTOMS)
    words = in_first_person(said, lexicon, of_health=of_health, away=away)
    if words is None:
        return None
    told = utterance(words, lexicon)
    value = read_temperature(told) if kind is Kind.TEMPERATURE else told_by(kind, told)
    # In Mandarin who is ill at home is told apart: "老爷子叫不醒了".
    ill = isinstance(value, Symptoms) and not is_calm(value)
    return None if ill and lexicon.grammar.everyday else value


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
            plain = request.intent in STATING or (
                outright and lexicon.negation == "after" and not request.passing
            )
            return read_yes_no(said.spoken, lexicon, agreement, outright=outright, plain=plain)
        case Kind.TEMPERATURE:
            told = read_temperature(said, for_resident=request.for_resident)
            return _number_asked_about(told, said, request, lexicon) or told
        case Kind.OPEN:
            return _in_free_words(heard, said, request, lexicon)
        case Kind.SYMPTOMS:
            return _fever_asked_about(said, request, lexicon) or told_by(kind, said)
        case _:
            return told_by(kind, said)


def _fever_asked_about(said: Utterance, request: Request, lexicon: Lexicon) -> AnyValue | None:
    """As in "没有症状,三十七度八算不算": the number is a fever, whatever else is denied."""
    asked = utterance(request.asked, lexicon) if request.asked else None
    celsius = certain_celsius(asked) if asked is not None else None
    if celsius is None or celsius < ABNORMAL_CELSIUS:
        return None
    return told_by(Kind.SYMPTOMS, utterance(f"{said.spoken},{request.asked}", lexicon))


def _in_free_words(heard: str, said: Utterance, request: Request, lexicon: Lexicon) -> Open | None:
    if request.intent in STATING:
        return Open(text=heard.strip())
    if request.intent is Intent.REFUSE:
        # "No, I'm hanging up", "不用你们管": that nothing is needed is an answer; "I've got nothing
        # to say to you people" only refuses.
        words = said.text if lexicon.spaced else without_fillers(spell(heard, lexicon), lexicon)
        told = read_open(heard, words, "", lexicon)
        return told if told is not None and told.nothing else None
    worded = said.spoken or asks_for_something(request.asked, lexicon)
    if request.intent not in TOLD_IN_FREE_WORDS or not worded:
        return None
    told = read_open(heard, said.text, request.asked, lexicon)
    return None if told is None or (not told.tells and _tells_nothing(said)) else told


def _tells_nothing(said: Utterance) -> bool:
    """Whether nothing is said but that one cannot tell ("글쎄요 잘 모르겠어요", "想不起来了"), or
    only words that something was to follow ("那个，怎么说呢", "hmm, maybe the")."""
    if all(t.has(Role.IGNORED, *BREAKS) for t in said.lexicon.needs.tokens(said.text)):
        return True
    tokens = said.statement.tokens
    doubtful = any(t.has(Role.DOUBT, Role.HEDGE) for t in tokens)
    empty = {*_EMPTY, Role.HARMLESS} if doubtful else _EMPTY
    return all(t.roles <= empty for t in tokens)


def _number_asked_about(
    told: Temperature | None, said: Utterance, request: Request, lexicon: Lexicon
) -> Temperature | None:
    """A number stands, though no pause parts it from a question ("三十六度五我什么时候能出去"), and
    whatever it is said not to be, if it is wondered about ("没烧,三十七度八算不算烧")."""
    asks = request.wonders or (request.intent is Intent.QUESTION and told is None)
    if not asks or informs(told):
        return None
    celsius = certain_celsius(utterance(said.spoken + request.asked, lexicon))
    return Temperature(celsius=celsius) if celsius is not None else None


def informs(value: AnyValue | None) -> bool:
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


def states(kind: Kind, said: Utterance) -> bool:
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


def volunteered_by(kind: Kind, said: Utterance) -> tuple[AnyValue, ...]:
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
    told = (value for value in found if value is not None)
    whole = (
        within_limits(v, k := Kind(v.kind), said.spoken, said.lexicon, _alone(k, said.lexicon))
        for v in told
    )
    return tuple(value for value in whole if value is not None)
