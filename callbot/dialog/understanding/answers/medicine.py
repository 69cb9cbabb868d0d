"""Whether medicine was taken, which may be why nothing is felt."""

from itertools import takewhile

from callbot.dialog.understanding.utterance import Utterance
from callbot.dialog.understanding.words.roles import BREAKS, NEGATORS, Role


def takes_medicine(said: Utterance) -> bool:
    """As in "都挺好,刚吃完退烧药": what it was taken for is not told."""
    tokens = said.statement.tokens
    return any(
        token.has(Role.MEDICINE)
        and not any(
            t.has(*NEGATORS, Role.LATER)
            for t in takewhile(lambda t: not t.has(*BREAKS), reversed(tokens[:index]))
        )
        for index, token in enumerate(tokens)
    )
