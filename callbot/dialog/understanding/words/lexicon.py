"""A language's lexicon, and the vocabularies that are built of it once."""

from collections.abc import Sequence
from functools import cached_property
from itertools import chain

from callbot.dialog.answers import Intent, Kind
from callbot.dialog.understanding.numerals import NUMERALS
from callbot.dialog.understanding.numerals.measure import Numerals
from callbot.dialog.understanding.words.bare import Bare
from callbot.dialog.understanding.words.cries import cries
from callbot.dialog.understanding.words.homophones import Homophones, WholeAnswers, syllables
from callbot.dialog.understanding.words.near_hangul import NearHangul
from callbot.dialog.understanding.words.near_homophones import NearHomophones
from callbot.dialog.understanding.words.normalise import normalise
from callbot.dialog.understanding.words.patterns import expand
from callbot.dialog.understanding.words.phrases import Phrases
from callbot.dialog.understanding.words.roles import NEGATORS, Mark, Role
from callbot.dialog.understanding.words.roundabout import Roundabout
from callbot.dialog.understanding.words.sections.section import Words
from callbot.dialog.understanding.words.sentence_ends import (
    LoneAnswer,
    LoneAnswers,
    SentenceEnds,
    TurnEndings,
)
from callbot.dialog.understanding.words.spelling import Spelling
from callbot.dialog.understanding.words.stated import Stated
from callbot.dialog.understanding.words.variants import Variants, carried_over
from callbot.dialog.understanding.words.vocabulary import Vocabulary
from callbot.dialog.understanding.words.written_lexicon import WrittenLexicon

_BESIDE_NEEDS = (
    Role.CONTRAST, Role.RESERVATION, Role.EXCEPT, Role.ONLY, Role.NOUN_NEGATOR, Role.SELF,
    Role.CORE, Role.FAMILY, Role.OUTSIDER, Role.THIRD,
)  # fmt: skip
"""Parts of sentences on which it depends what goods are named for."""


