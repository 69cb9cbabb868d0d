"""Whether simulated residents can be understood over the line, and mumblers cannot."""

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callbot.speech.audio import Pcm, frames
from callbot.speech.recognizer import Hints
from callbot.speech.whisper import WhisperRecognizer
from callbot.telephony.simulated.impairments import LineQuality, mumbled
from callbot.telephony.simulated.impairments import Path as Direction
from callbot.telephony.simulated.loudness import pcm
from callbot.telephony.simulated.residents import SimulatedResident
from callbot.telephony.simulated.studio import Studio

HINTS = Hints("zh-CN", "请问您今天的体温是多少度？", ("三十六度五", "三十七度八", "正常"))
TEMPERATURES = ("三十六度五", "三十八度二", "体温是三十七度一")


@pytest.fixture
async def whisper(speech_dir: Path) -> AsyncIterator[WhisperRecognizer]:
    recognizer = WhisperRecognizer(["zh-CN"], speech_dir / "models" / "whisper-base", workers=1)
    await recognizer.start()
    yield recognizer
    await recognizer.close()


def over_the_line(speech: Pcm) -> Pcm:
    line = Direction(LineQuality(), random.Random(1))
    return b"".join(map(line.carry, frames(speech)))


def characters(words: str) -> str:
    """As digits: the recogniser may write them either way."""
    tens = words.replace("三十", "3").replace("度", "").replace("点", "").replace(".", "")
    return tens.translate(str.maketrans("一二三四五六七八九", "123456789"))


async def test_different_people_are_understood(whisper: WhisperRecognizer, studio: Studio) -> None:
    people = [
        SimulatedResident(
            name="甲", phone=f"+861380000{n:04d}", says={"temperature": list(TEMPERATURES)}
        )
        for n in range(3)
    ]
    missed = []
    for repertoire in await studio.record(people):
        for words in TEMPERATURES:
            heard = await whisper.decode(over_the_line(pcm(repertoire.sounds[words])), HINTS)
            wanted = characters(words.removeprefix("体温是"))
            if not any(wanted in characters(reading.text) for reading in heard.alternatives):
                missed.append((repertoire.resident.phone, words, heard.alternatives))
    assert len(missed) <= 1, missed


async def test_a_mumbler_is_not_understood(whisper: WhisperRecognizer, studio: Studio) -> None:
    mumbler = SimulatedResident(name="甲", phone="+8613800000001", says={"*": "三十八度二"})
    (repertoire,) = await studio.record([mumbler])
    speech = mumbled(repertoire.sounds["三十八度二"], "a")
    heard = await whisper.decode(over_the_line(pcm(speech)), HINTS)
    assert not any("382" in characters(reading.text) for reading in heard.alternatives)
