"""The sentences of a wording file, each with its place, changed without touching the rest."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from callbot.errors import BadInput

SPOKEN = ("prompts", "prompts_for", "confirm_again")
OF_A_QUESTION = ("ask", "ask_for", "read_back", "read_back_for")


@dataclass(frozen=True)
class SpokenText:
    """One sentence. place: keys and indexes from the root, with dots. start, end: in the file."""

    place: str
    first_line: int
    last_line: int
    text: str
    start: int
    end: int


def spoken_texts(source: str) -> list[SpokenText]:
    """In the order of the file. Raises BadInput when it is not YAML."""
    try:
        root = yaml.compose(source, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise BadInput("not valid YAML") from error
    return [text for text in _scalars(root, ()) if _is_spoken(text.place.split("."))]


def with_texts(source: str, changed: Mapping[str, str]) -> str:
    """The file with these sentences in place of its own, by place; comments and order stay."""
    for text in reversed(spoken_texts(source)):
        wanted = changed.get(text.place, text.text).strip()
        if wanted != text.text:
            quoted = json.dumps(wanted, ensure_ascii=False)
            tail = "\n" if source[text.start : text.end].endswith("\n") else ""
            source = source[: text.start] + quoted + tail + source[text.end :]
    return source


def _scalars(node: yaml.Node | None, place: tuple[str, ...]) -> Iterator[SpokenText]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(value, (*place, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _scalars(value, (*place, str(number)))
    elif isinstance(node, yaml.ScalarNode):
        starts, ends = node.start_mark, node.end_mark
        lines = (starts.line + 1, ends.line + 1)
        yield SpokenText(".".join(place), *lines, str(node.value), starts.index, ends.index)


def _is_spoken(place: list[str]) -> bool:
    if place[0] in SPOKEN:
        return True
    if place[0] == "questions":
        return len(place) > 2 and place[2] in OF_A_QUESTION
    return place[0] == "known_questions" and place[-1] == "answer"
