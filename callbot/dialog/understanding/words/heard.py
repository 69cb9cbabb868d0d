"""What was heard, spelled as the lexicon spells its words."""

import re

from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.normalise import normalise
from callbot.dialog.understanding.words.roles import BREAKS, Role
from callbot.dialog.understanding.words.vocabulary import Token


def spell(text: str, lexicon: Lexicon) -> str:
    parted = lexicon.ends_of_sentences.with_pauses(text)
    standard = lexicon.standard_forms.standard(normalise(parted, spaced=lexicon.spaced))
    return lexicon.lone_answers.with_pauses(lexicon.plain_phrases.plainly(standard))


def last_clause(text: str, lexicon: Lexicon) -> str:
    """What stands behind the last pause that was written."""
    return re.split(r"[,.?!]", spell(text, lexicon).rstrip(" ,.?!"))[-1].strip()


def behind_whole(text: str, lexicon: Lexicon) -> str | None:
    """What stands behind the last number if it has no fraction, which that may be, misheard.

    Politeness and the endings of sentences ("삼십칠 도라고요") are nothing.
    """
    spoken = without_fillers(spell(text, lexicon), lexicon)
    last = max(lexicon.number_reader.measures(spoken), key=lambda m: m.end, default=None)
    if last is None or not last.whole:
        return None
    behind = spoken[last.end :]
    ends = lexicon.phrases_of(lexicon.temperature.number_ends)
    longest = max((end for end in ends if behind.startswith(end)), key=len, default="")
    told = (
        token.text
        for token in lexicon.statements.tokens(behind.removeprefix(longest))
        if not token.has(Role.IGNORED, Role.LIGHT, *BREAKS)
    )
    return "".join(filter(str.isalnum, "".join(told)))


def denies_fraction(text: str, lexicon: Lexicon) -> bool:
    """Whether the last number is said to have no fraction ("三十六度整")."""
    last = max(
        lexicon.number_reader.measures(spell(text, lexicon)), key=lambda m: m.end, default=None
    )
    if last is None or last.whole or last.cut or last.low != last.high:
        return False
    return last.low % 1 == 0


def number_heard(text: str, lexicon: Lexicon) -> float:
    """The highest number that may be a temperature, in °C, whatever the words say of it; 0 if there
    is none."""
    measures = lexicon.number_reader.measures(spell(text, lexicon))
    return max((m.high for m in measures), default=0.0)


def leaves_number_open(text: str, lexicon: Lexicon) -> bool:
    """Whether more of a number may follow: one has no fraction, or the words end in a digit.

    A digit within the words is not enough: in Korean and Chinese it is a syllable of many others
    ("오늘", "跟昨天一样").
    """
    numbers = lexicon.number_reader
    begun = any(m.whole or m.cut or m.more for m in numbers.measures(spell(text, lexicon)))
    return begun or numbers.breaks_off(without_fillers(text, lexicon))


def is_bare_number(text: str, lexicon: Lexicon) -> bool:
    """Whether the last number is said without tenths or degrees: "ninety-eight" may go on with
    "point six", though in degrees Celsius it is no whole number."""
    return any(not m.marked for m in lexicon.number_reader.measures(spell(text, lexicon))[-1:])


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
