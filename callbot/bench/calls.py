"""Many spoken conversations at once: how fast the bot answers, and what that costs."""

import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from callbot.bench.callers import LOCALES, people
from callbot.bench.utterances import model_of_tests
from callbot.config import Settings
from callbot.errors import BadInput
from callbot.rehearsal.figures import Figures
from callbot.rehearsal.reach import Reached
from callbot.rehearsal.simulate import Beside, Wanted, nothing_beside, rehearse
from callbot.telephony.carriers import carrier_folder

ROUNDS = 2


@dataclass(frozen=True)
class CallsBench:
    """calls: at once. late_frames: the line's clock was more than a frame late.

    Shares of one core, from the first ring on: recognition_cpu_share of the recognisers' processes,
    own_cpu_share of the node, sip_cpu_share of our SIP process, and far_end_cpu_share of the
    residents and what connects them, which is nothing of ours. missing_frames_share: over SIP and
    Twilio, of the bot's frames those that were missing at the far end or more than 60 ms late.
    """

    calls: int
    figures: Figures
    late_frames: int
    own_cpu_share: float
    recognition_cpu_share: float
    sip_cpu_share: float
    far_end_cpu_share: float
    missing_frames_share: float | None = None

    @property
    def outside_recognition_share(self) -> float:
        """Of one core."""
        return self.own_cpu_share + self.sip_cpu_share

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


async def bench_calls(
    calls: int,
    settings: Settings,
    now: datetime,
    progress: Callable[[str, int, int], None] | None = None,
    *,
    reached: Reached = Reached.SIMULATED,
    barges_in: bool = False,
    locale: str = "zh-CN",
    in_step: bool = False,
    rounds: int = ROUNDS,
    beside: Beside = nothing_beside,
) -> CallsBench:
    """Keeps `calls` lines busy for some rounds of calls, in real time, placed at the pace that the
    carrier's account allows.

    barges_in: residents interrupt questions a second after they have begun. in_step: see `people`.
    locale: in Korean, by the Vosk model of the tests where the office has none; its synthetic
    speech is too poor to be understood, and as much work as any: see `people`.

    Raises BadInput for a locale in which the bench has nothing to say.
    """
    if locale not in LOCALES:
        raise BadInput(f"the bench has residents who speak {', '.join(LOCALES)}")
    model = model_of_tests()
    if locale == "ko-KR" and locale not in settings.asr and model is not None:
        settings = settings.model_copy(update={"asr": {**settings.asr, locale: f"vosk:{model}"}})
    wanted = Wanted(
        people(rounds * calls, locale, barges_in=barges_in, in_step=in_step),
        "quarantine",
        now,
        lines=calls,
        calls_per_second=carrier_folder(reached).limits(settings).calls_per_second,
        reached=reached,
    )
    with tempfile.TemporaryDirectory(prefix="callbot-bench-") as folder:
        played = await rehearse(wanted, settings, Path(folder), progress, beside)
    figures, way = played.figures, played.transport
    calling_s = figures.elapsed_s - figures.to_first_ring_s
    return CallsBench(
        calls,
        figures,
        played.late_frames,
        own_cpu_share=round(figures.own_cpu_s / calling_s, 3),
        recognition_cpu_share=round(figures.recognition_cpu_s / calling_s, 3),
        sip_cpu_share=round(figures.sip_cpu_s / calling_s, 3),
        far_end_cpu_share=round(figures.far_end_cpu_s / calling_s, 3),
        missing_frames_share=round(way.missing / max(1, way.frames), 5) if way else None,
    )
