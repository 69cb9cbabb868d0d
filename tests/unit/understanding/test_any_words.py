"""Whatever is said, understanding makes something of it."""

import random

import pytest

from callbot.dialog.answers import Hypothesis, Kind, Status
from callbot.dialog.understanding import Lexicon, Resemblance, understand, weighed

UTTERANCES = 200
MOST_WORDS = 8


@pytest.mark.parametrize("locale", ["zh-CN", "en-US", "ko-KR"])
def test_the_lexicons_own_words_in_any_order_are_read(
    lexicons: dict[str, Lexicon], examples: dict[str, Resemblance], locale: str
) -> None:
    lexicon, draw = lexicons[locale], random.Random(0)
    words = sorted({*lexicon.statements.words, *lexicon.requesting.words})
    for _ in range(UTTERANCES):
        said = [draw.choice([*draw.choices(words, k=6), ","]) for _ in range(MOST_WORDS)]
        said = said[: draw.randint(1, MOST_WORDS)]
        heard = [Hypothesis(text=(" " if lexicon.spaced else "").join(said))]
        kind = draw.choice(list(Kind))
        got = weighed(understand(kind, heard, lexicon), kind, heard, lexicon, examples[locale])
        assert got.value is None or got.status is not Status.UNCLEAR, heard


def test_a_word_for_somebody_away_may_be_the_last(lexicons: dict[str, Lexicon]) -> None:
    heard = [Hypothesis(text="my daughter rings every evening but she can't come in")]
    for kind in Kind:
        assert understand(kind, heard, lexicons["en-US"]).confidence > 0
