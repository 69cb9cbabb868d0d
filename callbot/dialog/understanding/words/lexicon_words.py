"""The words of one language, section by section as the office writes them.

Each field is named after the part its words play (`vocabulary.Role`); a phrase may use the notation
of `patterns`. The comments in `prompts/lexicon/<locale>.yaml` say what each is for.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from callbot.dialog.answers import Intent
from callbot.dialog.understanding.words.patterns import parts
from callbot.dialog.understanding.words.roles import Mark, Role

SymptomCode = Literal[
    "fever", "chills", "cough", "sore_throat", "runny_nose", "nasal_congestion", "headache",
    "muscle_pain", "fatigue", "diarrhea", "nausea", "vomiting", "poor_appetite",
    "chest_tightness", "chest_pain", "shortness_of_breath", "palpitations", "loss_of_smell",
    "loss_of_taste", "conjunctivitis", "rash", "confusion", "drowsiness", "cyanosis",
]  # fmt: skip


def _expandable(pattern: str) -> str:
    parts(pattern)
    return pattern


Word = tuple[tuple[int | str, ...], str, Mark]
"""A pattern with its place in the file and the part it plays."""

Phrase = Annotated[str, Field(min_length=1), AfterValidator(_expandable)]
Words = tuple[Phrase, ...]


_OUT_OF_SENTENCES = (
    "topic", "subject", "scene", "linking", "causal", "completed", "event", "afield", "aspect",
    "consequence", "trailing", "as_well", "name_before", "name_after", "sign", "bodily",
    "harmless", "forgone", "pastime", "direction", "deed", "body", "outing", "company",
    "first_person", "even", "exclaimed",
)  # fmt: skip
"""Fields that are looked at for themselves, and play no part in reading a sentence."""


_BESIDES: dict[str, tuple[Role, ...]] = {
    "well": (Role.DENIAL,),
    "close": (Role.MEET,),
    "distance": (Role.APART,),
    "opposite": (Role.APART, Role.DISTANCE),
    "state": (Role.SELF, Role.COPULA),
}
"""Fields whose words play these parts as well."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    def words(self) -> Iterator[Word]:
        """Place in the file, phrase, and each part it plays; for every field."""
        for attribute, field in type(self).model_fields.items():
            if attribute in _OUT_OF_SENTENCES:
                continue
            name = field.alias or attribute
            value = getattr(self, attribute)
            if isinstance(value, dict):
                for code, given in value.items():
                    phrases = given.words if isinstance(given, BodyPart) else given
                    named = (code,) if Role(name) is Role.PLACE else ()
                    for index, phrase in enumerate((*phrases, *named)):
                        yield (name, code, index), phrase, Mark(Role(name), code)
            else:
                for index, phrase in enumerate(value):
                    for role in (*_BESIDES.get(name, ()), Role(name)):
                        yield (name, index), phrase, Mark(role)


