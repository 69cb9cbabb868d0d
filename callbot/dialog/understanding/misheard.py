"""Other spellings to try when no hypothesis makes sense as the recogniser wrote it."""

from collections.abc import Iterator

from callbot.dialog.answers import Kind
from callbot.dialog.understanding.context.signs import with_signs
from callbot.dialog.understanding.utterance import spell, without_fillers
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import Role

MOST_MISHEARD_SHARE = 1 / 3
"""Of a number's characters: a number must be mostly heard before the rest is supplied."""


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
