"""The simulated residents' Korean voice, with its real model."""

from pathlib import Path

import numpy as np
import pytest

from callbot.errors import ModelMissing
from callbot.telephony.simulated import korean_voice
from callbot.telephony.simulated.korean_voice import TIMBRES, KoreanVoice
from callbot.telephony.simulated.residents import SimulatedResident
from callbot.telephony.simulated.studio import Studio
from callbot.telephony.simulated.voices import Speaker


def test_the_same_words_always_sound_the_same() -> None:
    voice = KoreanVoice(Speaker())
    assert np.array_equal(voice.speak("삼십육 도 오예요"), voice.speak("삼십육 도 오예요"))


def test_a_faster_speaker_is_faster_and_a_larger_one_is_not() -> None:
    def length(speaker: Speaker) -> int:
        return len(KoreanVoice(speaker).speak("어제 약국에 갔다 왔어요"))

    usual = length(Speaker())
    assert length(Speaker(speed=1.25)) == pytest.approx(usual / 1.25, rel=0.1)
    assert length(Speaker(tract=1.15)) == pytest.approx(usual, rel=0.1)


def test_people_differ_in_timbre_and_stay_themselves() -> None:
    population = [KoreanVoice.of(f"+82105550{number:04d}") for number in range(40)]
    assert {voice.timbre for voice in population} == set(TIMBRES)
    assert len({voice.key for voice in population}) == 40
    assert population[3] == KoreanVoice.of("+821055500003")


def test_what_nobody_can_say_is_silence() -> None:
    assert len(KoreanVoice(Speaker()).speak("……")) == 0


async def test_neural_koreans_need_no_synthesizer_of_the_bots(tmp_path: Path) -> None:
    korean = SimulatedResident.model_validate(
        {"name": "김영희", "phone": "+821055500001", "locale": "ko-KR", "says": {"*": "아니요"}}
    )
    (spoken,) = await Studio(tmp_path).record([korean])
    assert set(spoken.sounds) == {"네", "네, 맞아요", "아니요"}
    assert all(len(sound) > 1500 for sound in spoken.sounds.values())


def test_a_voice_that_is_not_installed_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(korean_voice, "_PARTS", ("no_such_part",))
    korean_voice._engine.cache_clear()
    try:
        with pytest.raises(ModelMissing, match="make demo"):
            KoreanVoice(Speaker()).speak("네")
    finally:
        korean_voice._engine.cache_clear()
