"""An office's own recordings with a sheet of truths: what the bot would have believed of each."""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from callbot.bench.speech import percentile
from callbot.bench.tallies import TallyOfKind, tally
from callbot.campaigns.roster.file import read_sheets
from callbot.dialog.answers import Hypothesis, Intent, Kind, Status
from callbot.dialog.script import Script
from callbot.dialog.understanding import understand, weighed
from callbot.errors import BadInput
from callbot.speech.audio import Pcm, frames
from callbot.speech.recognizer import Hints, Recognizer
from callbot.speech.recordings import read_wav

COLUMNS = ("file", "question", "said")
VALUE = "value"
"""An optional column: the truth in the shape of `callbot understand`, where the words do not say
it plainly."""


@dataclass(frozen=True)
class RecordedAnswer:
    """truth: parts of the right value. hints: as the bot would have had them in a call."""

    name: str
    pcm: Pcm
    kind: Kind
    hints: Hints
    truth: dict[str, Any]


@dataclass(frozen=True)
class RecordedFigures:
    """By kind of answer. wrong: files of which something wrong would have been believed."""

    recordings: int
    kinds: dict[str, TallyOfKind]
    latency_p50_s: float
    latency_p95_s: float
    wrong: list[str]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def load_truths(folder: Path, sheet: Path, script: Script, locale: str) -> list[RecordedAnswer]:
    """The sheet: a workbook or CSV with the columns file, question, said, and value if need be.

    Raises BadInput naming the row and column that is wrong.
    """
    rows = read_sheets(sheet)[0].rows
    headings = [str(cell or "").strip().lower() for cell in rows[0]] if rows else []
    missing = [name for name in COLUMNS if name not in headings]
    if missing:
        raise BadInput(
            f"{sheet}: no column {', '.join(missing)}; the first row names {', '.join(COLUMNS)}"
        )
    read = []
    for number, cells in enumerate(rows[1:], 2):
        row = {
            heading: "" if cell is None else str(cell).strip()
            for heading, cell in zip(headings, cells, strict=False)
        }
        if any(row.values()):
            read.append(_answer(row, f"{sheet}, row {number}", folder, script, locale))
    if not read:
        raise BadInput(f"{sheet} has no rows below its headings")
    return read


async def bench_recorded(
    answers: Sequence[RecordedAnswer],
    script: Script,
    recognizer: Recognizer,
    progress: Callable[[str, int, int], None] | None = None,
) -> RecordedFigures:
    """One after another, on a recogniser that has started; decoded harder where it is unclear."""
    kinds: defaultdict[str, TallyOfKind] = defaultdict(TallyOfKind)
    latencies: list[float] = []
    wrong: list[str] = []
    for done, answer in enumerate(answers, 1):
        began = time.perf_counter()
        status, value = await _believed(answer, script, recognizer)
        latencies.append(time.perf_counter() - began)
        counted = tally(answer.truth, status, value)
        kinds[answer.kind.value] += counted
        if counted.wrong_but_clear:
            wrong.append(answer.name)
        if progress is not None:
            progress("recordings", done, len(answers))
    return RecordedFigures(
        len(answers), dict(kinds), percentile(latencies, 50), percentile(latencies, 95), wrong
    )


async def _believed(
    answer: RecordedAnswer, script: Script, recognizer: Recognizer
) -> tuple[Status, dict[str, Any] | None]:
    lexicon = script.lexicons[answer.hints.locale]
    examples = script.resemblances[answer.hints.locale]
    stream = recognizer.open(answer.hints)
    for frame in frames(answer.pcm):
        stream.feed(frame)
    try:
        for thorough in (False, True):
            heard = await stream.result(thorough=thorough)
            hypotheses = [
                Hypothesis(text=a.text, confidence=a.confidence) for a in heard.alternatives
            ]
            found = understand(answer.kind, hypotheses, lexicon)
            u = weighed(found, answer.kind, hypotheses, lexicon, examples)
            if u.intent is Intent.ANSWER and u.status is Status.CLEAR and u.value is not None:
                return u.status, u.value.model_dump(mode="json")
    finally:
        await stream.close()
    return Status.UNCLEAR, None


def _answer(
    row: dict[str, str], place: str, folder: Path, script: Script, locale: str
) -> RecordedAnswer:
    name, question, said = (row.get(column, "") for column in COLUMNS)
    kinds = {q.id: q.kind for q in script.file.questions}
    if question not in kinds:
        known = ", ".join(kinds)
        raise BadInput(f"{place}, column question: unknown question {question!r}; known: {known}")
    path = folder / name
    if not name or not path.is_file():
        raise BadInput(f"{place}, column file: {path} is missing")
    words = script.wording(locale).questions[question]
    return RecordedAnswer(
        name,
        read_wav(path),
        kinds[question],
        Hints(locale, words.ask[0], words.examples),
        _truth(row, place, kinds[question], said, script, locale),
    )


def _truth(
    row: dict[str, str], place: str, kind: Kind, said: str, script: Script, locale: str
) -> dict[str, Any]:
    """The value column, or what the words mean when they are read without fail."""
    written = row.get(VALUE, "")
    if written:
        try:
            truth = json.loads(written)
        except ValueError as error:
            raise BadInput(f"{place}, column value: not JSON ({error})") from error
        if not isinstance(truth, dict):
            raise BadInput(f'{place}, column value: write it as {{"celsius": 36.5}}')
        return truth
    u = understand(kind, [Hypothesis(text=said)], script.lexicons[locale])
    if u.intent is not Intent.ANSWER or u.status is not Status.CLEAR or u.value is None:
        raise BadInput(
            f"{place}, column said: {said!r} is no plain answer; write what is right under value"
        )
    return u.value.model_dump(mode="json")
