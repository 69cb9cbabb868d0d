"""Answers of one word, behind which many go on: "Yes. … This is Linda."."""

from callbot.dialog.understanding.words.heard import spell, without_fillers
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, Role


def ends_in_one_word(heard: str, lexicon: Lexicon) -> bool:
    """Whether a yes or no of one word is the last that was said: "yes", "hi, yes", and not "yes,
    that's right"; or nothing but one of the lexicon's that are as brief ("of course", "yes, sir").

    Never where words are written without blanks between them.
    """
    spoken = without_fillers(spell(heard, lexicon), lexicon)
    tokens = lexicon.agreement.tokens(spoken)
    told = [t for t in tokens if not t.has(Role.IGNORED, *BREAKS)]
    answers = told[-1:] if lexicon.spaced else []
    if " ".join(t.text.strip() for t in told) in lexicon.yes_no.brief:
        return lexicon.spaced
    return any(t.has(Role.YES, Role.NO) and len(t.text.split()) == 1 for t in answers)
