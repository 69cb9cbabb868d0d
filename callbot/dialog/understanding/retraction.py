"""Answers taken back in the middle of an utterance: what replaces one stands alone."""

from collections.abc import Callable

from callbot.dialog.answers import AnyValue, Kind, is_calm
from callbot.dialog.understanding.answers.yes_no import read_yes_no
from callbot.dialog.understanding.utterance import Utterance
from callbot.dialog.understanding.words.heard import without_fillers
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, INVISIBLE, NEGATORS, Role
from callbot.dialog.understanding.words.vocabulary import Vocabulary

_CALM_WORDS = (
    *NEGATORS, Role.DENIAL, Role.HOME, Role.NOBODY, Role.ALONE, Role.APART, Role.NORMAL,
    Role.RECOVERED, Role.MEASURE,
)  # fmt: skip
"""What a calm answer is made of, and a number, which corrects another answer."""


def without_taken_back(
    kind: Kind,
    spoken: str,
    lexicon: Lexicon,
    told: Callable[[str], AnyValue | None],
    agreement: Vocabulary | None = None,
) -> str:
    """As in "三十八度六,等一下我戴个眼镜,是三十六度六", "不是,等等,是的,我听岔了".

    Only a yes or no takes back a yes or no, and a number a number. Of other answers only a calm one
    is taken back ("nobody, oh wait, the plumber"): a symptom that is named after another may be a
    second one.

    spoken: as `spell` gives it. told: the answer that words are by themselves, if any.
    """
    if not lexicon.grammar.stall:
        return spoken
    # Where words are parted, "oh" and "well" in the middle may be second thoughts.
    text = spoken if lexicon.spaced else without_fillers(spoken, lexicon)
    tokens = lexicon.statements.tokens(text)
    for index, token in enumerate(tokens):
        opens = lexicon.spaced or index == 0 or tokens[index - 1].has(*BREAKS)
        if token.has(Role.STALL) and opens:
            before, after = text[: token.start], text[token.end :]
            if _replaces(kind, before, after, lexicon, told, agreement):
                return after.strip(" ,.")
    return spoken


def _replaces(
    kind: Kind,
    before: str,
    after: str,
    lexicon: Lexicon,
    told: Callable[[str], AnyValue | None],
    agreement: Vocabulary | None,
) -> bool:
    if kind is Kind.YES_NO:
        answers = (read_yes_no(part, lexicon, agreement, outright=True) for part in (before, after))
        return all(answers)
    if kind in (Kind.SYMPTOMS, Kind.MOVEMENTS, Kind.CONTACTS):
        first, second = told(before), told(after)
        return first is not None and second is not None and is_calm(first) and not is_calm(second)
    if kind is not Kind.TEMPERATURE:
        return False
    numbers = lexicon.number_reader
    said = numbers.measures(after)
    if not said or not numbers.measures(before):
        return False
    # "…, 等一下, 是三十六度六": measured once more, it would not begin so.
    tokens = lexicon.statements.tokens(after)
    words = [t for t in tokens if t.end <= said[0].start][-1:]
    return any(t.has(Role.BUT_SO) for t in words)


def takes_back_calm(said: Utterance) -> bool:
    """Whether a correction follows all that is calm, and then something else is told that may be a
    way out or a meeting: "没出去哦不对取了个外卖"."""
    tokens = said.statement.tokens
    last = max((i for i, t in enumerate(tokens) if t.has(Role.CORRECTION)), default=len(tokens))
    told = [t for t in tokens[last + 1 :] if not t.has(*BREAKS, *INVISIBLE)]
    return bool(told) and not any(t.has(*_CALM_WORDS) for t in told)
