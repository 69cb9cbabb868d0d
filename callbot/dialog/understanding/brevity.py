"""Answers of one word, behind which people often go on."""

from callbot.dialog.understanding.words.heard import spell, without_fillers
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, Role
from callbot.dialog.understanding.words.vocabulary import Token


def ends_in_one_word(heard: str, lexicon: Lexicon) -> bool:
    """Whether a yes or no of one word is the last that was said: "yes", "hi, yes", and not "yes,
    that's right"; or nothing but one of the lexicon's that are as brief ("of course", "yes, sir").

    Never where words are written without blanks between them.
    """
    told = _told(heard, lexicon)
    return lexicon.spaced and (_is_brief(told, lexicon) or any(map(_is_word, told[-1:])))


def is_one_word(heard: str, lexicon: Lexicon) -> bool:
    """The same of all that was said: "no" or "no, sir", and not "no, I feel fine"."""
    told = _told(heard, lexicon)
    alone = len(told) == 1 and _is_word(told[0])
    return lexicon.spaced and (alone or _is_brief(told, lexicon))


def is_mere_particle(heard: str, lexicon: Lexicon) -> bool:
    """Whether all that was said stands beside an answer, and is none: the ending "네요"."""
    return not _told(heard, lexicon)


def _told(heard: str, lexicon: Lexicon) -> list[Token]:
    spoken = without_fillers(spell(heard, lexicon), lexicon)
    tokens = lexicon.agreement.tokens(spoken)
    return [token for token in tokens if not token.has(Role.IGNORED, *BREAKS)]


def _is_word(token: Token) -> bool:
    return token.has(Role.YES, Role.NO) and len(token.text.split()) == 1


def _is_brief(told: list[Token], lexicon: Lexicon) -> bool:
    return " ".join(token.text.strip() for token in told) in lexicon.yes_no.brief
