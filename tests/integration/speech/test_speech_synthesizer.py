"""The bot's voice, by the real engine."""

import asyncio
import logging
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from callbot.errors import ConfigurationError, SpeechError
from callbot.speech.audio import SAMPLE_RATE_HZ, duration_s, samples
from callbot.speech.loudness import speech_level_dbfs
from callbot.speech.prompts import PromptLibrary
from callbot.speech.pyttsx3_engine import AT_THE_WORKER, Pyttsx3Synthesizer
from callbot.speech.synthesizer import Prompt
from callbot.workers.process import WorkerProcess
from callbot.workers.protocol import Frame

PROMPTS = [
    Prompt("hello", "zh-CN", "您好，这里是金海街道办事处，请问您今天的体温是多少度？"),
    Prompt("hello", "ko-KR", "안녕하세요, 오늘 체온이 몇 도입니까?"),
    Prompt("hello", "en-US", "Hello, what is your temperature today?"),
    Prompt("yes", "zh-CN", "好"),
    Prompt("value", "zh-CN", "38.2度"),
]


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda p: f"{p.id}-{p.locale}")
async def test_a_prompt_sounds_at_once_at_speech_level(
    synthesizer: Pyttsx3Synthesizer, prompt: Prompt
) -> None:
    pcm = await synthesizer.speak(prompt)
    sound = samples(pcm) / 32768
    letters = len(re.sub(r"\W", "", prompt.text))
    assert 0.05 * letters < duration_s(pcm) < 12
    assert np.argmax(np.abs(sound) > 0.01) < SAMPLE_RATE_HZ * 0.02
    assert speech_level_dbfs(sound.astype(np.float32)) == pytest.approx(-18, abs=1.5)
    assert np.abs(sound).max() < 0.9


async def test_many_asked_at_once_are_each_spoken_right_and_no_time_out_runs_for_who_waits(
    synthesizer: Pyttsx3Synthesizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = [duration_s(await synthesizer.speak(prompt)) for prompt in PROMPTS]
    request, asked, most = WorkerProcess.request, 0, 0

    async def counted(*given: Any, **more: Any) -> Frame:
        nonlocal asked, most
        asked += 1
        most = max(most, asked)
        try:
            return await request(*given, **more)
        finally:
            asked -= 1

    monkeypatch.setattr(WorkerProcess, "request", counted)
    together = await asyncio.gather(*(synthesizer.speak(p) for p in PROMPTS * 6))
    for number, pcm in enumerate(together):
        assert duration_s(pcm) == pytest.approx(alone[number % len(PROMPTS)], rel=0.05)
    assert most == AT_THE_WORKER


async def test_the_rate_is_the_one_asked_for() -> None:
    slow, fast = Pyttsx3Synthesizer(120), Pyttsx3Synthesizer(240)
    await asyncio.gather(slow.start(), fast.start())
    for prompt in PROMPTS[:3]:
        slowly, quickly = await asyncio.gather(slow.speak(prompt), fast.speak(prompt))
        assert duration_s(slowly) > 1.5 * duration_s(quickly)
    await asyncio.gather(slow.close(), fast.close())


async def test_a_killed_engine_fails_the_sentence_and_speaks_the_next(
    synthesizer: Pyttsx3Synthesizer,
) -> None:
    asked = [asyncio.create_task(synthesizer.speak(PROMPTS[0])) for _ in range(20)]
    await asked[0]
    assert synthesizer.worker_pid
    os.kill(synthesizer.worker_pid, signal.SIGKILL)
    done = await asyncio.gather(*asked, return_exceptions=True)
    assert any(isinstance(d, SpeechError) for d in done)
    assert all(isinstance(d, SpeechError | bytes) for d in done)
    assert duration_s(await synthesizer.speak(PROMPTS[0])) > 1


async def test_a_temporary_folder_cleared_out_by_the_system_is_made_again(
    synthesizer: Pyttsx3Synthesizer,
) -> None:
    assert synthesizer.worker_pid
    *_, folder = psutil.Process(synthesizer.worker_pid).cmdline()
    shutil.rmtree(folder)
    assert duration_s(await synthesizer.speak(PROMPTS[0])) > 1


async def test_words_that_cannot_be_spoken_are_refused(synthesizer: Pyttsx3Synthesizer) -> None:
    with pytest.raises(SpeechError, match="no letters"):
        await synthesizer.speak(Prompt("x", "zh-CN", "？！"))
    with pytest.raises(ConfigurationError, match="fr-FR"):
        await synthesizer.speak(Prompt("x", "fr-FR", "oui"))


def test_a_disk_that_fills_up_does_not_stop_the_prompts(tmp_path: Path) -> None:
    """In a process that may write no file over 4 KB, as on a full disk."""
    program = textwrap.dedent(f"""
        import asyncio, signal
        from pathlib import Path
        from callbot.speech.prompts import PromptLibrary
        from callbot.speech.synthesizer import Prompt

        class Loud:
            async def speak(self, prompt):
                return b"\\x01\\x02" * 20000
            def fingerprint(self, locale):
                return "1"

        async def main():
            library = PromptLibrary(Loud(), Path("prompts"), Path({str(tmp_path)!r}))
            prompts = [Prompt(str(n), "zh-CN", str(n)) for n in range(3)]
            await library.prepare(prompts)
            print(len(await library.sound(prompts[2])))

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        asyncio.run(main())
    """)
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    )
    assert done.stdout.strip() == "40000"
    assert "cannot be written" in done.stderr
    assert list(tmp_path.iterdir()) == []


async def test_prepared_prompts_need_no_engine_any_more(
    synthesizer: Pyttsx3Synthesizer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    library = PromptLibrary(synthesizer, Path("prompts"), tmp_path)
    await library.prepare(PROMPTS)
    await synthesizer.close()
    assert all([await library.sound(prompt) for prompt in PROMPTS])
    assert not caplog.records
