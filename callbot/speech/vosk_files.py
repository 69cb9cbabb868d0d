"""A Vosk model's folder, checked file by file before the engine sees it.

The engine loads a damaged graph in silence, or dies of it.
"""

import struct
from pathlib import Path
from typing import Final

from callbot.errors import ModelMissing

_FST_MAGIC: Final = 2125659606
"""First word of a compiled OpenFst file (little-endian)."""
_SMALLEST_BYTES: Final = {
    "am/final.mdl": 100_000,
    "graph/HCLG.fst": 100_000,
    "graph/HCLr.fst": 100_000,
    "graph/Gr.fst": 10_000,
    "ivector/final.ie": 100_000,
}
_NEEDED: Final = ("am/final.mdl", "conf/mfcc.conf", "conf/model.conf")
_GRAPH_STATIC: Final = ("graph/HCLG.fst", "graph/words.txt")
_GRAPH_DYNAMIC: Final = ("graph/HCLr.fst", "graph/Gr.fst", "graph/disambig_tid.int")
_IVECTOR: Final = (
    *("ivector/final.dubm", "ivector/final.ie", "ivector/final.mat"),
    *("ivector/global_cmvn.stats", "ivector/online_cmvn.conf", "ivector/splice.conf"),
)

DEFAULT_RATE_HZ: Final = 16000


def check_vosk_model(folder: Path) -> None:
    """Raises ModelMissing naming the file that is missing or damaged, and what to do.

    Sizes and first bytes only: for models whose hash is known, `models check` reads all of them.
    """
    if not folder.is_dir():
        raise ModelMissing(f"{folder}: no such folder; get a model with: callbot models get")
    needed = [*_NEEDED]
    needed += _GRAPH_STATIC if (folder / "graph/HCLG.fst").exists() else _GRAPH_DYNAMIC
    if (folder / "ivector").exists():
        needed += _IVECTOR
    for name in needed:
        _check_file(folder, name)


def _check_file(folder: Path, name: str) -> None:
    path = folder / name
    remedy = f"unpack the model again into {folder}"
    if not path.is_file():
        raise ModelMissing(f"{path} is missing; {remedy}")
    try:
        with path.open("rb") as file:
            head = file.read(8)
        size = path.stat().st_size
    except OSError as error:
        raise ModelMissing(f"{path}: cannot be read: {error.strerror}") from error
    if size < _SMALLEST_BYTES.get(name, 1):
        raise ModelMissing(f"{path} is corrupt: only {size} bytes; {remedy}")
    if name.endswith(".fst") and struct.unpack("<i", head[:4])[0] != _FST_MAGIC:
        raise ModelMissing(f"{path} is corrupt: not a compiled graph; {remedy}")
    if name == "am/final.mdl" and not head.startswith((b"\x00B<Trans", b"<Trans")):
        raise ModelMissing(f"{path} is corrupt: not an acoustic model; {remedy}")


def model_rate_hz(folder: Path) -> int:
    """The rate of sound the model was trained on, from its mfcc.conf."""
    for line in (folder / "conf/mfcc.conf").read_text(encoding="utf-8").splitlines():
        name, _, value = line.strip().partition("=")
        if name == "--sample-frequency":
            rate_hz = float(value)
            if rate_hz not in (8000.0, 16000.0):
                raise ModelMissing(f"{folder / 'conf/mfcc.conf'}: {value} Hz is not a rate we feed")
            return int(rate_hz)
    return DEFAULT_RATE_HZ
