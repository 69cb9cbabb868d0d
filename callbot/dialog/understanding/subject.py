"""Of whom words are said when somebody else answers for the resident."""

from callbot.dialog.answers import AnyValue, Symptoms
from callbot.dialog.understanding.words.heard import spell
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import Role

_SOMEBODY = (Role.THIRD, Role.CORE, Role.FAMILY)


def without_subject(text: str, lexicon: Lexicon) -> str:
    """ "Mum has thirty-six five", said of whom the question is about, as that person would say it.

    Spelled as `spell` does; whole where nobody is named at its beginning.
    """
    spoken = spell(text, lexicon)
    first = next(iter(lexicon.statements.tokens(spoken)), None)
    if first is None or first.start > 0 or not first.has(*_SOMEBODY):
        return spoken
    return spoken[first.end :].strip(" ,")


def of_resident(value: AnyValue) -> AnyValue:
    """To somebody who answers for the resident, "she coughs" is said of the resident."""
    if not isinstance(value, Symptoms) or not value.household:
        return value
    present = tuple(dict.fromkeys((*value.present, *value.household)))
    return Symptoms(present=present, absent=value.absent)
