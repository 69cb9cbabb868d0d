"""How well and how fast whole calls go, under each condition of the line and of the voice.

The residents of the demo with a good voice and their truths, `at_once` calls in real time, one
rehearsal for each condition.
"""

import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

from callbot.bench.callers import INTERRUPTED
from callbot.bench.tallies import TallyOfKind, tally_answers
from callbot.config import Settings
from callbot.datafile import load
from callbot.dialog.events import Outcome
from callbot.dialog.script import load_script
from callbot.rehearsal.figures import percentile
from callbot.rehearsal.outcome import ResidentResult
from callbot.rehearsal.population import ARCHETYPES, Archetype, Inhabitant
from callbot.rehearsal.score import score
from callbot.rehearsal.simulate import Wanted, rehearse
from callbot.telephony.simulated.impairments import LineQuality
from callbot.telephony.simulated.residents import SimulatedResident
from callbot.telephony.simulated.voices import Speaker

SCRIPT = "quarantine"
LOCALE = "zh-CN"
CALLS_AT_ONCE = 8


class Condition(StrEnum):
    """Of the line, then of the voice on a clean line."""

    CLEAN = "clean"
    NOISE_20_DB = "noise-20db"
    NOISE_10_DB = "noise-10db"
    LOSS_5_PERCENT = "loss-5"
    HIGH_VOICE = "high-voice"
    LOW_VOICE = "low-voice"
    SLOW = "slow"
    FAST = "fast"


_NOISE_DB = {Condition.NOISE_20_DB: 20.0, Condition.NOISE_10_DB: 10.0}
_LOSS = {Condition.LOSS_5_PERCENT: 0.05}
_SPEAKERS: dict[Condition, Callable[[Speaker], bool]] = {
    Condition.HIGH_VOICE: lambda speaker: speaker.tract <= 1.0,
    Condition.LOW_VOICE: lambda speaker: speaker.tract >= 1.13,
    Condition.SLOW: lambda speaker: speaker.speed <= 0.92,
    Condition.FAST: lambda speaker: speaker.speed >= 1.05,
}


@dataclass(frozen=True)
class ConditionFigures:
    """Of the calls under one condition; shares from 0 to 1.

    response: from the last sample of a resident's speech to the bot's first, at the carrier.
    completed: to the end of the script, which for an emergency is the emergency number.
    early_cuts: turns in which the bot began to speak before the resident had finished.
    """

    condition: Condition
    calls: int
    completed: int
    kinds: dict[str, TallyOfKind]
    abnormal: int
    flagged: int
    turns_per_call: float
    seconds_per_call: float
    responses: int
    response_p50_ms: int | None
    response_p95_ms: int | None
    barge_in_max_ms: int | None
    spoken_turns: int
    early_cuts: int

    @property
    def all_kinds(self) -> TallyOfKind:
        return sum(self.kinds.values(), TallyOfKind())

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


async def bench_conversation(
    conditions: Sequence[Condition],
    residents: int,
    settings: Settings,
    now: datetime,
    *,
    at_once: int = CALLS_AT_ONCE,
    progress: Callable[[str, int, int], None] | None = None,
) -> AsyncIterator[ConditionFigures]:
    """One condition after the other: what is measured stays so when a later one fails.

    residents: called under each condition. progress: see CampaignRehearsal.play.
    """
    script = load_script(settings.prompts_dir, SCRIPT)
    kinds = {question.id: question.kind.value for question in script.file.questions}
    for condition in conditions:
        people = inhabitants(condition, residents)
        wanted = Wanted(
            [person.resident for person in people],
            SCRIPT,
            now,
            lines=at_once,
            quality=LineQuality(loss=_LOSS.get(condition, 0.0)),
        )
        told = _prefixed(progress, condition) if progress else None
        with tempfile.TemporaryDirectory(prefix="callbot-bench-") as folder:
            played = await rehearse(wanted, settings, Path(folder), told)
        yield condition_figures(condition, people, played.results, kinds)


def inhabitants(condition: Condition, residents: int) -> list[Inhabitant]:
    """The same for the same condition: archetypes in order, each by a phone number whose voice
    suits the condition."""
    archetypes, _ = load(ARCHETYPES, dict[str, list[Archetype]])
    fit = [a for a in archetypes[LOCALE] if a.clean_line and a.hears_all]
    phones = _phones(condition)
    return [
        Inhabitant(archetype, _resident(archetype, next(phones), condition))
        for archetype in islice(cycle(fit), residents)
    ]


def condition_figures(
    condition: Condition,
    people: Sequence[Inhabitant],
    results: Sequence[ResidentResult],
    kinds: dict[str, str],
) -> ConditionFigures:
    """kinds: of answer, by question."""
    tallies: defaultdict[str, TallyOfKind] = defaultdict(TallyOfKind)
    truths = {person.resident.phone: person.archetype.answers for person in people}
    for result in results:
        for question, tally in tally_answers(truths[result.phone], result.answers).items():
            tallies[kinds[question]] += tally
    flags = score(people, results)
    responses = sorted(ms for result in results for ms in result.response_ms)
    barge_ins = [ms for result in results for ms in result.barge_in_ms]
    calls = max(1, len(results))
    return ConditionFigures(
        condition=condition,
        calls=len(results),
        completed=sum(_completed(result) for result in results),
        kinds=dict(tallies),
        abnormal=flags.abnormal,
        flagged=flags.flagged,
        turns_per_call=round(sum(len(result.turns) for result in results) / calls, 1),
        seconds_per_call=round(sum(result.duration_ms for result in results) / calls / 1000, 1),
        responses=len(responses),
        response_p50_ms=percentile(responses, 50),
        response_p95_ms=percentile(responses, 95),
        barge_in_max_ms=max(barge_ins, default=None),
        spoken_turns=sum(result.spoken_turns for result in results),
        early_cuts=sum(result.early_cuts for result in results),
    )


def _completed(result: ResidentResult) -> bool:
    """To the end of the script, which for an emergency is the emergency number."""
    return result.outcome is Outcome.COMPLETED or result.sent_for_help


def _phones(condition: Condition) -> Iterator[str]:
    """Made-up numbers whose simulated voices suit the condition."""
    suits = _SPEAKERS.get(condition, _anybody)
    numbers = (f"+86137{number:08d}" for number in count(1))
    return (phone for phone in numbers if suits(Speaker.of(phone)))


def _anybody(_: Speaker) -> bool:
    return True


def _resident(archetype: Archetype, phone: str, condition: Condition) -> SimulatedResident:
    return SimulatedResident.model_validate(
        {
            "corrects": True,
            **archetype.resident,
            "barges_in": INTERRUPTED if archetype.resident.get("barges_in") else False,
            "name": f"居民{phone[-4:]}",
            "phone": phone,
            "locale": LOCALE,
            "noise_db": _NOISE_DB.get(condition),
        }
    )


def _prefixed(
    progress: Callable[[str, int, int], None], condition: Condition
) -> Callable[[str, int, int], None]:
    return lambda what, done, of: progress(f"{condition}: {what}", done, of)
