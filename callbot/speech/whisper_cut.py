"""Whisper's model cut to one language, beside the whole one.

A step of the decoder weighs every word the model knows, in a hundred languages. That is half of its
work, and readings in a script the language does not use are thrown away in the end (see
`readings`). With the 5,500 tokens of Mandarin the same readings come out in two thirds of the time.
The weights are rounded to 8 bits ahead, as CTranslate2 would at each start.
"""

import hashlib
import json
import shutil
import struct
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from callbot.speech.whisper_vocabulary import load_tokenizer, tokens_of

MODEL_FORMAT: Final = 6
"""Of CTranslate2's model.bin, the only one cut here."""
CUT: Final = 1
"""To be counted up when this module cuts differently."""

_WORD_MATRICES: Final = ("decoder/embeddings/", "decoder/projection/")
_IDS_IN_CONFIG: Final = ("lang_ids", "suppress_ids", "suppress_ids_begin")
_KEPT: Final = "kept.json"
_INT8_TYPE, _FLOAT16_TYPE = 1, 4
_FLOAT32_TYPE = 0


def cut_model(model_dir: Path, language: str) -> Path:
    """The folder of the model cut to a language, for example zh; made when it is not there yet.

    Raises ValueError when model.bin has a format not known here, OSError when it cannot be written.
    """
    stat = (model_dir / "model.bin").stat()
    made_of = f"{CUT} {stat.st_size} {stat.st_mtime_ns}"
    name = f"{language}-{hashlib.sha256(made_of.encode()).hexdigest()[:12]}"
    folder = model_dir / name
    if folder.is_dir():
        return folder
    with tempfile.TemporaryDirectory(dir=model_dir, prefix=".cut-") as scratch:
        _cut(model_dir, language, Path(scratch) / name)
        for earlier in model_dir.glob(f"{language}-*"):
            shutil.rmtree(earlier, ignore_errors=True)
        try:
            (Path(scratch) / name).rename(folder)
        except OSError:
            # Another process was quicker.
            if not folder.is_dir():
                raise
    return folder


def kept_tokens(folder: Path) -> list[int]:
    """Of the folder of a cut model: the whole model's id of each of its tokens."""
    kept: list[int] = json.loads((folder / _KEPT).read_text(encoding="utf-8"))
    return kept


def _cut(model_dir: Path, language: str, folder: Path) -> None:
    tokenizer = load_tokenizer(model_dir / "tokenizer.json")
    kept = tokens_of(language, tokenizer)
    words = (model_dir / "vocabulary.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
    config = json.loads((model_dir / "config.json").read_text(encoding="utf-8"))
    new_ids = {token: id_ for id_, token in enumerate(kept)}
    for name in _IDS_IN_CONFIG:
        config[name] = [new_ids[i] for i in config.get(name, []) if i in new_ids]
    weights = _cut_weights((model_dir / "model.bin").read_bytes(), len(words), kept)
    folder.mkdir()
    (folder / "model.bin").write_bytes(weights)
    (folder / "vocabulary.txt").write_text("\n".join(words[i] for i in kept), encoding="utf-8")
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / _KEPT).write_text(json.dumps(kept), encoding="utf-8")


@dataclass
class _Variable:
    """As CTranslate2 stores it; type: of its numbers, 0 float32, 1 int8, 4 float16."""

    name: str
    dimensions: tuple[int, ...]
    type: int
    content: bytes | memoryview

    def rows(self, kept: Sequence[int]) -> "_Variable":
        table = np.frombuffer(self.content, dtype=np.uint8).reshape(self.dimensions[0], -1)
        dimensions = (len(kept), *self.dimensions[1:])
        return _Variable(self.name, dimensions, self.type, table[list(kept)].tobytes())

    @property
    def is_matrix_of_halves(self) -> bool:
        matrix = self.name.endswith("/weight") and len(self.dimensions) == 2
        return matrix and self.type == _FLOAT16_TYPE

    def in_8_bits(self) -> "tuple[_Variable, _Variable]":
        """The matrix and the scale of each of its rows, as CTranslate2 rounds them."""
        matrix = np.frombuffer(self.content, dtype="<f2").reshape(self.dimensions)
        matrix = matrix.astype(np.float32)
        largest = np.abs(matrix).max(axis=1)
        scale = (127.0 / np.where(largest == 0, 127.0, largest)).astype(np.float32)
        rounded = np.rint(matrix * scale[:, None]).astype(np.int8)
        return (
            _Variable(self.name, self.dimensions, _INT8_TYPE, rounded.tobytes()),
            _Variable(f"{self.name}_scale", scale.shape, _FLOAT32_TYPE, scale.tobytes()),
        )

    def packed(self) -> bytes:
        shape = struct.pack(f"<B{len(self.dimensions)}I", len(self.dimensions), *self.dimensions)
        size = struct.pack("<BI", self.type, len(self.content))
        return _packed_name(self.name) + shape + size + self.content


def _cut_weights(model: bytes, words: int, kept: Sequence[int]) -> bytes:
    """model.bin: its format, the model's name and revision, variables, names for the same twice."""
    reader = _Reader(model)
    if reader.number("<I") != MODEL_FORMAT:
        raise ValueError(f"model.bin is not in format {MODEL_FORMAT}")
    head = struct.pack("<I", MODEL_FORMAT) + _packed_name(reader.name())
    head += struct.pack("<I", reader.number("<I"))
    variables: list[_Variable] = []
    for _ in range(reader.number("<I")):
        variable = reader.variable()
        if variable.name.startswith(_WORD_MATRICES) and variable.dimensions[:1] == (words,):
            variable = variable.rows(kept)
        variables += variable.in_8_bits() if variable.is_matrix_of_halves else (variable,)
    same = [(reader.name(), reader.name()) for _ in range(reader.number("<I"))]
    names = {variable.name for variable in variables}
    same += [(f"{a}_scale", f"{b}_scale") for a, b in same if f"{b}_scale" in names]
    pieces = [head, struct.pack("<I", len(variables)), *(v.packed() for v in variables)]
    pieces += [struct.pack("<I", len(same)), *(_packed_name(n) for pair in same for n in pair)]
    return b"".join(pieces)


def _packed_name(name: str) -> bytes:
    coded = name.encode() + b"\0"
    return struct.pack("<H", len(coded)) + coded


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self._at = 0

    def number(self, form: str) -> int:
        (value,) = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return int(value)

    def name(self) -> str:
        return bytes(self._take(self.number("<H"))).rstrip(b"\0").decode()

    def variable(self) -> _Variable:
        name = self.name()
        dimensions = tuple(self.number("<I") for _ in range(self.number("<B")))
        type_ = self.number("<B")
        return _Variable(name, dimensions, type_, self._take(self.number("<I")))

    def _take(self, size: int) -> memoryview:
        self._at += size
        return self._data[self._at - size : self._at]
