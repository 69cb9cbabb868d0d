"""Which recogniser serves a locale."""

from pathlib import Path

from callbot.speech.recognizer import Recognizer
from callbot.speech.whisper import WhisperRecognizer

_shared: dict[tuple[Path, int], WhisperRecognizer] = {}


def recognizer_for(locale: str, setting: str | None, *, data_dir: Path, workers: int) -> Recognizer:
    key = (data_dir, workers)
    if key not in _shared:
        _shared[key] = WhisperRecognizer(["zh-CN", "en-US", "ko-KR"], data_dir / "models" / "whisper-base", workers)
    return _shared[key]