class Lexicon(WrittenLexicon):
    """All words of a locale, and what is built of them once."""

    def phrases(self, pattern: str) -> tuple[str, ...]:
        """What a pattern stands for, spelled as what is heard."""
        return self._phrases.of(pattern)

    def phrases_of(self, patterns: Words) -> tuple[str, ...]:
        """The same of each of several patterns."""
        return self._phrases.of_all(patterns)

    @cached_property
    def _phrases(self) -> Phrases:
        patterns = (section.patterns() for section in self.sections.values())
        return Phrases(chain.from_iterable(patterns), self._spelling)

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
        stated = Stated(words, self.grammar, self.persons, self._phrases, spaced=self.spaced)
        return stated.vocabulary()

    @cached_property
    def agreement(self) -> Vocabulary:
        return self._phrases.vocabulary(self.yes_no.words())

    @cached_property
    def plain_agreement(self) -> Vocabulary:
        """Words that agree with what was just said or deny it ("对", "no"), and not those that
        repeat a question's verb ("有", "没去过"), by which that question is answered again."""
        echoes = set(self.yes_no.verb_echo)
        return self._phrases.vocabulary(w for w in self.yes_no.words() if w[1] not in echoes)

    def agreement_with(self, yes: Sequence[str], no: Sequence[str]) -> Vocabulary:
        """The same with phrases that mean yes or no as answers to one question, whatever they are
        elsewhere: "不错" says yes to "are you …", and otherwise only that something is fine. Who
        answers in the question's own words may say more beside them ("한 명 있어요")."""
        own = [((), phrase, Mark(Role.YES)) for phrase in yes]
        own += [((), phrase, Mark(Role.NO)) for phrase in no]
        asked = {phrase for phrases, _ in self._phrases.entries(own) for phrase in phrases}
        others = (
            word
            for word in self.yes_no.words()
            if word[1] not in {*yes, *no}
            and not (word[2].role is Role.YES_ALONE and word[1] in asked)
        )
        return self._phrases.vocabulary([*others, *own])

    @cached_property
    def harmless_words(self) -> Vocabulary:
        """With particles and words of everyday life, which may stand beside them."""
        grammar = self.grammar
        listed = (
            (grammar.light, Role.LIGHT), (grammar.everyday, Role.EVERYDAY),
            (grammar.harmless, Role.HARMLESS), (grammar.forgone, Role.FORGONE),
            (grammar.pastime, Role.PASTIME), (self.movements.direction, Role.DIRECTION),
            (grammar.body, Role.BODY), (grammar.outing, Role.OUTING),
            (grammar.company, Role.COMPANY), (grammar.deed, Role.OUTING),
            (grammar.deed, Role.COMPANY),
        )  # fmt: skip
        words = (((), word, Mark(role)) for words, role in listed for word in words)
        return self._phrases.vocabulary(words)

    @cached_property
    def measuring_words(self) -> Vocabulary:
        """How a temperature is measured, which tells nothing of what it is."""
        words = (((), word, Mark(Role.HARMLESS)) for word in self.temperature.measuring)
        return self._phrases.vocabulary(words)

    @cached_property
    def supposing_words(self) -> Vocabulary:
        """Beside which it is not said that a temperature is normal."""
        words = (((), word, Mark(Role.SUPPOSING)) for word in self.temperature.supposed)
        return self._phrases.vocabulary(words)

    @cached_property
    def limiting_words(self) -> dict[Kind, Vocabulary]:
        """What denies, and what limits a denial in answers to each kind of question."""
        limits = self.limits
        shared = (
            (limits.denies, Role.NEGATOR), (limits.as_a_rule, Role.NEGATOR),
            (limits.as_a_rule, Role.HABIT), (limits.begins, Role.CONTRAST),
            (limits.unlimited, Role.IGNORED),
        )  # fmt: skip
        facts = (
            (limits.limiter, Role.LIMITER), (limits.limited, Role.LIMITED),
            (limits.outweighed, Role.OUTWEIGHED), (limits.alone, Role.LIMITED_ALONE),
            (limits.in_part, Role.IN_PART),
        )  # fmt: skip
        listed = {fact for words, _ in facts for fact in words}
        return {
            Kind(fact): self._phrases.vocabulary(
                ((), word, Mark(role))
                for words, role in (*shared, *((by[fact], r) for by, r in facts if fact in by))
                for word in words
            )
            for fact in sorted(listed)
        }

    @cached_property
    def states_out_of_reach(self) -> Vocabulary:
        """How things are where nothing is open, and persons who are away."""
        words = (((), word, Mark(Role.HARMLESS)) for word in self.grammar.out_of_reach)
        return self._phrases.vocabulary(words)

    @cached_property
    def needs(self) -> Vocabulary:
        """Goods and help, what asks for them or denies them, who may see to them, and what leads
        from a denial to a wish."""
        parts = (*self.grammar.words(), *self.persons.words())
        words = [*self.open.words(), *(w for w in parts if w[2].role in _BESIDE_NEEDS)]
        return self._phrases.vocabulary(words)

    @cached_property
    def requesting(self) -> Vocabulary:
        return self._phrases.vocabulary(self.requests.words())

    @cached_property
    def filler_words(self) -> Vocabulary:
        fill = [((), word, Mark(Role.IGNORED)) for word in self.fillers]
        keep = [((), word, Mark(Role.LIGHT)) for word in self.not_fillers]
        return self._phrases.vocabulary([*fill, *keep])

    @cached_property
    def ends_of_sentences(self) -> SentenceEnds:
        endings = [phrase for p in self.sentence_ends for phrase in expand(p)]
        turns = (*self.grammar.contrast, *self.grammar.reservation)
        familiar = [phrase for p in self.familiar_ends for phrase in expand(p)]
        return SentenceEnds(
            endings, self.interjections, self.asides, turns, self.going_on, familiar, self.all_else
        )

    @cached_property
    def turn_endings(self) -> TurnEndings | None:
        """None where endings tell nothing."""
        if not self.open_ends:
            return None
        ends = (*self.sentence_ends, *self.closing_ends)
        closing = [phrase for p in ends for phrase in expand(p)]
        going_on = [phrase for p in self.open_ends for phrase in expand(p)]
        reasons = [phrase for p in self.reason_ends for phrase in expand(p)]
        settling = {
            Kind(kind): [phrase for p in words for phrase in expand(p)]
            for kind, words in self.settling.items()
        }
        return TurnEndings(self.answering, closing, going_on, reasons, settling)

    @cached_property
    def lone_answers(self) -> LoneAnswers:
        spelled = self._phrases.of_all
        begins = spelled(self.sentence_begins)
        found = [LoneAnswer(spelled(self.grammar.noun_negator), begins)]
        found += [
            LoneAnswer(spelled(p.after), spelled(p.before) or begins, p.within) for p in self.pauses
        ]
        return LoneAnswers(found, self.fillers)

    @cached_property
    def places(self) -> Bare:
        """Names of places that are in no list."""
        before, after = self.movements.before_place, self.movements.after_place
        return Bare(self._phrases.of_all(before), self._phrases.of_all(after), spaced=self.spaced)

    @cached_property
    def vehicles(self) -> Bare:
        return Bare(self._phrases.of_all(self.movements.before_vehicle), spaced=self.spaced)

    @cached_property
    def plain_phrases(self) -> Roundabout:
        said = self._spelling.parts([*self.roundabout])
        turns = dict(zip(said, self.roundabout.values(), strict=True))
        return Roundabout(turns, self.not_roundabout)

    @cached_property
    def standard_forms(self) -> Variants:
        vocabularies = (self.statements, self.harmless_words, self.agreement, self.requesting)
        listed = chain.from_iterable(v.words for v in vocabularies if self.spaced)
        known = frozenset(" ".join(listed).split())
        return Variants(self._variant_forms, known, spaced=self.spaced)

    @cached_property
    def _variant_forms(self) -> dict[str, str]:
        written = [pair for form in self.variants.items() for pair in carried_over(*form)]
        spelled = Spelling(self.spaced).phrases([said for said, _ in written])
        return {
            phrase: normalise(standard, spaced=self.spaced)
            for phrases, (_, standard) in zip(spelled, written, strict=True)
            for phrase in phrases
        }

    @cached_property
    def _spelling(self) -> Spelling:
        """How phrases of this lexicon are spelled: as what is heard, dialect too. Words of a
        language with spaces are found whole, and are left as they are written."""
        forms = {} if self.spaced else self._variant_forms
        return Spelling(self.spaced, Variants(forms, frozenset(), spaced=self.spaced))

    @cached_property
    def sound_alikes(self) -> Homophones:
        """Symptoms and places by their sound; never words of yes and no."""
        spoken = (Role.SYMPTOM, Role.SEVERE, Role.PLACE, Role.OUT, Role.NOT_MEASURED)
        words = [
            word
            for word in self.statements.words
            if any(mark.role in spoken for mark in self.statements.marks(word))
        ]
        return Homophones(words if self.homophones else [])

    @cached_property
    def signs_by_sound(self) -> NearHangul:
        """Signs of illness by what sounds nearly like them, in Korean."""
        marks = self.statements.marks
        signs = (Role.SYMPTOM, Role.SEVERE)
        return NearHangul(
            w for w in self.statements.words if any(mark.role in signs for mark in marks(w))
        )

    @cached_property
    def sounds_denied(self) -> frozenset[str]:
        """Sounds of the negations of one syllable; none where words are not spelled by sound."""
        words = self.statements.words if self.homophones else ()
        denying = (w for w in words if any(m.role in NEGATORS for m in self.statements.marks(w)))
        return frozenset(syllables(w)[0] for w in denying if len(w) == 1)

    @cached_property
    def answers_by_sound(self) -> WholeAnswers:
        return WholeAnswers(p for pattern in self.whole_answers for p in self.phrases(pattern))

    @cached_property
    def cries(self) -> NearHomophones | NearHangul:
        """Danger by its sound, in Chinese and in Korean."""
        by_sound = NearHomophones if self.homophones else NearHangul
        return cries(by_sound, self.symptoms, self.statements, self.requesting, self._phrases)

    def prepare(self, *, wholly: bool = False) -> None:
        """Builds what understanding needs, so that no call in progress waits for it.

        wholly: also what makes the first utterances 10 ms slower, in all half a second, and the
        likenesses of sound, which take a second and are seldom used.
        """
        vocabularies = (
            self.statements,
            self.harmless_words,
            self.agreement,
            self.plain_agreement,
            self.needs,
            self.requesting,
            self.filler_words,
            self.measuring_words,
            self.supposing_words,
            *self.limiting_words.values(),
        )
        _ = self.standard_forms
        self.number_reader.measures(" ".join(self.lone_requests))
        if wholly:
            for vocabulary in vocabularies:
                vocabulary.compile()
            self.sound_alikes.respell("您好", ())
            self.signs_by_sound.respell("여보세요", ())
            self.cries.respell("您好吗喂여보세요", ())
            self.answers_by_sound.respell("您好")

    @cached_property
    def lone_requests(self) -> dict[str, Intent]:
        """Whole utterances that are a request only if nothing else is said."""
        return {
            phrase: intent
            for intent, patterns in self.requests.alone.items()
            for pattern in patterns
            for phrase in self._phrases.of(pattern)
        }

    @cached_property
    def offers(self) -> tuple[str, ...]:
        """What somebody says who answers in the resident's place, as it is heard."""
        return self._phrases.of_all(self.requests.speaking_for)

    @cached_property
    def calls_to_telephone(self) -> tuple[str, ...]:
        """What somebody says who fetches the resident, as it is heard."""
        return self._phrases.of_all(self.requests.fetching)
