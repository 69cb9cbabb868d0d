"""Data files that the office edits: YAML into a checked model, with errors by file and line."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, TypeVar

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from callbot.errors import DataFileError

M = TypeVar("M")


class _StrictLoader(yaml.CSafeLoader):
    """Refuses a key given twice, which YAML would let overrule the first in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(
                    None, None, "a name before `:` must be plain words", key_node.start_mark
                )
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key!r} is given twice; keep one", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


# `no`, `on` and `yes` are words people write in answers; only true and false are booleans here.
_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_StrictLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf")
)


def _is_internal(part: str) -> bool:
    """Steps that pydantic adds to a place and that are not in the file."""
    return part.startswith("function-") or part == "[key]"


class Place(Protocol):
    """Where data came from, so that an error found later can name its file and line."""

    def error(self, loc: tuple[int | str, ...], problem: str) -> DataFileError:
        """The error at a place given as in pydantic: keys and indexes from the root."""


class Source:
    """A file's node tree."""

    def __init__(self, path: Path, root: yaml.Node) -> None:
        self.path = path
        self._root = root

    def error(self, loc: tuple[int | str, ...], problem: str) -> DataFileError:
        where = ".".join(str(part) for part in loc if not _is_internal(str(part)))
        line = self._line(loc)
        return DataFileError(self.path, line, f"{where}: {problem}" if where else problem)

    def _line(self, loc: tuple[int | str, ...]) -> int:
        node: yaml.Node = self._root
        line = node.start_mark.line + 1
        for part in loc:
            if isinstance(node, yaml.MappingNode):
                for key, value in node.value:
                    if key.value == str(part):
                        line, node = key.start_mark.line + 1, value
                        break
            elif isinstance(node, yaml.SequenceNode) and part in range(len(node.value)):
                node = node.value[int(part)]
                line = node.start_mark.line + 1
        return int(line)


class Folder:
    """The files of a folder of which each but one is a section."""

    def __init__(self, own: Source, sections: Mapping[str, Source]) -> None:
        self._own = own
        self._sections = sections

    def error(self, loc: tuple[int | str, ...], problem: str) -> DataFileError:
        section = self._sections.get(str(loc[0])) if loc else None
        return section.error(loc[1:], problem) if section else self._own.error(loc, problem)


def load(path: Path, model: type[M]) -> tuple[M, Source]:
    """Reads and checks one file.

    model: a pydantic model, or any type that pydantic can check. Raises DataFileError naming
    the file, the line (from 1), the field and what is wrong.
    """
    source, data = _read(path)
    return _checked(data, model, source), source


def load_folder(folder: Path, model: type[M], own: str) -> tuple[M, Folder]:
    """Reads and checks a folder: the fields in its file `own` and, by its name, each other file.

    Raises DataFileError as `load`.
    """
    own_source, data = _read(folder / f"{own}.yaml")
    if not isinstance(data, dict):
        data = _checked(data, dict[str, object], own_source)
    sections: dict[str, Source] = {}
    for path in sorted(folder.glob("*.yaml")):
        name = path.stem
        if name == own:
            continue
        if name in data:
            raise own_source.error((name,), f"there is a file {path.name} for this; keep one")
        sections[name], data[name] = _read(path)
    source = Folder(own_source, sections)
    return _checked(data, model, source), source


def _read(path: Path) -> tuple[Source, object]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise DataFileError(path, 1, "the file does not exist") from error
    except UnicodeDecodeError as error:
        raise DataFileError(path, 1, "not UTF-8; save the file as UTF-8") from error
    except OSError as error:
        raise DataFileError(path, 1, f"cannot be read: {error.strerror}") from error
    try:
        root, data = _parsed(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DataFileError(path, line, f"not valid YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise DataFileError(path, 1, f"not valid YAML: {error}") from error
    except RecursionError as error:
        raise DataFileError(path, 1, "not valid YAML: brackets within brackets") from error
    if root is None:
        raise DataFileError(path, 1, "the file is empty")
    return Source(path, root), data


def _checked(data: object, model: type[M], source: Place) -> M:
    try:
        if isinstance(model, type) and issubclass(model, BaseModel):
            return model.model_validate(data)
        return TypeAdapter(model).validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        problem = _REMEDIES.get(first["type"]) or first["msg"].removeprefix("Value error, ")
        raise source.error(first["loc"], problem) from error


def _parsed(text: str) -> tuple[yaml.Node | None, object]:
    """The node tree and its data. libyaml reads ten times faster; of a mistake PyYAML says more."""
    try:
        loader = _StrictLoader(text)
        root = loader.get_single_node()
    except yaml.MarkedYAMLError:
        yaml.compose(text, yaml.SafeLoader)
        raise
    return root, None if root is None else loader.construct_document(root)


_REMEDIES = {
    "extra_forbidden": "unknown field; remove it or correct its name",
    "missing": "this field is missing; add it",
    "string_type": "this must be words; write them after the colon, numbers in quotation marks",
    "model_type": "this must be fields, one `name: value` on each line",
    "dict_type": "this must be fields, one `name: value` on each line",
    "tuple_type": "this must be a list, each item after a dash",
    "list_type": "this must be a list, each item after a dash",
}
"""What to do about the commonest mistakes, by pydantic's name for them."""
