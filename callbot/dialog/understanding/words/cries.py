"""Calls for help and signs that cannot wait, for finding them by their sound."""

from collections.abc import Iterator
from itertools import product

from callbot.dialog.answers import Intent
from callbot.dialog.understanding.words.near_hangul import NearHangul
from callbot.dialog.understanding.words.near_homophones import NearHomophones
from callbot.dialog.understanding.words.patterns import is_frame
from callbot.dialog.understanding.words.phrases import Phrases
from callbot.dialog.understanding.words.roles import Mark, Role
from callbot.dialog.understanding.words.sections.answers import URGENT, SymptomWords
from callbot.dialog.understanding.words.vocabulary import Vocabulary

_SIGNS = [Mark(role, code) for role in (Role.SYMPTOM, Role.SEVERE) for code in URGENT]
_BREATHLESS = [Mark(role, "shortness_of_breath") for role in (Role.SYMPTOM, Role.SEVERE)]

BySound = type[NearHomophones] | type[NearHangul]


def cries(
    by_sound: BySound,
    symptoms: SymptomWords,
    statements: Vocabulary,
    requesting: Vocabulary,
    phrases: Phrases,
) -> NearHomophones | NearHangul:
    """Of a lexicon, of which these are parts, in the script of its language; in another script
    nothing is found. Words of despair are found only where all fits; a want of breath, in Chinese,
    also where less of it does, if it is a clause of its own."""
    urgent = [*_marked(statements, *_SIGNS), *_felt(symptoms, phrases)]
    urgent += _marked(requesting, Mark(Role.REQUEST, Intent.EMERGENCY))
    despair = _marked(requesting, Mark(Role.REQUEST, Intent.DISTRESS))
    if by_sound is NearHomophones:
        return NearHomophones(urgent, despair, clauses=_marked(statements, *_BREATHLESS))
    return by_sound(urgent, despair)


def _felt(symptoms: SymptomWords, phrases: Phrases) -> Iterator[str]:
    """Parts of the body with what, felt there, cannot wait ("胸口" and "绞痛"); of "嘴" and "紫的"
    too much has the sound."""
    for part in symptoms.part.values():
        urgent = (
            symptoms.feeling[feeling] for feeling, code in part.felt.items() if code in URGENT
        )
        listed = [p for patterns in urgent for p in patterns if not is_frame(p)]
        told = product(phrases.of_all(part.words), phrases.of_all(listed))
        yield from (where + what for where, what in told if len(where) > 1 or len(what) > 2)


def _marked(vocabulary: Vocabulary, *marks: Mark) -> list[str]:
    return [w for w in vocabulary.words if not set(marks).isdisjoint(vocabulary.marks(w))]
