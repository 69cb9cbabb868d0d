"""Many spoken conversations at once: how fast the bot answers, and what that costs."""

import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from callbot.bench.utterances import model_of_tests
from callbot.config import Settings
from callbot.errors import BadInput
from callbot.rehearsal.figures import Figures
from callbot.rehearsal.reach import Reached
from callbot.rehearsal.simulate import Beside, Wanted, nothing_beside, rehearse
from callbot.telephony.simulated.residents import SimulatedResident

TALKS = {
    "zh-CN": (
        {"temperature": "三十六度五", "symptoms": "没有不舒服", "movements": "没有出门，一直在家"},
        {"temperature": "三十八度二", "symptoms": "有点咳嗽，嗓子疼", "movements": "没有出去过"},
        {"temperature": "三十六点八", "symptoms": "身体都很好", "movements": "昨天去了趟超市"},
        {"temperature": "三十七度四", "symptoms": "浑身没劲", "movements": "一直在家没出门"},
    ),
    "ko-KR": (
        {"temperature": "삼십육 점 오도요", "symptoms": "없어요 괜찮아요"},
        {"temperature": "삼십팔도 일부", "symptoms": "기침이 나요"},
    ),
}
"""What the residents of the bench say, in turn; the rest as COMMON has it."""

COMMON = {
    "zh-CN": {
        "identity": "是我本人",
        "permission": "方便，你说吧",
        "contacts": "没有见过人",
        "needs": "不需要",
    },
    "ko-KR": {
        "identity": "네 본인입니다",
        "permission": "네 말씀하세요",
        "movements": "집에만 있었어요",
        "contacts": "아무도 안 만났어요",
        "needs": "필요 없어요",
    },
}
ROUNDS = 2


INTERRUPTED = ("permission", "temperature", "symptoms", "movements", "contacts", "needs")


@dataclass(frozen=True)
class CallsBench:
    """calls: at once. late_frames: the line's clock was more than a frame late.

    Shares of one core, from the first ring on: recognition_cpu_share of the recognisers' processes,
    own_cpu_share of this one, in which the residents at the far end live too; over SIP also
    sip_cpu_share of our SIP process. missing_frames_share: over SIP and Twilio, of the bot's frames
    those that were missing at the far end or more than 60 ms late.
    """

    calls: int
    figures: Figures
    late_frames: int
    own_cpu_share: float
    recognition_cpu_share: float
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
    locale: str = "zh-CN",
    rounds: int = ROUNDS,
    beside: Beside = nothing_beside,
) -> CallsBench:
    """Keeps `calls` lines busy for some rounds of calls, in real time.

    barges_in: residents interrupt questions a second after they have begun. The opening, in which
    the bot cannot be interrupted, they hear to its end.

    locale: in Korean, by the Vosk model of the tests where the office has none; its synthetic
    speech is too poor for the answers to be right, and as much work as any.

    Raises BadInput for a locale in which the bench has nothing to say.
    """
    if locale not in TALKS:
        raise BadInput(f"the bench has residents who speak {', '.join(TALKS)}")
    model = model_of_tests()
    if locale == "ko-KR" and locale not in settings.asr and model is not None:
        settings = settings.model_copy(update={"asr": {**settings.asr, locale: f"vosk:{model}"}})
    residents = _residents(rounds * calls, locale, barges_in=barges_in)
    wanted = Wanted(residents, "quarantine", now, lines=calls, reached=reached)
    with tempfile.TemporaryDirectory(prefix="callbot-bench-") as folder:
        played = await rehearse(wanted, settings, Path(folder), progress, beside)
    figures, way = played.figures, played.transport
    calling_s = figures.elapsed_s - figures.to_first_ring_s
    return CallsBench(
        calls,
        figures,
        played.late_frames,
        round(figures.own_cpu_s / calling_s, 3),
        round(figures.recognition_cpu_s / calling_s, 3),
        round(way.missing / max(1, way.frames), 5) if way else None,
        round(way.process_cpu_s / calling_s, 3) if way and way.process_cpu_s else None,
    )


def _residents(count: int, locale: str, *, barges_in: bool) -> list[SimulatedResident]:
    talks = TALKS[locale]
    return [
        SimulatedResident.model_validate(
            {
                "name": f"居民{number}",
                "phone": f"+86139{number:08d}",
                "locale": locale,
                "voice": "neural" if locale == "zh-CN" else "espeak",
                "corrects": True,
                "barges_in": INTERRUPTED if barges_in else False,
                "says": {**COMMON[locale], **talks[number % len(talks)]},
            }
        )
        for number in range(1, count + 1)
    ]