class Grammar(_Section):
    """Words that shape a sentence, whatever it is about."""

    ignored: Words = ()
    light: Words = ()
    closing: Words = Field(default=(), description="ends what is said of a person")
    everyday: Words = Field(default=(), description="daily life; tells nothing about health")
    mood: Words = Field(default=(), description="boredom and longing, which are no illness")
    harmless: Words = Field(
        default=(), description="may stand beside a no; looked at only where nothing else is read"
    )
    body: Words = Field(default=(), description="harmless but where health is asked about")
    outing: Words = Field(default=(), description="harmless but where going out is asked about")
    company: Words = Field(default=(), description="harmless but where visitors are asked about")
    deed: Words = Field(
        default=(), description="an act: harmless but where going out and visitors are asked about"
    )
    pastime: Words = Field(
        default=(), description="after a denial of illness its clause tells how the day is spent"
    )
    definite: Words = Field(default=(), description="after it a symptom is no part of a list")
    comment: Words = Field(
        default=(), description="after a denial it begins a sentence of its own, without a pause"
    )
    likeness: Words = Field(default=(), description="beside it no word is harmless")
    event: Words = Field(
        default=(), description="in a clause without one, words of no list tell of no way out"
    )
    aspect: Words = Field(default=(), description="follows what was done")
    afield: Words = Field(
        default=(),
        description="in a word of no list: went out or met after all, denied outright or not",
    )
    contrast: Words = ()
    reservation: Words = ()
    forgone: Words = Field(default=(), description="after it an act was not done (missed)")
    except_: Words = Field(default=(), alias="except")
    join: Words = ()
    or_: Words = Field(default=(), alias="or")
    list_tail: Words = ()
    negator: Words = ()
    tight_negator: Words = ()
    all_negator: Words = ()
    noun_negator: Words = ()
    topic: Words = Field(
        default=(), description="particles that set a word against what was told before"
    )
    subject: Words = Field(default=(), description="particles after what a sentence tells of")
    linking: Words = Field(default=(), description="endings that join a sentence to the next")
    scene: Words = Field(default=(), description="particles after where something is done")
    as_well: Words = Field(
        default=(), description="particles after what is added to what was said before"
    )
    trailing: Words = Field(
        default=(), description="endings of a sentence that the next may take back"
    )
    causal: Words = Field(default=(), description="words, or endings, of a reason")
    completed: Words = ()
    affirmer: Words = ()
    slight: Words = Field(default=(), description="affirmers for a little of what follows")
    assent: Words = Field(
        default=(), description="a yes that can be nothing else, wherever it stands"
    )
    intensifier: Words = ()
    denial: Words = ()
    well: Words = Field(
        default=(), description="a denial of illness, and of nothing else: that one is well"
    )
    stands_for: Words = Field(
        default=(), description="after a person: what was just said is true of that one, or is not"
    )
    fair: Words = Field(default=(), description="of `vague`: well enough beside a denied symptom")
    vague: Words = ()
    doubt: Words = ()
    whether: Words = ()
    hedge: Words = ()
    correction: Words = ()
    not_so: Words = Field(default=(), description="negators that take back what stands before")
    undenies: Words = Field(default=(), description="denies the denial that follows it")
    but_so: Words = Field(default=(), description="begins what is said in its place")
    stall: Words = Field(default=(), description="stops an answer that is then put right")
    supposing: Words = Field(default=(), description="what its clause tells is not asserted")
    consequence: Words = Field(default=(), description="begins what would follow from it")
    unless: Words = Field(default=(), description="supposes away why an act was done")
    no_one: Words = Field(default=(), description="right before a symptom it denies it of all")
    habit: Words = ()
    obliged: Words = Field(default=(), description="of `later`: told with a habit, it is done")
    past: Words = ()
    weekday: Words = Field(default=(), description="past beside what is told of now")
    now: Words = ()
    recovered: Words = ()
    later: Words = ()
    long_ago: Words = Field(
        default=(), description="before the time asked about: what was done then does not count"
    )
    afterwards: Words = Field(default=(), description="from what was just told on")
    since: Words = Field(
        default=(), description="from here on is asked about; a journey before it led home"
    )
    only: Words = ()
    all: Words = ()
    even: Words = Field(default=(), description="before an act that nobody would do")
    exclaimed: Words = Field(default=(), description="ends the clause that exclaims about it")


class Persons(_Section):
    """Whom a statement can be about: `core` live with the resident, `family` may not."""

    self: Words = ()
    copula: Words = Field(default=(), description="tells what the resident is: no deed")
    state: Words = Field(default=(), description="the resident with a verb that tells no deed")
    possessive: Words = Field(default=(), description="whose something is: does nothing itself")
    recipient: Words = Field(default=(), description="the resident, to whom something is done")
    core: Words = ()
    child: Words = Field(default=(), description="of `core`: too young to come to the telephone")
    elder: Words = Field(default=(), description="of `family`: is often answered for")
    first_person: tuple[str, str] = Field(
        default=("", ""), description="what stands for whoever is answered for: I, I am"
    )
    family: Words = ()
    lives_here: Words = Field(default=(), description="whoever it is said of lives here")
    everyone: Words = ()
    outsider: Words = ()
    third: Words = ()
    addressee: Words = Field(default=(), description="who calls; what they do is no doing of ours")
    focus: Words = Field(default=(), description="before a person: what was said is of that one")
    companion: Words = ()
    object_marker: Words = ()
    says: Words = ()
    invites: Words = Field(default=(), description="of `says`: asks the resident to come along")
    on_behalf: Words = Field(default=(), description="of `says`: in the resident's place")
    declined: Words = Field(default=(), description="after an invitation: it came to nothing")
    name_before: Words = Field(default=(), description="left out before a person's name")
    name_after: Words = Field(default=(), description="left out after a person's name")

    def words(self) -> Iterator[Word]:
        for place, phrase, mark in super().words():
            yield place, phrase, mark
            if mark.role in (Role.INVITES, Role.ON_BEHALF):
                yield place, phrase, Mark(Role.SAYS)


