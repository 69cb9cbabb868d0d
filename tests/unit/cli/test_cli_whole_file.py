"""A file is written whole or not at all."""

import os
from pathlib import Path

import pytest

from callbot import whole_file
from callbot.errors import BadInput, DiskFull
from callbot.whole_file import write_whole


def test_what_was_there_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_is_broken_off_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(b"old")

    def full_disk(_path: Path) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_file, "_mode", full_disk)
    with pytest.raises(DiskFull, match=r"report\.xlsx: the disk is full; make room"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["nowhere/report.xlsx", "."])
def test_what_cannot_be_written_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match=r"cannot be written|is not a file"):
        write_whole(tmp_path / name, b"")


def test_a_pipe_is_written_to_as_it_is(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    # Open for both sides, so that neither waits for the other.
    handle = os.open(pipe, os.O_RDWR)
    write_whole(pipe, b"new")
    assert os.read(handle, 10) == b"new"
    os.close(handle)
    assert pipe.is_fifo()
