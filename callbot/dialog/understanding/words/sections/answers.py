"""Words of each kind of answer."""

from typing import Annotated, Literal

from pydantic import Field

from callbot.dialog.understanding.words.roles import Role
from callbot.dialog.understanding.words.sections.section import Aside, Entry, Plays, Section, Words

SymptomCode = Literal[
    "fever", "chills", "cough", "sore_throat", "runny_nose", "nasal_congestion", "headache",
    "muscle_pain", "fatigue", "diarrhea", "nausea", "vomiting", "poor_appetite",
    "chest_tightness", "chest_pain", "shortness_of_breath", "palpitations", "loss_of_smell",
    "loss_of_taste", "conjunctivitis", "rash", "confusion", "drowsiness", "cyanosis",
]  # fmt: skip

URGENT: frozenset[SymptomCode] = frozenset(
    {"chest_pain", "chest_tightness", "shortness_of_breath", "confusion", "cyanosis"}
)
"""Strong signs of these are an emergency."""


class TemperatureWords(Section):
    normal: Words = ()
    abnormal: Words = ()
    not_measured: Words = ()
    taken: Words = Field(default=(), description="it was measured; the number may be forgotten")
    medicine: Words = ()
    forgotten: Words = Field(
        default=(), description="the figure is not known any more; what is said in words stands"
    )
    disbelieved: Aside = Field(
        default=(), description="beside a number: it was made up, or what showed it is out of order"
    )
    limit: Words = Field(default=(), description="after a number: where fever begins")
    belonging: Aside = Field(
        default=(), description="after a number: whose it is, or of which day, may follow"
    )
    dated: Aside = Field(
        default=(), description="behind a number and an earlier day: the number is of that day"
    )
    staff: Aside = Field(default=(), description="whoever comes to take the resident's temperature")
    taking: Aside = Field(default=(), description="what they do")
    below: Words = ()
    above: Words = ()
    nearly: Words = Field(
        default=(), description="before a number: not quite reached; one read beside it counts"
    )
    earlier_day: Words = ()
    instrument: Words = Field(default=(), description="what measures; a doubt told of it is of it")
    ambient: Words = Field(default=(), description="before a number: of the weather or the room")
    measuring: Aside = Field(
        default=(), description="who measures, when, where, with what: no sign of illness here"
    )
    compared: Aside = Field(
        default=(), description="beside an earlier day: today is told of, and likened to that day"
    )
    of_now: Aside = Field(
        default=(),
        description="behind a day of `compared` and before a number: the number is of now",
    )
    former: Aside = Field(
        default=(), description="right before a number: another has risen or fallen from it"
    )
    told_as: Aside = Field(
        default=(),
        description="before a number in one clause: it is a temperature, whatever was asked",
    )
    number_ends: Aside = Field(
        default=(), description="right behind a number it ends the sentence, and is no tenth"
    )
    supposed: Aside = Field(
        default=(), description="in one clause with `normal`: it is hoped, supposed, or nearly so"
    )
    some_such: Aside = Field(
        default=(), description="after a fever denied and a but: there is one after all"
    )
    none_such: Aside = Field(
        default=(), description="of `not_measured`: after a fever denied, that is what is not had"
    )


class BodyPart(Entry):
    """What it is a sign of when something is felt at this part; otherwise it is a complaint."""

    felt: dict[str, SymptomCode | Literal["complaint"]] = Field(default_factory=dict)


class SymptomWords(Section):
    symptom: dict[SymptomCode, Words] = Field(default_factory=dict)
    severe: dict[SymptomCode, Words] = Field(default_factory=dict)
    over: Annotated[dict[SymptomCode, Words], Plays(Role.RECOVERED)] = Field(
        default_factory=dict, description="says that this sign is over, and of no other (烧退了)"
    )
    strain: Annotated[Words, Plays(Role.STRAIN, Role.COMPLAINT)] = Field(
        default=(), description="a complaint that no word before it denies (has to rest on stairs)"
    )
    complaint: Words = ()
    unwell: Words = Field(
        default=(),
        description="of `complaint`, those of no one part or sign: denied, all is well (难受)",
    )
    sign: Aside = Field(default=(), description="in a word that is in no list: an illness")
    bodily: Aside = Field(
        default=(), description="in a clause after a denial: what stands in no list may be felt"
    )
    part: dict[str, BodyPart] = Field(default_factory=dict)
    feeling: dict[str, Words] = Field(default_factory=dict)


