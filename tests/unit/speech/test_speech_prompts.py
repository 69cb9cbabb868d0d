"""Prompts at hand before the first call: recordings, the cache, and faults of the disk."""

import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from callbot.errors import BadInput
from callbot.speech.audio import Pcm, duration_s
from callbot.speech.prompts import PromptLibrary
from callbot.speech.synthesizer import Prompt

ASK = Prompt("temperature.ask", "zh-CN", "您今天的体温是多少度？")
THANKS = Prompt("thanks", "zh-CN", "谢谢您。")

NO_RECORDINGS = Path("nowhere")


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


def record(prompts_dir: Path, prompt: Prompt, seconds: float) -> Path:
    path = prompts_dir / prompt.script / "recordings" / prompt.locale / f"{prompt.id}.wav"
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
    library = PromptLibrary(first, NO_RECORDINGS, tmp_path)
    await library.prepare([ASK, THANKS, ASK], lambda done, of: told.append((done, of)))
    assert first.spoken == [ASK.text, THANKS.text]
    assert told == [(0, 2), (1, 2), (2, 2)]
    again = PromptLibrary(second, NO_RECORDINGS, tmp_path)
    await again.prepare([ASK])
    assert await again.sound(ASK) == await library.sound(ASK)
    assert second.spoken == []


async def test_another_voice_or_other_words_are_made_anew(tmp_path: Path) -> None:
    await PromptLibrary(CountingSynthesizer(), NO_RECORDINGS, tmp_path).prepare([ASK])
    faster = CountingSynthesizer("2")
    await PromptLibrary(faster, NO_RECORDINGS, tmp_path).prepare([ASK])
    assert faster.spoken == [ASK.text]


async def test_a_recording_beats_the_synthesizer_in_its_own_script_alone(tmp_path: Path) -> None:
    here, elsewhere = (replace(ASK, script=name) for name in ("quarantine", "heatwave-check"))
    record(tmp_path, here, 0.5)
    synthesizer = CountingSynthesizer()
    library = PromptLibrary(synthesizer, tmp_path, tmp_path / "cache")
    assert duration_s(await library.sound(here)) == pytest.approx(0.5, abs=0.01)
    assert synthesizer.spoken == []
    await library.sound(elsewhere)
    assert synthesizer.spoken == [ASK.text]


async def test_a_recording_made_while_calls_run_is_taken_up_by_the_next_preparation(
    tmp_path: Path,
) -> None:
    library = PromptLibrary(CountingSynthesizer(), tmp_path, tmp_path / "cache")
    await library.prepare([ASK])
    record(tmp_path, ASK, 0.5)
    await library.prepare([ASK])
    assert duration_s(await library.sound(ASK)) == pytest.approx(0.5, abs=0.01)


async def test_a_broken_recording_stops_the_preparation_by_name(tmp_path: Path) -> None:
    path = record(tmp_path, ASK, 1.0)
    path.write_bytes(path.read_bytes()[:100])
    library = PromptLibrary(CountingSynthesizer(), tmp_path, tmp_path / "cache")
    with pytest.raises(BadInput, match=r"temperature\.ask\.wav"):
        await library.prepare([ASK])


async def test_a_prompt_id_cannot_reach_files_elsewhere(tmp_path: Path) -> None:
    elsewhere = record(tmp_path, Prompt("secret", "zh-CN", "", script="other"), 0.1)
    prompt = Prompt("../../../other/recordings/zh-CN/secret", "zh-CN", "你好", script="office")
    (tmp_path / "office/recordings/zh-CN").mkdir(parents=True)
    assert elsewhere.exists()
    library = PromptLibrary(CountingSynthesizer(), tmp_path, tmp_path / "cache")
    assert library.recording(prompt) is None


async def test_a_cache_that_cannot_be_written_costs_no_call(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    synthesizer = CountingSynthesizer()
    library = PromptLibrary(synthesizer, NO_RECORDINGS, tmp_path / "cache")
    await library.prepare([ASK, THANKS])
    assert await library.sound(ASK)
    assert synthesizer.spoken == [ASK.text, THANKS.text]
    assert [r.levelname for r in caplog.records] == ["WARNING"]


async def test_a_damaged_cache_file_is_made_anew(tmp_path: Path) -> None:
    await PromptLibrary(CountingSynthesizer(), NO_RECORDINGS, tmp_path).prepare([ASK])
    (damaged,) = files_in(tmp_path)
    damaged.write_bytes(b"")
    synthesizer = CountingSynthesizer()
    await PromptLibrary(synthesizer, NO_RECORDINGS, tmp_path).prepare([ASK])
    assert synthesizer.spoken == [ASK.text]
    assert files_in(tmp_path) == [damaged]