class TemperatureWords(_Section):
    normal: Words = ()
    abnormal: Words = ()
    not_measured: Words = ()
    medicine: Words = ()
    limit: Words = Field(default=(), description="after a number: where fever begins")
    below: Words = ()
    above: Words = ()
    earlier_day: Words = ()
    instrument: Words = Field(default=(), description="what measures; a doubt told of it is of it")
    ambient: Words = Field(default=(), description="before a number: of the weather or the room")


class BodyPart(BaseModel):
    """What it is a sign of when something is felt at this part; otherwise it is a complaint."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: Words
    felt: dict[str, SymptomCode | Literal["complaint"]] = Field(default_factory=dict)


class SymptomWords(_Section):
    symptom: dict[SymptomCode, Words] = Field(default_factory=dict)
    severe: dict[SymptomCode, Words] = Field(default_factory=dict)
    strain: Words = Field(
        default=(), description="a complaint that no word before it denies (has to rest on stairs)"
    )
    complaint: Words = ()
    sign: Words = Field(default=(), description="in a word that is in no list: an illness")
    bodily: Words = Field(
        default=(), description="in a clause after a denial: what stands in no list may be felt"
    )
    part: dict[str, BodyPart] = Field(default_factory=dict)
    feeling: dict[str, Words] = Field(default_factory=dict)

    def words(self) -> Iterator[Word]:
        for place, phrase, mark in super().words():
            yield place, phrase, mark
            if mark.role is Role.STRAIN:
                yield place, phrase, Mark(Role.COMPLAINT)


class MovementWords(_Section):
    out: Words = ()
    outdoors: Words = Field(default=(), description="done at home or outside; leaves it open")
    errand: Words = Field(default=(), description="being out for something others can be sent for")
    sending: Words = Field(default=(), description="between an errand and who is sent for it")
    go: Words = ()
    home: Words = ()
    place: dict[str, Words] = Field(default_factory=dict)
    transport: Words = ()
    journey: Words = Field(default=(), description="of `transport`: brings from far away")
    direction: Words = Field(default=(), description="makes a place of a word of no list")
    when: Words = ()
    day: Words = Field(default=(), description="of `when`: names a day, and ends a denial")


class ContactWords(_Section):
    meet: Words = ()
    close: Words = Field(
        default=(), description="of the words for meeting: no distance kept takes it back"
    )
    arrive: Words = Field(default=(), description="of the words for meeting: comes in person")
    together: Words = Field(
        default=(), description="of the words for meeting: done together, whoever kept away before"
    )
    crowd: Words = Field(default=(), description="where, or at what, people are met")
    alone: Words = ()
    thing: Words = Field(default=(), description="keeps company and is nobody (a radio, a dog)")
    apart: Words = ()
    distance: Words = Field(
        default=(), description="of `apart`: how far off, which a close meeting outweighs"
    )
    opposite: Words = Field(
        default=(), description="of `distance`: right after a person it tells where they live"
    )
    nobody: Words = ()


class YesNoWords(_Section):
    yes: Words = ()
    no: Words = ()
    weak_yes: Words = ()
    verb_echo: Words = Field(
        default=(), description="a yes or no that repeats the question's verb, and answers it again"
    )
    negator: Words = Field(default=(), description="makes a no of the yes beside it")
    doubt: Words = ()
    hedge: Words = ()
    correction: Words = ()
    contrast: Words = ()
    ignored: Words = ()


class OpenWords(_Section):
    """Of an answer to "do you need anything": what denies it, and what makes a need of it."""

    denial: Words = ()
    ignored: Words = ()
    need: Words = Field(default=(), description="goods and help; without any, all words name some")
    wish: Words = Field(
        default=(), description="asks for something, or tells that it runs out or is broken"
    )
    bringing: Words = Field(
        default=(), description="a wish, unless somebody is named before it who does it"
    )
    absent: Words = Field(
        default=(), description="right after goods: they are missing; a denial before them, too"
    )
    lacking: Words = Field(
        default=(), description="words of needing: a wish beside goods, empty after a denial"
    )
    had: Words = Field(
        default=(), description="words of having: of what is there, no more is needed"
    )


class Requests(BaseModel):
    """Phrases of each request; `interrogative` words make a sentence a question."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    phrases: dict[Intent, Words] = Field(default_factory=dict)
    alone: dict[Intent, Words] = Field(default_factory=dict)
    mentioned: dict[Intent, Words] = Field(
        default_factory=dict,
        description="a request by what it is about; none beside an answer that speaks of it",
    )
    passing: Words = Field(
        default=(),
        description="how to speak (slower), or a chore that goes on: done with once a yes is given",
    )
    infirm: Words = Field(
        default=(),
        description="an emergency, but where it tells why one stayed at home (can't get up)",
    )
    interrogative: Words = ()
    wondering: Words = Field(
        default=(), description="asks only whether what is told counts: it is told all the same"
    )
    speaking_for: Words = Field(
        default=(), description="somebody at home answers in the resident's place"
    )
    told_by: Words = Field(default=(), description="in a clause that wonders: it was done")
    rhetorical: Words = Field(
        default=(), description="looks like a question, and asks for nothing (is that bad)"
    )
    negated_by: Words = ()
    reasons: Words = Field(
        default=(), description="between a need and what was done: it was done for that reason"
    )
    closing: Words = Field(
        default=(), description="ends what is told before it is asked about, without a pause"
    )
    ignored: Words = ()
    outsider: Words = ()

    def words(self) -> Iterator[Word]:
        """Place in the file, phrase, and the part it plays; for whatever stands in sentences."""
        for intent, phrases in self.phrases.items():
            for index, phrase in enumerate(phrases):
                yield ("phrases", intent, index), phrase, Mark(Role.REQUEST, intent)
        for intent, phrases in self.mentioned.items():
            for index, phrase in enumerate(phrases):
                for mark in (Mark(Role.REQUEST, intent), Mark(Role.MENTIONED)):
                    yield ("mentioned", intent, index), phrase, mark
        single = {
            "passing": Role.PASSING,
            "infirm": Role.INFIRM,
            "interrogative": Role.ASKING,
            "wondering": Role.WONDERING,
            "rhetorical": Role.RHETORICAL,
            "negated_by": Role.NEGATOR,
            "closing": Role.CLOSING,
            "ignored": Role.IGNORED,
            "outsider": Role.OUTSIDER,
        }
        for name, role in single.items():
            for index, phrase in enumerate(getattr(self, name)):
                yield (name, index), phrase, Mark(role)


class CallbackTimes(BaseModel):
    """How times of day and delays are named; hours in 24-hour clock."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: dict[str, int] = Field(default_factory=dict, description="word → days from today")
    parts: dict[str, tuple[int, int]] = Field(
        default_factory=dict, description="word → (hour meant when none is named, hours added)"
    )
    clock: tuple[str, ...] = Field(
        default=(), description="what follows an hour; with a space at its end, what precedes it"
    )
    hours: dict[str, int] = Field(default_factory=dict, description="words for small numbers")
    half: Words = ()
    quarter: Words = ()
    delays: dict[str, int] = Field(default_factory=dict, description="word → minutes")
    units: dict[str, int] = Field(default_factory=dict, description="word after a number → minutes")
