"""A rehearsal's own figures, as promised in BENCHMARKS.md; times in milliseconds."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from callbot.dialog.events import Outcome
from callbot.rehearsal.campaign import CampaignRehearsal
from callbot.rehearsal.footprint import Part
from callbot.rehearsal.outcome import ResidentResult
from callbot.speech.audio import FRAME_MS


@dataclass(frozen=True)
class Figures:
    """response: from the last sample of a resident's speech to the bot's first, at the carrier.
    barge_in: from the first sample of an interruption to the bot's last, there. late_frames: of all
    lines, played more than 20 ms after their time. memory_mb: the most that all processes took at
    one time, from the first preparations on.

    own_cpu_s, recognition_cpu_s, sip_cpu_s, far_end_cpu_s: processor seconds of the node, of the
    recognisers, of our SIP process and of the residents, from the first ring on. early_cuts: of
    spoken_turns, those into which the bot spoke. sent_for_help, fillers, understood: see
    ResidentResult.
    """

    residents: int
    reached: int
    attempts: int
    outcomes: dict[str, int]
    sent_for_help: int
    flags: dict[str, int]
    most_calls_at_once: int
    elapsed_s: float
    to_first_ring_s: float
    responses: int
    response_p50_ms: int | None
    response_p95_ms: int | None
    response_max_ms: int | None
    first_word_max_ms: int | None
    barge_in_p50_ms: int | None
    barge_in_p95_ms: int | None
    barge_in_max_ms: int | None
    late_frames: int
    late_frames_share: float
    memory_mb: int
    own_cpu_s: float
    recognition_cpu_s: float
    sip_cpu_s: float
    far_end_cpu_s: float
    spoken_turns: int
    early_cuts: int
    fillers: int
    understood_p50_ms: int | None
    understood_p95_ms: int | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def figures(
    results: Sequence[ResidentResult], rehearsal: CampaignRehearsal, elapsed_s: float
) -> Figures:
    responses = sorted(ms for result in results for ms in result.response_ms)
    understood = sorted(ms for result in results for ms in result.understood_ms)
    first_words = [ms for result in results for ms in result.first_word_ms]
    barge_ins = sorted(ms for result in results for ms in result.barge_in_ms)
    late_frames = rehearsal.late_frames()
    frames = sum(result.duration_ms for result in results) // FRAME_MS
    reached = (Outcome.COMPLETED, Outcome.PARTIAL, Outcome.REFUSED, Outcome.OPTED_OUT)
    return Figures(
        residents=len(results),
        reached=sum(result.outcome in reached for result in results),
        attempts=sum(result.attempts for result in results),
        outcomes=dict(Counter(str(result.outcome) for result in results)),
        sent_for_help=sum(result.sent_for_help for result in results),
        flags=dict(Counter(flag["severity"] for result in results for flag in result.flags)),
        most_calls_at_once=rehearsal.most_at_once,
        elapsed_s=round(elapsed_s, 1),
        to_first_ring_s=round(rehearsal.to_first_ring_s, 1),
        responses=len(responses),
        response_p50_ms=percentile(responses, 50),
        response_p95_ms=percentile(responses, 95),
        response_max_ms=responses[-1] if responses else None,
        first_word_max_ms=max(first_words, default=None),
        barge_in_p50_ms=percentile(barge_ins, 50),
        barge_in_p95_ms=percentile(barge_ins, 95),
        barge_in_max_ms=max(barge_ins, default=None),
        late_frames=late_frames,
        late_frames_share=round(late_frames / frames, 4) if frames else 0.0,
        memory_mb=round(rehearsal.footprint.most_mb),
        own_cpu_s=round(rehearsal.own_cpu_s(), 1),
        recognition_cpu_s=round(rehearsal.footprint.cpu_s(Part.WHISPER, Part.VOSK), 1),
        sip_cpu_s=round(rehearsal.footprint.cpu_s(Part.SIP), 1),
        far_end_cpu_s=round(rehearsal.far_end_cpu_s(), 1),
        spoken_turns=sum(result.spoken_turns for result in results),
        early_cuts=sum(result.early_cuts for result in results),
        fillers=sum(result.fillers for result in results),
        understood_p50_ms=percentile(understood, 50),
        understood_p95_ms=percentile(understood, 95),
    )


def percentile(ordered: Sequence[int], percent: float) -> int | None:
    """The nearest-rank percentile of figures in ascending order; None of none."""
    if not ordered:
        return None
    rank = max(1, -(-len(ordered) * percent // 100))
    return ordered[int(rank) - 1]
