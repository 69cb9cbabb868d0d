"""Whom the bench of calls reaches: people as they are, or a choir."""

import random
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from typing import Any, Final

from callbot.datafile import load
from callbot.rehearsal.population import ARCHETYPES, Archetype
from callbot.telephony.simulated.residents import SimulatedResident

INTERRUPTED: Final = ("permission", "temperature", "symptoms", "movements", "contacts", "needs")
"""Questions into which those speak who are to interrupt. The opening, in which the bot cannot be
interrupted, they hear to its end."""

THINKS_S: Final = 1.5
"""At most, on top of the half second that everybody takes: the old look for their glasses."""

_KOREAN_COMMON: Final = {
    "identity": "네 본인입니다",
    "permission": "네 말씀하세요",
    "movements": "집에만 있었어요",
    "contacts": "아무도 안 만났어요",
    "needs": "필요 없어요",
}
_KOREAN_KEYS: Final = {
    "identity": "1",
    "permission": ["", "1"],
    "temperature": ["", "365"],
    **{question: ["", "2"] for question in ("symptoms", "movements", "contacts", "needs")},
    **{f"{question}.confirm": "1" for question in INTERRUPTED},
}
"""No recogniser understands the synthetic voice: what was not understood is pressed the second
time, and what is read back is agreed to, so that the call goes on and all of it is heard."""

_CHOIR_COMMON: Final = {
    "identity": "是我本人",
    "permission": "方便，你说吧",
    "contacts": "没有见过人",
    "needs": "不需要",
}
_KOREAN: Final = (
    {"temperature": "삼십육 점 오도요", "symptoms": "없어요 괜찮아요"},
    {"temperature": "삼십팔도 일부", "symptoms": "기침이 나요"},
)
_CHOIR: Final = (
    {"temperature": "三十六度五", "symptoms": "没有不舒服", "movements": "没有出门，一直在家"},
    {"temperature": "三十八度二", "symptoms": "有点咳嗽，嗓子疼", "movements": "没有出去过"},
    {"temperature": "三十六点八", "symptoms": "身体都很好", "movements": "昨天去了趟超市"},
    {"temperature": "三十七度四", "symptoms": "浑身没劲", "movements": "一直在家没出门"},
)

LOCALES: Final = ("zh-CN", "ko-KR")


def people(count: int, locale: str, *, barges_in: bool, in_step: bool) -> list[SimulatedResident]:
    """As in the demo they differ in what they say, how long, and how long they think before it.

    in_step: four ways of answering, and nobody thinks; who are rung together go on together. In
    Korean there are two ways of answering, and each answer is spoken first, and then pressed.
    """
    draw = random.Random(count)
    talks = _talks(locale, in_step=in_step)
    return [
        SimulatedResident.model_validate(
            {
                **talk,
                "name": f"居民{number}",
                "phone": f"+86139{number:08d}",
                "locale": locale,
                "voice": "neural" if locale == "zh-CN" else "espeak",
                "corrects": True,
                "barges_in": INTERRUPTED if barges_in else False,
                "answers_late_s": 0.0 if in_step else round(draw.uniform(0.0, THINKS_S), 2),
            }
        )
        for number, talk in enumerate(islice(cycle(talks), count), start=1)
    ]


def _talks(locale: str, *, in_step: bool) -> Sequence[dict[str, Any]]:
    if locale == "ko-KR":
        return [{"says": {**_KOREAN_COMMON, **talk}, "keys": _KOREAN_KEYS} for talk in _KOREAN]
    if in_step:
        return [{"says": {**_CHOIR_COMMON, **talk}} for talk in _CHOIR]
    return [archetype.resident for archetype in _who_talk()]


def _who_talk() -> Iterator[Archetype]:
    """Those of the demo who pick up and answer to the end, on a clean line."""
    archetypes, _ = load(ARCHETYPES, dict[str, list[Archetype]])
    for archetype in archetypes["zh-CN"]:
        if archetype.hears_all and archetype.clean_line and "barges_in" not in archetype.resident:
            yield archetype