class MovementWords(Section):
    out: Words = ()
    outdoors: Words = Field(default=(), description="done at home or outside; leaves it open")
    errand: Words = Field(default=(), description="being out for something others can be sent for")
    sending: Words = Field(default=(), description="between an errand and who is sent for it")
    fetched: Words = Field(
        default=(), description="after a person: an errand done in the resident's place"
    )
    go: Words = ()
    home: Words = ()
    place: Annotated[dict[str, Words], Plays(Role.PLACE, named=True)] = Field(default_factory=dict)
    transport: Words = ()
    journey: Words = Field(default=(), description="of `transport`: brings from far away")
    elsewhere: Aside = Field(default=(), description="no other place than the one named before")
    direction: Aside = Field(default=(), description="makes a place of a word of no list")
    within: Aside = Field(default=(), description="where somebody is, or lives (in Ohio)")
    at: Aside = Field(default=(), description="where the resident was, by a word of no list")
    before_place: Aside = Field(default=(), description="left out before a place of no list")
    after_place: Aside = Field(default=(), description="left out after it")
    before_vehicle: Aside = Field(default=(), description="left out before what one went by")
    when: Words = ()
    day: Words = Field(default=(), description="of `when`: names a day, and ends a denial")


class ContactWords(Section):
    meet: Words = ()
    close: Annotated[Words, Plays(Role.MEET, Role.CLOSE)] = Field(
        default=(), description="of the words for meeting: no distance kept takes it back"
    )
    arrive: Words = Field(default=(), description="of the words for meeting: comes in person")
    coming: Aside = Field(
        default=(), description="right after a person: came to do what follows (来上课)"
    )
    visits: Words = Field(
        default=(), description="of the words for meeting: whoever does it lives elsewhere"
    )
    together: Words = Field(
        default=(), description="of the words for meeting: done together, whoever kept away before"
    )
    crowd: Words = Field(default=(), description="where, or at what, people are met")
    alone: Words = ()
    thing: Words = Field(default=(), description="keeps company and is nobody (a radio, a dog)")
    apart: Words = ()
    rang: Annotated[Words, Plays(Role.APART, Role.RANG)] = Field(
        default=(), description="of `apart`: rang up; who came in before it was met all the same"
    )
    distance: Annotated[Words, Plays(Role.APART, Role.DISTANCE)] = Field(
        default=(), description="of `apart`: how far off, which a close meeting outweighs"
    )
    opposite: Annotated[Words, Plays(Role.APART, Role.DISTANCE, Role.OPPOSITE)] = Field(
        default=(), description="of `distance`: right after a person it tells where they live"
    )
    nobody: Words = ()


class YesNoWords(Section):
    yes: Words = ()
    no: Words = ()
    yes_alone: Annotated[Words, Plays(Role.YES, Role.YES_ALONE)] = Field(
        default=(),
        description="a yes only where nothing but who, when and politeness is said beside it in its"
        " clause: verbs that end any sentence, and what other words hold",
    )
    weak_yes: Words = ()
    verb_echo: Aside = Field(
        default=(), description="a yes or no that repeats the question's verb, and answers it again"
    )
    brief: Aside = Field(
        default=(), description="yes or no in more words than one that is as brief"
    )
    negator: Words = Field(default=(), description="makes a no of the yes beside it")
    doubt: Words = ()
    hedge: Words = ()
    correction: Words = ()
    contrast: Words = ()
    ignored: Words = ()


class OpenWords(Section):
    """Of an answer to "do you need anything": what denies it, and what makes a need of it."""

    denial: Words = ()
    ignored: Words = ()
    need: Words = Field(default=(), description="goods and help; without any, all words name some")
    wish: Words = Field(
        default=(), description="asks for something, or tells that it runs out or is broken"
    )
    undecided: Words = Field(
        default=(), description="looks for what may be needed: no answer where nothing else is told"
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
