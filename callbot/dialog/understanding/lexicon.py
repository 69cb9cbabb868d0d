"""The words of one language, as the office edits them in `prompts/lexicon/<locale>.yaml`.

A phrase may use the notation of `patterns`. Each field is named after the part its words play
(`vocabulary.Role`); the comments in the files say what each is for.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from callbot.dialog.answers import Intent
from callbot.dialog.understanding.homophones import Homophones
from callbot.dialog.understanding.normalise import normalise
from callbot.dialog.understanding.numerals import NUMERALS, Numerals
from callbot.dialog.understanding.patterns import GAP, expand, is_frame, parts
from callbot.dialog.understanding.variants import Variants
from callbot.dialog.understanding.vocabulary import Choices, Mark, Role, Vocabulary

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


_OUT_OF_SENTENCES = ("completed", "name_before", "name_after", "sign", "harmless", "deed", "body",
                     "outing", "company")  # fmt: skip
"""Fields that are looked at for themselves, and play no part in reading a sentence."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    def words(self) -> Iterator[Word]:
        """Place in the file, phrase, and the part it plays; for every field."""
        for name in type(self).model_fields:
            if name in _OUT_OF_SENTENCES:
                continue
            value = getattr(self, name)
            if isinstance(value, dict):
                for code, given in value.items():
                    phrases = given.words if isinstance(given, BodyPart) else given
                    named = (code,) if Role(name) is Role.PLACE else ()
                    for index, phrase in enumerate((*phrases, *named)):
                        yield (name, code, index), phrase, Mark(Role(name), code)
            else:
                for index, phrase in enumerate(value):
                    yield (name, index), phrase, Mark(Role(name))


class Grammar(_Section):
    """Words that shape a sentence, whatever it is about."""

    ignored: Words = ()
    light: Words = ()
    closing: Words = Field(default=(), description="ends what is said of a person")
    everyday: Words = Field(default=(), description="daily life; tells nothing about health")
    harmless: Words = Field(
        default=(), description="may stand beside a no; looked at only where nothing else is read"
    )
    body: Words = Field(default=(), description="harmless but where health is asked about")
    outing: Words = Field(default=(), description="harmless but where going out is asked about")
    company: Words = Field(default=(), description="harmless but where visitors are asked about")
    deed: Words = Field(
        default=(), description="an act: harmless but where going out and visitors are asked about"
    )
    likeness: Words = Field(default=(), description="beside it no word is harmless")
    contrast: Words = ()
    reservation: Words = ()
    except_: Words = Field(default=(), alias="except")
    join: Words = ()
    or_: Words = Field(default=(), alias="or")
    list_tail: Words = ()
    negator: Words = ()
    tight_negator: Words = ()
    all_negator: Words = ()
    noun_negator: Words = ()
    completed: Words = ()
    affirmer: Words = ()
    assent: Words = Field(
        default=(), description="a yes that can be nothing else, wherever it stands"
    )
    intensifier: Words = ()
    denial: Words = ()
    vague: Words = ()
    doubt: Words = ()
    whether: Words = ()
    hedge: Words = ()
    correction: Words = ()
    past: Words = ()
    now: Words = ()
    recovered: Words = ()
    later: Words = ()
    long_ago: Words = Field(
        default=(), description="before the time asked about: what was done then does not count"
    )
    only: Words = ()
    all: Words = ()

    def words(self) -> Iterator[Word]:
        for name, field in type(self).model_fields.items():
            if name in _OUT_OF_SENTENCES:
                continue
            role = Role(field.alias or name)
            for index, phrase in enumerate(getattr(self, name)):
                yield (field.alias or name, index), phrase, Mark(role)


class Persons(_Section):
    """Whom a statement can be about: `core` live with the resident, `family` may not."""

    self: Words = ()
    core: Words = ()
    family: Words = ()
    everyone: Words = ()
    outsider: Words = ()
    third: Words = ()
    addressee: Words = Field(default=(), description="who calls; what they do is no doing of ours")
    focus: Words = Field(default=(), description="before a person: what was said is of that one")
    companion: Words = ()
    object_marker: Words = ()
    says: Words = ()
    name_before: Words = Field(default=(), description="left out before a person's name")
    name_after: Words = Field(default=(), description="left out after a person's name")


