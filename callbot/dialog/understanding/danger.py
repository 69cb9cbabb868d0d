"""Words of an emergency that the recogniser wrote as others of nearly their sound.

An answer misheard is only looked for where nothing makes sense as it is spelled. Danger is looked
for beside any sense, in every hypothesis, and across the words that were found: "左胸脚这疼" is
said of the chest and not of a foot, "快拍九湖村" calls for an ambulance. What is found this way is
never believed before it is asked about.
"""

from collections.abc import Sequence

from callbot.dialog.answers import Hypothesis, Intent, Kind, Symptoms
from callbot.dialog.understanding.reading import Reading, read
from callbot.dialog.understanding.requests.known_questions import KnownQuestions
from callbot.dialog.understanding.words.heard import spell, without_fillers
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import NEGATORS, Role
from callbot.dialog.understanding.words.sections.answers import URGENT

LEAST_CONFIDENCE = 0.3
"""Of a hypothesis that may hold a cry for help."""

_SURE = (
    Role.SYMPTOM, Role.FEELING, Role.COMPLAINT, Role.OUT, Role.HOME, Role.MEET, Role.PLACE,
    Role.MEASURE,
)  # fmt: skip
"""Words that are meant as they are spelled, though another may sound like part of them."""


def danger_by_sound(
    kind: Kind,
    hypotheses: Sequence[Hypothesis],
    lexicon: Lexicon,
    known: KnownQuestions | None = None,
) -> Reading | None:
    """What the likeliest hypothesis in which danger is told by sound alone means, if it was said
    as it would have to be spelled; None where there is none. Of danger told outright there is
    nothing to look for."""
    for hypothesis in hypotheses:
        if hypothesis.confidence < LEAST_CONFIDENCE:
            continue
        text = without_fillers(spell(hypothesis.text, lexicon), lexicon)
        respelled = lexicon.cries.respell(text, _sure_words(text, lexicon))
        if respelled == text:
            continue
        reading = read(kind, respelled, lexicon, known)
        if _tells_danger(reading):
            return reading
    return None


def _sure_words(text: str, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Where words stand that are not taken for danger misheard."""
    everyday = [t for t in lexicon.harmless_words.tokens(text) if not t.has(Role.UNKNOWN)]
    goods = [t for t in lexicon.needs.tokens(text) if t.has(Role.NEED, Role.HAD)]
    said = [t for t in lexicon.statements.tokens(text) if t.has(*_SURE)]
    long = [t for t in (*everyday, *goods) if len(t.text) > 1]
    # What denies danger is no part of it misheard ("숨이 하나도 안 차요").
    denied = [t for t in lexicon.statements.tokens(text) if t.has(*NEGATORS)]
    return [(t.start, t.end) for t in (*long, *said, *denied)]


def _tells_danger(reading: Reading) -> bool:
    if reading.intent in (Intent.EMERGENCY, Intent.DISTRESS):
        return True
    told = (reading.value, *reading.volunteered)
    return any(
        not URGENT.isdisjoint((*value.present, *value.household))
        for value in told
        if isinstance(value, Symptoms)
    )
