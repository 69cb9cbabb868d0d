"""One hypothesis, prepared once: spelled alike, its numbers found, its statement read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from callbot.dialog.understanding.context.beside_another import Beside, beside_another
from callbot.dialog.understanding.context.feelings import with_feelings
from callbot.dialog.understanding.context.framing import framed
from callbot.dialog.understanding.context.harmless import with_harmless
from callbot.dialog.understanding.context.not_done import without_undone
from callbot.dialog.understanding.context.signs import with_signs
from callbot.dialog.understanding.context.since import denied_since
from callbot.dialog.understanding.context.twice_denied import without_denied_denials
from callbot.dialog.understanding.context.whose import whose
from callbot.dialog.understanding.numerals.measure import Measure
from callbot.dialog.understanding.statements.assertions import Statement
from callbot.dialog.understanding.statements.negation_after import NegationAfter
from callbot.dialog.understanding.statements.negation_before import NegationBefore
from callbot.dialog.understanding.unread.complaining import may_complain
from callbot.dialog.understanding.unread.elaboration import elaborating, reasons_first
from callbot.dialog.understanding.unread.korean import settings
from callbot.dialog.understanding.unread.stretches import Unread
from callbot.dialog.understanding.unread.unread import unread
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.normalise import normalise
from callbot.dialog.understanding.words.roles import BREAKS, Mark, Role
from callbot.dialog.understanding.words.vocabulary import Token

_TRANSPORT_NUMBER = re.compile(
    r"(?<![a-z0-9°])(?:[gdcktzs]\d{1,4}|(?:[a-z]{2}|[a-z]\d|\d[a-z])\d{3,4})(?![0-9a-z.])"
)

NEAR_CELSIUS = (30.0, 46.0)
"""Whole numbers that may be a temperature, or one that was misheard."""


@dataclass(frozen=True)
class Utterance:
    """What was said, read as statements.

    spoken: as normalised. text: the same without fillers, which `statement` was read from.
    elaborated: where tokens start that only say more about an outright denial. explaining: the
    same, and of what stands before it. themes, scenes: as `settings` gives them. unread: what no
    word of the lexicon covers. complaining: what of it may be a complaint, where health is asked
    about. beside: what is said beside somebody else's doings.
    """

    spoken: str
    text: str
    measures: tuple[Measure, ...]
    statement: Statement
    elaborated: frozenset[int]
    explaining: frozenset[int]
    themes: frozenset[int]
    scenes: frozenset[int]
    unread: Unread
    complaining: tuple[Token, ...]
    beside: Beside
    lexicon: Lexicon

    @property
    def verb_last(self) -> bool:
        """Whether the language names a place before the verb of going (Korean)."""
        return self.lexicon.negation == "after"

    def explains(self, clause: Sequence[Token]) -> bool:
        """Whether a clause gives a reason of an outright denial, before or after it."""
        return bool(clause) and clause[-1].start in self.explaining

    def tells_more(self, clause: Sequence[Token]) -> bool:
        """Whether a clause says why something was denied, in English: what it names beside other
        words is not what was asked for by itself ("no, church this morning" is)."""
        beside = (*BREAKS, Role.LIGHT, Role.WHEN, Role.PLACE, Role.OUTSIDER, Role.FAMILY, Role.JOIN)
        more = any(not t.has(*beside) for t in clause)
        return self.unread.all_told and more and clause[-1].start in self.elaborated

    @property
    def loose(self) -> bool:
        """Whether something is affirmed in words of no list that `unread` leaves out."""
        return self.statement.loose and not self.unread.all_told

    def measure(self, token: Token) -> Measure:
        return self.measures[int(token.codes(Role.MEASURE)[0])]


def spell(text: str, lexicon: Lexicon) -> str:
    parted = lexicon.ends_of_sentences.with_pauses(text)
    standard = lexicon.standard_forms.standard(normalise(parted, spaced=lexicon.spaced))
    return lexicon.lone_answers.with_pauses(lexicon.plain_phrases.plainly(standard))


def speaks_of_number(text: str, lexicon: Lexicon) -> bool:
    """Whether any numeral is among the words, as far as it was heard."""
    numbers = lexicon.number_reader
    spelled = numbers.spoken_digits(numbers.spelled_out(spell(text, lexicon)))
    return any(character.isdigit() for character in spelled)


def without_fillers(text: str, lexicon: Lexicon) -> str:
    """The text without "呃", "那个" and the like; unchanged if there is nothing else in it."""
    tokens = lexicon.filler_words.tokens(text)
    kept = "".join(t.text if not t.has(Role.IGNORED) else "" for t in _with_spaces(text, tokens))
    if lexicon.spaced:
        kept = re.sub(r"\s+", " ", kept).strip()
    kept = re.sub(r"^[ ,]+|(?<=,),+", "", kept)
    return kept if kept.strip(" ,.?") else text


def _with_spaces(text: str, tokens: list[Token]) -> list[Token]:
    """Tokens and the blanks between them, which no token covers."""
    out: list[Token] = []
    at = 0
    for token in tokens:
        if token.start > at:
            out.append(Token(at, token.start, text[at : token.start], ()))
        out.append(token)
        at = token.end
    return out


def utterance(spoken: str, lexicon: Lexicon) -> Utterance:
    """spoken: as `spell` gives it."""
    text = without_fillers(spoken, lexicon)
    measures = _apart_from_words(lexicon.number_reader.measures(text), text, lexicon)
    known = _transport_numbers(text, lexicon)
    known += [
        Token(m.start, m.end, text[m.start : m.end], (Mark(Role.MEASURE, str(index)),))
        for index, m in enumerate(measures)
        if _may_be_temperature(m) and not any(t.start < m.end and m.start < t.end for t in known)
    ]
    tokens = lexicon.statements.tokens(text, known)
    if lexicon.grammar.everyday:
        # Words run together: a sign of illness within a harmless word (软 in 软件) is none.
        tokens = with_feelings(with_signs(with_harmless(tokens, text, lexicon), lexicon), lexicon)
    else:
        tokens = with_harmless(with_feelings(with_signs(tokens, lexicon), lexicon), text, lexicon)
    tokens = whose(without_denied_denials(without_undone(tokens, lexicon)))
    verb_last = lexicon.negation == "after"
    english = lexicon.spaced and not verb_last
    beside = beside_another(tokens, lexicon.persons) if english else Beside(tokens)
    tokens = beside.tokens
    tokens = denied_since(tokens, frozenset(lexicon.grammar.homecoming))
    tokens = framed(tokens, lexicon.grammar, verb_last=verb_last)
    measures = tuple(replace(m, cut=True) if _goes_on(m, tokens, lexicon) else m for m in measures)
    elaborated = elaborating(tokens, lexicon.grammar.causal, lexicon.grammar.trailing)
    reading = (
        NegationAfter(tokens, lexicon.grammar, elaborated)
        if verb_last
        else NegationBefore(tokens, lexicon.grammar)
    )
    left = unread(tokens, elaborated, lexicon)
    reasons = reasons_first(tokens, lexicon.grammar.causal)
    complaining = may_complain(left.health, tokens, lexicon)
    statement = reading.statement()
    nowhere = frozenset[int](), frozenset[int]()
    told = settings(tokens, elaborated, lexicon.grammar) if verb_last else nowhere
    return Utterance(
        spoken, text, measures, statement, elaborated, elaborated | reasons, *told, left,
        complaining, beside, lexicon,
    )  # fmt: skip


def _apart_from_words(measures: list[Measure], text: str, lexicon: Lexicon) -> tuple[Measure, ...]:
    """Without bare numbers that are syllables of a longer word ("요양보호사 오는 날")."""
    bare = [m for m in measures if not m.marked]
    words = lexicon.statements.tokens(text) if bare and not lexicon.spaced else []
    known = [w for w in words if not w.has(Role.UNKNOWN)]
    return tuple(
        m for m in measures
        if m.marked or not any(w.start < m.start < w.end for w in known)
    )  # fmt: skip


def _goes_on(measure: Measure, tokens: list[Token], lexicon: Lexicon) -> bool:
    """Whether what follows a number without a fraction has the sound of one ("三十七度起冷")."""
    after = next((t for t in tokens if t.start == measure.end), None)
    if not measure.whole or after is None or not (after.has(Role.UNKNOWN) or len(after.text) == 1):
        return False
    sound = lexicon.numeral_mishearings.get(after.text[0], "")
    return lexicon.number_reader.spoken_digits(sound).isdigit()


def _may_be_temperature(measure: Measure) -> bool:
    """A bare number far from any temperature is none, or no number at all (Korean 일이)."""
    lowest, highest = NEAR_CELSIUS
    return measure.marked or not measure.whole or lowest <= measure.low <= highest


def _transport_numbers(text: str, lexicon: Lexicon) -> list[Token]:
    """Trains and flights: `G123`, `g幺二三`, `MU5123`."""
    digits = lexicon.number_reader.spoken_digits(text)
    return [
        Token(m.start(), m.end(), text[m.start() : m.end()], (Mark(Role.TRANSPORT, m[0].upper()),))
        for m in _TRANSPORT_NUMBER.finditer(digits)
    ]
