"""Which stretches of an answer leave a question open, in each kind of language."""

from dataclasses import replace

from callbot.dialog.understanding.unread.by_clause import left_by_clause
from callbot.dialog.understanding.unread.elaboration import elaborating
from callbot.dialog.understanding.unread.english import (
    HEALTH,
    MEETINGS,
    OUTINGS,
    Asked,
    without_elaboration,
)
from callbot.dialog.understanding.unread.korean import told_after_all
from callbot.dialog.understanding.unread.stretches import Unread, strange
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, Role
from callbot.dialog.understanding.words.vocabulary import Token


def unread(tokens: list[Token], elaborated: frozenset[int], lexicon: Lexicon) -> Unread:
    """tokens: as `with_harmless` gives them. elaborated: as `elaborating` gives it."""
    if lexicon.grammar.everyday:
        return left_by_clause(tokens, elaborated, lexicon)
    return _anywhere(tokens, elaborated, lexicon) if lexicon.grammar.harmless else Unread()


def _anywhere(tokens: list[Token], elaborated: frozenset[int], lexicon: Lexicon) -> Unread:
    told = [t for t in tokens if not t.has(Role.IGNORED, *BREAKS)]
    # "Yeah, a bunch of us …": after a yes no word is harmless that may be company.
    affirms = bool(told) and told[0].has(Role.ASSENT)
    acts = _not_excused(tokens) if affirms else tokens
    health, outings, meetings = (
        strange(_counted(words, asked, elaborated, lexicon), lexicon.least_unread, asked.field)
        for asked, words in ((HEALTH, tokens), (OUTINGS, acts), (MEETINGS, acts))
    )
    return Unread(health, outings, meetings, all_told=lexicon.spaced)


def _counted(
    tokens: list[Token], asked: Asked, elaborated: frozenset[int], lexicon: Lexicon
) -> list[Token]:
    """The tokens that count at a question: without those that only say more about a denial."""
    grammar = lexicon.grammar
    if lexicon.spaced:
        return without_elaboration(tokens, asked, lexicon)
    if lexicon.negation == "after":
        # "Only" is an ending here, and may be one of a word that was not read.
        ill = elaborating(tokens, grammar.causal, grammar.trailing, of_health=True)
        return told_after_all(tokens, asked.field, ill if asked is HEALTH else elaborated, grammar)
    return tokens


def _not_excused(tokens: list[Token]) -> list[Token]:
    """The tokens, with none harmless that bears on a question; particles bear on none."""
    return [
        replace(t, marks=tuple(m for m in t.marks if m.role is not Role.HARMLESS))
        if t.has(Role.OUTING, Role.COMPANY) and not t.has(Role.LIGHT)
        else t
        for t in tokens
    ]
