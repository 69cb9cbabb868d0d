"""Files that are written whole or not at all: one that is broken off leaves the old one."""

import errno
import os
import tempfile
from pathlib import Path

from callbot.errors import BadInput, DiskFull


def write_whole(path: Path, content: bytes) -> None:
    """Puts `content` where `path` says, in place of what was there.

    A pipe or a device is written to as it is. Raises BadInput when it cannot, DiskFull; what was
    there before is then untouched.
    """
    part = None
    try:
        if path.is_dir():
            raise BadInput(f"{path}: is not a file; give a file's name")
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        with tempfile.NamedTemporaryFile(
            dir=path.resolve().parent, prefix=".", suffix=".part", delete=False
        ) as file:
            part = Path(file.name)
            file.write(content)
        part.chmod(_mode(path))
        part.replace(path.resolve())
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(f"{path}: the disk is full; make room and try again") from error
        raise BadInput(
            f"{path}: cannot be written: {error.strerror}; give a folder that exists and can be "
            "written, and close the file in other programs"
        ) from error
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def keep_whole(path: Path, content: bytes) -> None:
    """The same for a program's own files: makes the folder, readable by its owner alone.

    Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def _mode(path: Path) -> int:
    """That of the file which is replaced, else what the user's mask leaves of a new one."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
