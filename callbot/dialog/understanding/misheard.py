"""Other spellings to try when no hypothesis makes sense as the recogniser wrote it."""

from collections.abc import Iterator

from callbot.dialog.answers import Kind
from callbot.dialog.understanding.context.signs import with_signs
from callbot.dialog.understanding.words.heard import spell, without_fillers
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, NEGATORS, Role

MOST_MISHEARD_SHARE = 1 / 3
"""Of a number's characters: a number must be mostly heard before the rest is supplied."""

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


def with_pause(kind: Kind, heard: str, lexicon: Lexicon) -> str | None:
    """With a pause after the denial that an utterance begins with, where none was written: in
    "没有门铃都没响过" it denies no bell. None where it cannot be so ("没有不出门")."""
    text = without_fillers(spell(heard, lexicon), lexicon)
    words = lexicon.needs if kind is Kind.OPEN else lexicon.statements
    first, *rest = words.tokens(text)
    denied = first.has(Role.NEGATOR, Role.DENIAL) and len(first.text) >= LEAST_DENIAL
    if lexicon.spaced or lexicon.negation == "after" or not denied:
        return None
    if not rest or rest[0].has(*BREAKS, *NEGATORS, Role.INTENSIFIER):
        return None
    return f"{first.text},{text[first.end :]}"


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