class TemperatureWords(_Section):
    normal: Words = ()
    abnormal: Words = ()
    not_measured: Words = ()
    medicine: Words = ()
    below: Words = ()
    above: Words = ()
    earlier_day: Words = ()
    ambient: Words = Field(default=(), description="before a number: of the weather or the room")


class BodyPart(BaseModel):
    """What it is a sign of when something is felt at this part; otherwise it is a complaint."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: Words
    felt: dict[str, SymptomCode | Literal["complaint"]] = Field(default_factory=dict)


class SymptomWords(_Section):
    symptom: dict[SymptomCode, Words] = Field(default_factory=dict)
    severe: dict[SymptomCode, Words] = Field(default_factory=dict)
    complaint: Words = ()
    sign: Words = Field(default=(), description="in a word that is in no list: an illness")
    part: dict[str, BodyPart] = Field(default_factory=dict)
    feeling: dict[str, Words] = Field(default_factory=dict)


class MovementWords(_Section):
    out: Words = ()
    outdoors: Words = Field(default=(), description="done at home or outside; leaves it open")
    errand: Words = Field(default=(), description="being out for something others can be sent for")
    sending: Words = Field(default=(), description="between an errand and who is sent for it")
    go: Words = ()
    home: Words = ()
    place: dict[str, Words] = Field(default_factory=dict)
    transport: Words = ()
    when: Words = ()


class ContactWords(_Section):
    meet: Words = ()
    arrive: Words = Field(default=(), description="of the words for meeting: comes in person")
    alone: Words = ()
    apart: Words = ()
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
    denial: Words = ()
    ignored: Words = ()


class Requests(BaseModel):
    """Phrases of each request; `interrogative` words make a sentence a question."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    phrases: dict[Intent, Words] = Field(default_factory=dict)
    alone: dict[Intent, Words] = Field(default_factory=dict)
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
    ignored: Words = ()
    outsider: Words = ()


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


