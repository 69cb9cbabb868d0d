"""Files that are written whole or not at all: one that is broken off leaves the old one."""

import os
import tempfile
from pathlib import Path

from callbot.errors import BadInput


def write_whole(path: Path, content: bytes) -> None:
    """Puts `content` where `path` says, in place of what was there.

    Raises BadInput when it cannot; what was there before is then untouched.
    """
    part = None
    try:
        if path.exists() and not path.is_file():
            raise BadInput(f"{path}: is not a file; give a file's name")
        with tempfile.NamedTemporaryFile(
            dir=path.resolve().parent, prefix=".", suffix=".part", delete=False
        ) as file:
            part = Path(file.name)
            file.write(content)
        part.chmod(_mode(path))
        part.replace(path.resolve())
    except OSError as error:
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
