"""Signs of illness that may be lost beside others: clauses that nobody read.

Of "从昨晚开始发烧，嗓子也疼" was made "从左软开始发烧,反自夜彤": the fever is read back, people
agree, and nobody learns of the throat. Most times, reasons and comments ("老毛病了",
"可能是着凉了") are in words that the lexicon knows: of the answers with signs in the development
data one in thirty in Chinese and one in fifty in Korean and English holds a clause that it does
not.
"""

from callbot.dialog.understanding.context.signs import is_signed
from callbot.dialog.understanding.statements.clauses import between_pauses
from callbot.dialog.understanding.utterance import utterance
from callbot.dialog.understanding.words.heard import spell
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import UNREAD, Role
from callbot.dialog.understanding.words.vocabulary import Token

_SIGN = (Role.SYMPTOM, Role.SEVERE)

_AROUND_ACHE = (
    Role.LIGHT, Role.AFFIRMER, Role.INTENSIFIER, Role.JOIN, Role.SELF, Role.POSSESSIVE,
)  # fmt: skip
"""What may stand around an ache and the part of the body it is told of ("and my … hurts a lot")."""


def may_lose_sign(heard: str, lexicon: Lexicon, *, surely: bool) -> bool:
    """Whether a clause that may be a sign misheard stands beside one that tells a sign.

    surely: whether the words were surely heard: then only an ache of a word that is no part of the
    body is one ("冈子也疼", "胖液疼" of 头也疼); else any clause that was not read is, but a slip
    of few characters.
    """
    said = utterance(spell(heard, lexicon), lexicon)
    clauses = between_pauses(list(said.statement.tokens))
    apart = [c for c in clauses if not any(t.has(*_SIGN) for t in c)]
    if len(apart) == len(clauses):
        return False
    if any(map(_is_ache, apart)):
        return True
    unread = [t for t in said.complaining if t.has(*UNREAD)]
    longest = max((_length([t for t in c if t in unread]) for c in apart), default=0)
    return not surely and longest >= lexicon.least_unread


def begins_like_denial(heard: str, lexicon: Lexicon) -> bool:
    """Whether a sign begins a clause with a denial of which one syllable was heard for another:
    "我倒没劲", "没有劲，可不舒服" of 我倒没事, 没有任何不舒服. In "浑身没劲" it does not."""
    if lexicon.spaced:
        return False
    denials = lexicon.phrases_of(lexicon.grammar.negator)
    said = utterance(spell(heard, lexicon), lexicon)
    clauses = between_pauses(list(said.statement.tokens))
    firsts = (next((t for t in c if not t.has(Role.SELF)), None) for c in clauses)
    return any(t is not None and t.has(*_SIGN) and t.text.startswith(denials) for t in firsts)


def _is_ache(clause: list[Token]) -> bool:
    """Whether a clause is an ache of a word that is no part of the body; "小感冒" is none."""
    told = [t for t in clause if not t.has(*_AROUND_ACHE)]
    if len(told) != 2 or not told[1].has(Role.COMPLAINT) or told[1].has(Role.UNWELL):
        return False
    strange = told[0].has(Role.UNKNOWN) or is_signed(told[0])
    return strange or (told[0].has(Role.EVERYDAY) and _length(told[:1]) > 1)


def _length(tokens: list[Token]) -> int:
    return sum(len(t.text.replace(" ", "")) for t in tokens)
