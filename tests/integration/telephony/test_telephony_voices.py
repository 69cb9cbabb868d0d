"""The simulated residents' voices, with their real models."""

import wave
from pathlib import Path

import numpy as np
import pytest

from callbot.errors import BadInput, ConfigurationError, ModelMissing, SpeechError
from callbot.speech.audio import SAMPLE_RATE_HZ, Pcm
from callbot.speech.synthesizer import Prompt
from callbot.telephony.simulated.mandarin_model import (
    assets,
    prepared_acoustic_model,
    without_dropout,
)
from callbot.telephony.simulated.mandarin_voice import MandarinVoice
from callbot.telephony.simulated.residents import SimulatedResident
from callbot.telephony.simulated.studio import Studio
from callbot.telephony.simulated.voices import Speaker


def resident(number: int = 1, **described: object) -> SimulatedResident:
    phone = f"+86138000000{number:02d}"
    return SimulatedResident.model_validate({"name": "王秀英", "phone": phone, **described})


def write_wav(path: Path, seconds: float, *, rate_hz: int = 16_000, width: int = 2) -> None:
    tone = np.sin(np.arange(round(seconds * rate_hz)) / rate_hz * 2 * np.pi * 500) * 9000
    with wave.open(str(path), "wb") as file:
        file.setparams((1, width, rate_hz, 0, "NONE", ""))
        file.writeframes(tone.astype("<i2").tobytes() if width == 2 else bytes(len(tone) * width))


@pytest.fixture
def models(speech_dir: Path) -> Path:
    """Where the studio keeps the prepared model."""
    return speech_dir / "cache" / "simulated-voices"


def test_the_prepared_model_is_made_once_and_holds_no_dropout(tmp_path: Path) -> None:
    model = prepared_acoustic_model(tmp_path)
    made = model.stat().st_mtime_ns
    assert b"FlexRandomUniform" in (assets() / "fastspeech2_quan.tflite").read_bytes()
    assert prepared_acoustic_model(tmp_path) == model
    assert model.stat().st_mtime_ns == made
    assert list(tmp_path.iterdir()) == [model]


@pytest.mark.parametrize("file", ["mb_melgan.tflite", "baker_mapper.json"])
def test_any_other_file_is_refused_as_the_model(file: str) -> None:
    with pytest.raises(ModelMissing, match="not the Mandarin model"):
        without_dropout((assets() / file).read_bytes())


def test_a_damaged_model_is_refused() -> None:
    whole = (assets() / "fastspeech2_quan.tflite").read_bytes()
    with pytest.raises(ModelMissing, match="not the Mandarin model"):
        without_dropout(whole[: len(whole) // 2])
    with pytest.raises(ModelMissing, match="0 random operators"):
        without_dropout(without_dropout(whole))


def test_the_same_words_always_sound_the_same(models: Path) -> None:
    voice = MandarinVoice(models, Speaker())
    assert np.array_equal(voice.speak("三十六度五"), voice.speak("三十六度五"))


def test_a_faster_speaker_is_faster_and_a_larger_one_is_not(models: Path) -> None:
    def length(speaker: Speaker) -> int:
        return len(MandarinVoice(models, speaker).speak("昨天去了超市买菜"))

    usual = length(Speaker())
    assert length(Speaker(speed=1.25)) == pytest.approx(usual / 1.25, rel=0.06)
    assert length(Speaker(tract=1.2)) == pytest.approx(usual, rel=0.06)


def test_people_differ_and_stay_themselves() -> None:
    population = [Speaker.of(f"+86138000000{number:02d}") for number in range(30)]
    assert len(set(population)) == 30
    assert population[3] == Speaker.of("+8613800000003")


def kept_lines(folder: Path) -> dict[Path, int]:
    """Files and when each was written."""
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*.pcm")}


async def test_every_line_is_spoken_once_and_kept_for_the_next_run(tmp_path: Path) -> None:
    progress: list[tuple[int, int]] = []
    (woman,) = await Studio(tmp_path).record(
        [resident(says={"*": ["没有", "……"]})], lambda done, of: progress.append((done, of))
    )
    # With what everybody can answer: yes to what is read back, and two ways of no.
    assert progress == [(done, 5) for done in range(1, 6)]
    assert 0.2 < len(woman.sounds["没有"]) / SAMPLE_RATE_HZ < 1.0
    assert len(woman.sounds["……"]) == 0
    kept = kept_lines(tmp_path)
    (again,) = await Studio(tmp_path).record([resident(says={"*": ["没有"]})])
    assert np.array_equal(again.sounds["没有"], woman.sounds["没有"])
    assert kept_lines(tmp_path) == kept


async def test_english_is_spoken(studio: Studio) -> None:
    (man,) = await studio.record([resident(locale="en-US", says={"*": "I have a cough."})])
    assert 0.7 < len(man.sounds["I have a cough."]) / SAMPLE_RATE_HZ < 2.5


async def test_recordings_are_used_in_place_of_synthesis(studio: Studio, tmp_path: Path) -> None:
    write_wav(tmp_path / "temperature.wav", 1.0)
    write_wav(tmp_path / "temperature.2.wav", 0.5, rate_hz=44_100)
    write_wav(tmp_path / "default.wav", 0.25, rate_hz=8000)
    (someone,) = await studio.record([resident(voice=str(tmp_path))])
    seconds = {name: len(sound) / SAMPLE_RATE_HZ for name, sound in someone.sounds.items()}
    assert seconds == {
        "temperature": pytest.approx(1.0, abs=0.03),
        "temperature.2": pytest.approx(0.5, abs=0.03),
        "default": pytest.approx(0.25, abs=0.03),
    }


async def test_a_recording_that_cannot_be_used_is_named(studio: Studio, tmp_path: Path) -> None:
    write_wav(tmp_path / "default.wav", 0.5, width=1)
    with pytest.raises(SpeechError, match=r"default\.wav.*8 bits"):
        await studio.record([resident(voice=str(tmp_path))])


async def test_an_empty_folder_of_recordings_is_bad_input(studio: Studio, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no WAV files"):
        await studio.record([resident(voice=str(tmp_path))])


async def test_espeak_is_the_bots_synthesizer(tmp_path: Path) -> None:
    class Synthesizer:
        async def start(self) -> None: ...

        async def speak(self, prompt: Prompt) -> Pcm:
            assert prompt.locale == "ko-KR"
            assert prompt.text in {"네", "네, 맞아요", "아니요"}
            return (np.sin(np.arange(8000) / 4) * 9000).astype("<i2").tobytes()

        async def close(self) -> None: ...

    korean = resident(locale="ko-KR", voice="espeak")
    with pytest.raises(ConfigurationError, match="espeak"):
        await Studio(tmp_path).record([korean])
    (spoken,) = await Studio(tmp_path, Synthesizer()).record([korean])
    assert len(spoken.sounds["네"]) > 7000
