"""Which recogniser serves a locale: the setting's, or Whisper."""

from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

from callbot.errors import ConfigurationError, ModelMissing
from callbot.speech.models import WHISPER_BASE, Engine, ModelState, model_dir, status
from callbot.speech.recognizer import Recognizer
from callbot.speech.vosk import VoskRecognizer
from callbot.speech.vosk_files import check_vosk_model
from callbot.speech.whisper import WhisperRecognizer
from callbot.speech.whisper_files import check_whisper_files

WHISPER_LOCALES: Final = WHISPER_BASE.locales

_whisper_in_use: WeakValueDictionary[tuple[Path, int], WhisperRecognizer] = WeakValueDictionary()
"""By model folder and workers: the locales of a node share one, and its processes."""


def recognizer_for(locale: str, setting: str | None, *, data_dir: Path, workers: int) -> Recognizer:
    """setting: `whisper`, `whisper:/folder` or `vosk:/folder`; None is Whisper. workers: the
    engine's processes; 0 is Whisper's own choice (one for each core, at most two) and one of Vosk.

    Nothing is loaded before the recogniser's start(). Raises ConfigurationError naming the
    CALLBOT_ASR_ setting of the locale.
    """
    engine, folder = _read(locale, setting)
    if engine is Engine.WHISPER:
        return _whisper(folder, data_dir, workers)
    assert folder is not None
    return VoskRecognizer(locale, folder, max(1, workers))


def check_model(locale: str, setting: str | None, *, data_dir: Path) -> None:
    """Whether a locale's model is there, by its files' names and sizes; nothing is loaded.

    Raises ConfigurationError, ModelMissing.
    """
    engine, folder = _read(locale, setting)
    if engine is Engine.VOSK:
        assert folder is not None
        check_vosk_model(folder)
    elif folder is not None:
        check_whisper_files(folder)
    else:
        base = status(WHISPER_BASE, data_dir)
        if base.state is ModelState.CORRUPT:
            raise ModelMissing(base.detail)


def _read(locale: str, setting: str | None) -> tuple[Engine, Path | None]:
    """Engine and folder of a setting; Vosk always has a folder. Raises ConfigurationError."""
    name = setting_name(locale)
    engine, _, folder = (setting or Engine.WHISPER).strip().partition(":")
    if folder and not Path(folder).is_dir():
        raise ConfigurationError(f"{name}: no such folder: {folder}")
    match engine.strip().lower():
        case Engine.WHISPER:
            if locale not in WHISPER_LOCALES:
                raise ConfigurationError(
                    f"{name}: Whisper serves {', '.join(WHISPER_LOCALES)}; "
                    f"for {locale} set {name}=vosk:/folder/of/a/model"
                )
            return Engine.WHISPER, Path(folder) if folder else None
        case Engine.VOSK:
            if not folder:
                raise ConfigurationError(f"{name}: say where the model is: vosk:/folder/of/a/model")
            return Engine.VOSK, Path(folder)
    raise ConfigurationError(
        f"{name}: unknown engine {engine!r}; use whisper or vosk:/folder/of/a/model"
    )


def _whisper(folder: Path | None, data_dir: Path, workers: int) -> WhisperRecognizer:
    path = (folder or model_dir(data_dir, WHISPER_BASE.name)).absolute()
    recognizer = _whisper_in_use.get((path, workers))
    if recognizer is None or recognizer.closed:
        recognizer = WhisperRecognizer(WHISPER_LOCALES, path, workers, packaged=folder is None)
        _whisper_in_use[path, workers] = recognizer
    return recognizer


def setting_name(locale: str) -> str:
    """`zh-CN` → `CALLBOT_ASR_ZH_CN`."""
    return f"CALLBOT_ASR_{locale.replace('-', '_').upper()}"
