"""One hypothesis, prepared once: spelled alike, its numbers found, its statement read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from callbot.dialog.understanding.context.beginning import begun_at_times
from callbot.dialog.understanding.context.beside_another import Beside, beside_another
from callbot.dialog.understanding.context.feelings import with_feelings
from callbot.dialog.understanding.context.framing import framed
from callbot.dialog.understanding.context.habits import without_skipped
from callbot.dialog.understanding.context.harmless import with_harmless
from callbot.dialog.understanding.context.in_turn import answered_in_turn
from callbot.dialog.understanding.context.not_done import without_undone
from callbot.dialog.understanding.context.numbers import is_cut, measures_apart, number_tokens
from callbot.dialog.understanding.context.order import in_order
from callbot.dialog.understanding.context.out_of_reach import without_reach
from callbot.dialog.understanding.context.signs import with_signs, without_chance_signs
from callbot.dialog.understanding.context.since import denied_since
from callbot.dialog.understanding.context.still_there import still_there
from callbot.dialog.understanding.context.twice_denied import without_denied_denials
from callbot.dialog.understanding.context.whose import felt_by_another, whose
from callbot.dialog.understanding.numerals.measure import Measure
from callbot.dialog.understanding.statements.assertions import Statement
from callbot.dialog.understanding.statements.negation_after import NegationAfter
from callbot.dialog.understanding.statements.negation_before import NegationBefore
from callbot.dialog.understanding.unread.complaining import may_complain
from callbot.dialog.understanding.unread.elaboration import elaborating, reasons_first
from callbot.dialog.understanding.unread.korean import settings
from callbot.dialog.understanding.unread.stretches import Unread
from callbot.dialog.understanding.unread.unread import unread
from callbot.dialog.understanding.words.heard import without_fillers
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, Role
from callbot.dialog.understanding.words.vocabulary import Token


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


def utterance(spoken: str, lexicon: Lexicon) -> Utterance:
    """spoken: as `spell` gives it."""
    text = without_fillers(spoken, lexicon)
    measures = measures_apart(text, lexicon)
    tokens = lexicon.statements.tokens(text, number_tokens(text, measures, lexicon))
    if lexicon.grammar.everyday:
        # Words run together: a sign of illness within a harmless word (软 in 软件) is none.
        tokens = with_signs(with_harmless(tokens, text, lexicon), lexicon)
        tokens = with_feelings(without_chance_signs(tokens), lexicon)
    else:
        tokens = with_harmless(with_feelings(with_signs(tokens, lexicon), lexicon), text, lexicon)
    tokens = without_reach(tokens, text, lexicon)
    tokens = whose(without_denied_denials(without_undone(tokens, lexicon)))
    verb_last = lexicon.negation == "after"
    if verb_last:
        tokens = felt_by_another(tokens, lexicon.grammar, lexicon.phrases_of(lexicon.persons.focus))
    english = lexicon.spaced and not verb_last
    tokens = answered_in_turn(tokens, lexicon.grammar) if english else tokens
    beside = beside_another(tokens, lexicon.persons) if english else Beside(tokens)
    tokens = without_skipped(beside.tokens, lexicon.grammar) if english else beside.tokens
    tokens = begun_at_times(still_there(tokens), lexicon.grammar)
    tokens = denied_since(tokens, frozenset(lexicon.grammar.homecoming))
    tokens = framed(tokens, lexicon.grammar, verb_last=verb_last)
    tokens = in_order(tokens, lexicon.grammar) if verb_last else tokens
    measures = tuple(replace(m, cut=True) if is_cut(m, tokens, lexicon) else m for m in measures)
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
