"""Time zones whose clocks change in the middle of a test, by files that the zone database reads."""

import os
import struct
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path

HOUR_S = 3600


def add_zone(folder: Path, name: str, changes_at: datetime, before: time, by_s: int) -> None:
    """A zone where it is `before` at the moment of the change, and clocks then move by `by_s`.

    The file is TZif version 1 (RFC 8536): a header, one transition, two offsets, a name.
    """
    utc = changes_at.astimezone(zoneinfo.ZoneInfo("UTC"))
    clock = timedelta(hours=before.hour, minutes=before.minute)
    ahead = clock - timedelta(hours=utc.hour, minutes=utc.minute, seconds=utc.second)
    east_s = int(ahead.total_seconds())
    if east_s > 12 * HOUR_S:
        east_s -= 24 * HOUR_S
    elif east_s < -12 * HOUR_S:
        east_s += 24 * HOUR_S
    header = struct.pack(">4sc15x6I", b"TZif", b"\0", 0, 0, 0, 1, 2, 4)
    change = struct.pack(">iB", int(changes_at.timestamp()), 1)
    offsets = struct.pack(">iBB", east_s, 0, 0) + struct.pack(">iBB", east_s + by_s, 1, 0)
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(header + change + offsets + b"TST\0")


def search_path(folder: Path) -> str:
    """For PYTHONTZPATH of other processes."""
    return os.pathsep.join((str(folder), *zoneinfo.TZPATH))


@contextmanager
def zones_of(folder: Path) -> Iterator[None]:
    """This process knows the folder's zones, and forgets them afterwards."""
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath((str(folder), *before))
    try:
        yield
    finally:
        zoneinfo.reset_tzpath(before)
        zoneinfo.ZoneInfo.clear_cache()
