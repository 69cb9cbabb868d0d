"""`callbot understand`: what utterances mean, one JSON line in, one out."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from callbot import collector
from callbot.config import load_settings
from callbot.dialog.answers import Hypothesis, Intent, Kind, Open, Temperature, is_calm
from callbot.dialog.understanding import (
    LONGEST_UTTERANCE,
    Lexicon,
    Resemblance,
    Understanding,
    lexicon_folders,
    load_lexicon,
    load_resemblance,
    understand,
    weighed,
)
from callbot.errors import BadInput

CONFIDENCE_STEP = 0.02
"""Text has no confidence of its own: 1.0, and this much less for each alternative."""


MOST_ALTERNATIVES = 100

Words = Annotated[str, Field(max_length=LONGEST_UTTERANCE)]


class Question(BaseModel):
    """One line of input."""

    model_config = ConfigDict(extra="forbid")

    id: str | int | None = None
    locale: str
    question: Kind
    text: Words
    alternatives: Annotated[list[Words], Field(max_length=MOST_ALTERNATIVES)] = []


def understand_command(
    source: Annotated[
        Path | None, typer.Option("--input", help="Read this file and not standard input.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Output is always JSON lines; accepted for symmetry.")
    ] = True,
) -> None:
    """Reads utterances as JSON lines and prints what each means, one JSON line each.

    In: {"id": "1", "locale": "zh-CN", "question": "temperature", "text": "三十六度五"}.
    A bad line is reported with its number; the others are still answered, and the exit status is 2.
    """
    del as_json
    readers = _Readers(load_settings().prompts_dir)
    lines = sys.stdin.buffer if source is None else source.read_bytes().splitlines()
    problems: list[str] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question = _parse(line)
            meant = _understand(question, readers)
        except BadInput as error:
            problems.append(f"line {number}: {error}")
            continue
        sys.stdout.write(json.dumps(_shown(question, meant), ensure_ascii=False) + "\n")
    if problems:
        raise BadInput("\n".join(problems))


class _Readers:
    """Rules and examples of each language, loaded when first asked for."""

    def __init__(self, prompts_dir: Path) -> None:
        self._prompts = prompts_dir
        self._loaded: dict[str, tuple[Lexicon, Resemblance]] = {}

    def of(self, locale: str) -> tuple[Lexicon, Resemblance]:
        if locale not in self._loaded:
            folders = lexicon_folders(self._prompts)
            if locale not in folders:
                raise BadInput(f"locale: {locale!r} is unknown; use one of {', '.join(folders)}")
            with collector.paused():
                lexicon = load_lexicon(folders[locale])
                path = self._prompts / "examples" / f"{locale}.yaml"
                self._loaded[locale] = lexicon, load_resemblance(path, spaced=lexicon.spaced)
        return self._loaded[locale]


def _parse(line: bytes) -> Question:
    try:
        parsed = json.loads(line.decode("utf-8-sig"))
        json.dumps(parsed, ensure_ascii=False).encode()  # refuses halves of characters ("\\ud800")
        return Question.model_validate(parsed)
    except UnicodeError as error:
        raise BadInput(f"not text in UTF-8: {error}") from error
    except RecursionError as error:
        raise BadInput("not JSON: nested too deeply") from error
    except json.JSONDecodeError as error:
        raise BadInput(f"not JSON: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        if not first["loc"]:
            raise BadInput("not a JSON object") from error
        field = ".".join(map(str, first["loc"]))
        raise BadInput(f"{field}: {first['msg']}") from error


def _understand(question: Question, readers: _Readers) -> Understanding:
    texts = (question.text, *question.alternatives)
    hypotheses = [
        Hypothesis(text=text, confidence=max(0.0, 1.0 - CONFIDENCE_STEP * rank))
        for rank, text in enumerate(texts)
    ]
    lexicon, examples = readers.of(question.locale)
    found = understand(question.question, hypotheses, lexicon)
    return weighed(found, question.question, hypotheses, lexicon, examples)


def _intent(meant: Understanding) -> Intent:
    """An answer that tells something is one whatever is asked beside it ("三十七度三，要不要再量").

    A calm one is not, since what is asked may be whether it is calm ("遛狗算不算出门").
    """
    told = isinstance(meant.value, Temperature) or (
        meant.value is not None and not isinstance(meant.value, Open) and not is_calm(meant.value)
    )
    return Intent.ANSWER if told and meant.intent is Intent.QUESTION else meant.intent


def _shown(question: Question, meant: Understanding) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": question.id,
        "intent": _intent(meant).value,
        "status": meant.status.value,
        "value": None if meant.value is None else meant.value.model_dump(mode="json"),
        "heard": meant.heard,
        "confidence": meant.confidence,
    }
    if meant.volunteered:
        shown["volunteered"] = {
            value.kind: value.model_dump(mode="json") for value in meant.volunteered
        }
    return shown