class Lexicon(BaseModel):
    """All words of a locale, and what is built of them once."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    locale: str
    numerals: Literal["chinese", "english", "korean"]
    spaced: bool = False
    negation: Literal["before", "after"] = "before"
    homophones: bool = False
    least_unread: int = Field(
        default=2, ge=1, description="unread characters of a clause that spoil a calm answer"
    )
    fillers: Words = ()
    not_fillers: Words = ()
    variants: dict[str, str] = Field(
        default_factory=dict, description="dialect and quick speech → the words of this file"
    )
    mishearings: dict[str, str] = Field(default_factory=dict)
    numeral_mishearings: dict[str, str] = Field(default_factory=dict)
    grammar: Grammar
    persons: Persons
    temperature: TemperatureWords
    symptoms: SymptomWords
    movements: MovementWords
    contacts: ContactWords
    yes_no: YesNoWords
    open: OpenWords
    requests: Requests
    callback: CallbackTimes

    @cached_property
    def number_reader(self) -> Numerals:
        return NUMERALS[self.numerals]

    @cached_property
    def statements(self) -> Vocabulary:
        """Words of everything that can be stated, so that each answer binds its own negation."""
        sections = (
            self.grammar, self.persons, self.temperature, self.symptoms, self.movements,
            self.contacts,
        )  # fmt: skip
        words = [entry for section in sections for entry in section.words()]
        acts = (Role.OUT, Role.GO, Role.MEET)
        done = [
            (place, phrase, Mark(Role.COMPLETED))
            for place, phrase, mark in words
            if mark.role in acts and any(sign in phrase for sign in self.grammar.completed)
        ]
        degrees = tuple(p for word in self.grammar.intensifier for p in self.phrases(word))
        strong = [
            (phrase, Mark(Role.INTENSIFIER))
            for phrase, mark in self._entries(words, Role.SEVERE, Role.SYMPTOM)
            if any(degree in phrase for degree in degrees)
        ]
        own = [
            (phrase, Mark(Role.OWN))
            for phrase, _ in self._entries(words, Role.OUT, Role.HOME)
            if self.spaced and not set(self.persons.self).isdisjoint(phrase.split())
        ]
        persons = (Role.FAMILY, Role.OUTSIDER)
        named = [
            (phrase, Mark(mark.role, self._bare_name(phrase)))
            for phrase, mark in self._entries(words, *persons)
        ]
        others = [entry for entry in words if entry[2].role not in persons]
        entries = chain(self._entries(others), named, own, self._entries(done), strong)
        frames = self._frames([*others, *done])
        return Vocabulary(entries, spaced=self.spaced, frames=frames)

    def _bare_name(self, phrase: str) -> str:
        """A person's name without "my" before it and particles after it; one of a single
        character keeps what stands before it ("我妈")."""
        known = self._person_words
        for end in self.persons.name_after:
            if phrase.endswith(end) and phrase.removesuffix(end) in known:
                phrase = phrase.removesuffix(end)
                break
        for start in self.persons.name_before:
            bare = phrase.removeprefix(start).strip()
            if phrase.startswith(start) and len(bare) > 1 and bare in known:
                return bare
        return phrase

    @cached_property
    def _person_words(self) -> frozenset[str]:
        listed = (*self.persons.family, *self.persons.outsider)
        return frozenset(phrase for pattern in listed for phrase in self.phrases(pattern))

    @cached_property
    def agreement(self) -> Vocabulary:
        return self._vocabulary(self.yes_no.words())

    @cached_property
    def plain_agreement(self) -> Vocabulary:
        """Words that agree with what was just said or deny it ("对", "no"), and not those that
        repeat a question's verb ("有", "没去过"), by which that question is answered again."""
        echoes = set(self.yes_no.verb_echo)
        return self._vocabulary(word for word in self.yes_no.words() if word[1] not in echoes)

    def agreement_with(self, yes: Sequence[str], no: Sequence[str]) -> Vocabulary:
        """The same with phrases that mean yes or no as answers to one question."""
        own = [((), phrase, Mark(Role.YES)) for phrase in yes]
        own += [((), phrase, Mark(Role.NO)) for phrase in no]
        return self._vocabulary(iter([*self.yes_no.words(), *own]))

    @cached_property
    def harmless_words(self) -> Vocabulary:
        """With particles, which may stand beside them."""
        grammar = self.grammar
        listed = (
            (grammar.light, Role.LIGHT), (grammar.harmless, Role.HARMLESS),
            (grammar.body, Role.BODY), (grammar.outing, Role.OUTING),
            (grammar.company, Role.COMPANY), (grammar.deed, Role.OUTING),
            (grammar.deed, Role.COMPANY),
        )  # fmt: skip
        words = (((), word, Mark(role)) for words, role in listed for word in words)
        return self._vocabulary(words)

    @cached_property
    def nothing(self) -> Vocabulary:
        return self._vocabulary(self.open.words())

    @cached_property
    def requesting(self) -> Vocabulary:
        return self._vocabulary(request_words(self.requests))

    @cached_property
    def filler_words(self) -> Vocabulary:
        fill = [((), word, Mark(Role.IGNORED)) for word in self.fillers]
        keep = [((), word, Mark(Role.LIGHT)) for word in self.not_fillers]
        return self._vocabulary([*fill, *keep])

    @cached_property
    def standard_forms(self) -> Variants:
        forms = {
            phrase: normalise(standard, spaced=self.spaced)
            for pattern, standard in self.variants.items()
            for phrase in self.phrases(pattern)
        }
        vocabularies = (self.statements, self.harmless_words, self.agreement, self.requesting)
        words = (word for v in vocabularies for phrase in v.words for word in phrase.split())
        return Variants(forms, frozenset(words if self.spaced else ()), spaced=self.spaced)

    @cached_property
    def sound_alikes(self) -> Homophones:
        """Symptoms and places by their sound; never words of yes and no."""
        spoken = (Role.SYMPTOM, Role.SEVERE, Role.PLACE, Role.OUT, Role.NOT_MEASURED)
        words = [w for w in self.statements.words if _plays(self.statements.marks(w), spoken)]
        return Homophones(words if self.homophones else [])

    def prepare(self, *, sounds: bool = False) -> None:
        """Builds what understanding needs, so that no call in progress waits for it.

        sounds: also the likenesses of sound, which take a third of a second and are seldom used.
        """
        _ = (
            self.statements,
            self.harmless_words,
            self.agreement,
            self.plain_agreement,
            self.nothing,
            self.requesting,
            self.filler_words,
            self.standard_forms,
        )
        self.number_reader.measures(" ".join(self.lone_requests))
        if sounds:
            self.sound_alikes.respell("您好", ())

    @cached_property
    def lone_requests(self) -> dict[str, Intent]:
        """Whole utterances that are a request only if nothing else is said."""
        return {
            phrase: intent
            for intent, patterns in self.requests.alone.items()
            for pattern in patterns
            for phrase in self.phrases(pattern)
        }

    def phrases(self, pattern: str) -> tuple[str, ...]:
        """A pattern's phrases, spelled as `normalise` spells what is heard."""
        spelled = self._spelled.get(pattern)
        return _spelled_phrases([pattern], self.spaced)[0] if spelled is None else spelled

    @cached_property
    def _spelled(self) -> dict[str, tuple[str, ...]]:
        """The phrases of every pattern that plays a part in reading."""
        sections = (
            self.grammar, self.persons, self.temperature, self.symptoms, self.movements,
            self.contacts, self.yes_no, self.open,
        )  # fmt: skip
        places = chain(*(section.words() for section in sections), request_words(self.requests))
        patterns = dict.fromkeys(chain((p for _, p, _ in places), self.grammar.harmless))
        listed = [pattern for pattern in patterns if not self.is_frame(pattern)]
        return dict(zip(listed, _spelled_phrases(listed, self.spaced), strict=True))

    def is_frame(self, pattern: str) -> bool:
        """Whether a pattern is found as one expression, and its phrases are not listed."""
        return not self.spaced and is_frame(pattern)

    def _vocabulary(self, words: Iterable[Word]) -> Vocabulary:
        given = list(words)
        return Vocabulary(self._entries(given), spaced=self.spaced, frames=self._frames(given))

    def _frames(self, words: Iterable[Word]) -> Iterator[tuple[Choices, Mark]]:
        return ((_spelled_parts(p), mark) for _, p, mark in words if self.is_frame(p))

    def _entries(self, words: Iterable[Word], *roles: Role) -> Iterator[tuple[str, Mark]]:
        """Each phrase, spelled, with its mark; of the roles given, or of all."""
        return (
            (phrase, mark)
            for _, pattern, mark in words
            if (not roles or mark.role in roles) and not self.is_frame(pattern)
            for phrase in self.phrases(pattern)
        )


