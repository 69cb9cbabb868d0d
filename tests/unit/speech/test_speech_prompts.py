"""Prompts at hand before the first call: recordings, the cache, and faults of the disk."""

import wave
from pathlib import Path

import numpy as np
import pytest

from callbot.errors import BadInput
from callbot.speech.audio import Pcm, duration_s
from callbot.speech.prompts import PromptLibrary
from callbot.speech.synthesizer import Prompt

ASK = Prompt("temperature.ask", "zh-CN", "您今天的体温是多少度？")
THANKS = Prompt("thanks", "zh-CN", "谢谢您。")


class CountingSynthesizer:
    """Speaks a sample a character, and remembers what it was asked for."""

    def __init__(self, version: str = "1") -> None:
        self.spoken: list[str] = []
        self._version = version

    async def start(self) -> None: ...

    async def speak(self, prompt: Prompt) -> Pcm:
        self.spoken.append(prompt.text)
        return np.arange(1, len(prompt.text) + 1, dtype="<i2").tobytes()

    def fingerprint(self, locale: str) -> str:
        return f"{locale} {self._version}"

    async def close(self) -> None: ...


def record(folder: Path, prompt: Prompt, seconds: float) -> Path:
    path = folder / prompt.locale / f"{prompt.id}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes((np.ones(int(16000 * seconds)) * 3000).astype("<i2").tobytes())
    return path


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


async def test_prompts_are_made_once_and_found_on_disk_by_the_next_run(tmp_path: Path) -> None:
    first, second = CountingSynthesizer(), CountingSynthesizer()
    told: list[tuple[int, int]] = []
    library = PromptLibrary(first, [], tmp_path)
    await library.prepare([ASK, THANKS, ASK], lambda done, of: told.append((done, of)))
    assert first.spoken == [ASK.text, THANKS.text]
    assert told == [(1, 2), (2, 2)]
    again = PromptLibrary(second, [], tmp_path)
    await again.prepare([ASK])
    assert await again.sound(ASK) == await library.sound(ASK)
    assert second.spoken == []


async def test_another_voice_or_other_words_are_made_anew(tmp_path: Path) -> None:
    await PromptLibrary(CountingSynthesizer(), [], tmp_path).prepare([ASK])
    faster = CountingSynthesizer("2")
    await PromptLibrary(faster, [], tmp_path).prepare([ASK])
    assert faster.spoken == [ASK.text]


async def test_a_recording_beats_the_synthesizer_and_the_first_folder_wins(tmp_path: Path) -> None:
    office, shipped = tmp_path / "office", tmp_path / "shipped"
    record(shipped, ASK, 1.0)
    record(office, ASK, 0.5)
    synthesizer = CountingSynthesizer()
    library = PromptLibrary(synthesizer, [office, shipped], tmp_path / "cache")
    assert duration_s(await library.sound(ASK)) == pytest.approx(0.5, abs=0.01)
    assert synthesizer.spoken == []


async def test_a_broken_recording_stops_the_preparation_by_name(tmp_path: Path) -> None:
    path = record(tmp_path, ASK, 1.0)
    path.write_bytes(path.read_bytes()[:100])
    library = PromptLibrary(CountingSynthesizer(), [tmp_path], tmp_path / "cache")
    with pytest.raises(BadInput, match=r"temperature\.ask\.wav"):
        await library.prepare([ASK])


async def test_a_prompt_id_cannot_reach_files_elsewhere(tmp_path: Path) -> None:
    elsewhere = record(tmp_path, Prompt("secret", "x", ""), 0.1)
    prompt = Prompt("../../x/secret", "zh-CN", "你好")
    (tmp_path / "office/zh-CN").mkdir(parents=True)
    assert elsewhere.exists()
    library = PromptLibrary(CountingSynthesizer(), [tmp_path / "office"], tmp_path / "cache")
    assert library.recording(prompt) is None


async def test_a_cache_that_cannot_be_written_costs_no_call(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    synthesizer = CountingSynthesizer()
    library = PromptLibrary(synthesizer, [], tmp_path / "cache")
    await library.prepare([ASK, THANKS])
    assert await library.sound(ASK)
    assert synthesizer.spoken == [ASK.text, THANKS.text]
    assert [r.levelname for r in caplog.records] == ["WARNING"]


async def test_a_damaged_cache_file_is_made_anew(tmp_path: Path) -> None:
    await PromptLibrary(CountingSynthesizer(), [], tmp_path).prepare([ASK])
    (damaged,) = files_in(tmp_path)
    damaged.write_bytes(b"")
    synthesizer = CountingSynthesizer()
    await PromptLibrary(synthesizer, [], tmp_path).prepare([ASK])
    assert synthesizer.spoken == [ASK.text]
    assert files_in(tmp_path) == [damaged]
