"""Many spoken conversations at once: how fast the bot answers, and what that costs."""

import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from callbot.config import Settings
from callbot.rehearsal.figures import Figures
from callbot.rehearsal.reach import Reached
from callbot.rehearsal.simulate import Wanted, rehearse
from callbot.telephony.simulated.residents import SimulatedResident

TALKS = (
    {"temperature": "三十六度五", "symptoms": "没有不舒服", "movements": "没有出门，一直在家"},
    {"temperature": "三十八度二", "symptoms": "有点咳嗽，嗓子疼", "movements": "没有出去过"},
    {"temperature": "三十六点八", "symptoms": "身体都很好", "movements": "昨天去了趟超市"},
    {"temperature": "三十七度四", "symptoms": "浑身没劲", "movements": "一直在家没出门"},
)
"""What the residents of the bench say, in turn."""


INTERRUPTED = ("permission", "temperature", "symptoms", "movements", "contacts", "needs")


@dataclass(frozen=True)
class CallsBench:
    """calls: at once. late_frames: the line's clock was more than a frame late. own_cpu_share: of
    one core, in this process. Over SIP and Twilio also: the share of the bot's frames that were
    missing at the far end or more than 60 ms late, and over SIP that of our SIP process."""

    calls: int
    figures: Figures
    late_frames: int
    own_cpu_share: float
    missing_frames_share: float | None = None
    sip_cpu_share: float | None = None

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
) -> CallsBench:
    """Keeps `calls` lines busy for two rounds of calls, in real time.

    barges_in: residents interrupt questions a second after they have begun. The opening, in which
    the bot cannot be interrupted, they hear to its end.
    """
    residents = _residents(2 * calls, barges_in=barges_in)
    wanted = Wanted(residents, "quarantine", now, lines=calls, reached=reached)
    with tempfile.TemporaryDirectory(prefix="callbot-bench-") as folder:
        played = await rehearse(wanted, settings, Path(folder), progress)
    elapsed_s, way = played.figures.elapsed_s, played.transport
    return CallsBench(
        calls,
        played.figures,
        played.late_frames,
        round(played.figures.own_cpu_s / elapsed_s, 3),
        round(way.missing / max(1, way.frames), 5) if way else None,
        round(way.process_cpu_s / elapsed_s, 3) if way and way.process_cpu_s else None,
    )


def _residents(count: int, *, barges_in: bool) -> list[SimulatedResident]:
    return [
        SimulatedResident.model_validate(
            {
                "name": f"居民{number}",
                "phone": f"+86139{number:08d}",
                "corrects": True,
                "barges_in": INTERRUPTED if barges_in else False,
                "says": {
                    "identity": "是我本人",
                    "permission": "方便，你说吧",
                    **TALKS[number % len(TALKS)],
                    "contacts": "没有见过人",
                    "needs": "不需要",
                },
            }
        )
        for number in range(1, count + 1)
    ]