_NEXT_PATTERN = "\ue002"
_NEXT_PHRASE = "\ue000"
_GAP_MARK = "\ue001"
"""From the private use area: no word holds them, and normalising leaves them as they are."""


def _spelled_phrases(patterns: Sequence[str], spaced: bool) -> list[tuple[str, ...]]:
    """All at once: a lexicon has 50,000 phrases, and each call of `normalise` costs as much as a
    hundred of them."""
    written = _NEXT_PATTERN.join(_NEXT_PHRASE.join(expand(pattern)) for pattern in patterns)
    spelled = normalise(written.replace(GAP, _GAP_MARK), spaced=spaced)
    return [
        tuple(map(_without_spaces_around_gaps, phrases.split(_NEXT_PHRASE)))
        for phrases in spelled.split(_NEXT_PATTERN)
    ]


def _without_spaces_around_gaps(phrase: str) -> str:
    if _GAP_MARK not in phrase:
        return phrase.strip()
    return GAP.join(part.strip() for part in phrase.split(_GAP_MARK))


def _spelled_parts(pattern: str) -> Choices:
    joined = (_NEXT_PHRASE.join(part).replace(GAP, _GAP_MARK) for part in parts(pattern))
    return tuple(
        tuple(normalise(part, spaced=False).replace(_GAP_MARK, GAP).split(_NEXT_PHRASE))
        for part in joined
    )


def _plays(marks: tuple[Mark, ...], roles: tuple[Role, ...]) -> bool:
    return any(mark.role in roles for mark in marks)


def request_words(requests: Requests) -> Iterator[Word]:
    for intent, phrases in requests.phrases.items():
        for index, phrase in enumerate(phrases):
            yield ("phrases", intent, index), phrase, Mark(Role.REQUEST, intent)
    single = {
        "interrogative": Role.ASKING,
        "wondering": Role.WONDERING,
        "rhetorical": Role.RHETORICAL,
        "negated_by": Role.NEGATOR,
        "ignored": Role.IGNORED,
        "outsider": Role.OUTSIDER,
    }
    for name, role in single.items():
        for index, phrase in enumerate(getattr(requests, name)):
            yield (name, index), phrase, Mark(role)
