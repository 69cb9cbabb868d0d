"""Residents' words and what they mean, from the tables beside this file."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from callbot.dialog.answers import Hypothesis, Intent, Kind, Status
from callbot.dialog.understanding import Lexicon, Understanding, understand

HERE = Path(__file__).parent
FIELDS = {"out": "went_out"}


class _Words(yaml.SafeLoader):
    """`yes`, `no` and `on` are words here."""


_Words.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:bool"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _cases() -> list[Any]:
    cases = []
    for path in sorted(HERE.glob("*.yaml")):
        table = yaml.load(path.read_text(encoding="utf-8"), Loader=_Words)
        for kind, rows in table.items():
            for said, expected in rows.items():
                name = f"{path.stem}-{kind}-{said}"
                cases.append(pytest.param(path.stem, kind, str(said), expected, id=name))
    return cases


def _meant(expected: Any) -> dict[str, Any]:
    """The table's short forms in full."""
    if isinstance(expected, dict):
        full = {FIELDS.get(key, key): value for key, value in expected.items()}
        if "answer" in full:
            full |= _meant(full.pop("answer")) | {k: v for k, v in full.items() if k == "intent"}
        return full
    if isinstance(expected, int | float):
        return {"celsius": float(expected)}
    short: dict[str, dict[str, Any]] = {
        "yes": {"yes": True},
        "no": {"yes": False},
        "nothing": {"nothing": True},
        "text": {"nothing": False},
    }
    if expected in ("normal", "fever", "not_measured"):
        return {"celsius": None, "reported": expected}
    return short.get(expected) or {"intent": expected, "value": None}


def _boolean(value: Any) -> Any:
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def _assert_value(got: Any, expected: dict[str, Any]) -> None:
    assert got is not None, f"nothing understood, expected {expected}"
    shown = got.model_dump(mode="json")
    assert shown == shown | {key: _boolean(value) for key, value in expected.items()}


@pytest.mark.parametrize(("locale", "kind", "said", "expected"), _cases())
def test_a_resident_is_understood(
    lexicons: dict[str, Lexicon], locale: str, kind: str, said: str, expected: Any
) -> None:
    meant = _meant(expected)
    intent = Intent(meant.pop("intent", "answer"))
    told = [{FIELDS.get(k, k): v for k, v in one.items()} for one in meant.pop("told", [])]
    got: Understanding = understand(Kind(kind), [Hypothesis(text=said)], lexicons[locale])
    assert got.intent is intent, got
    if meant.pop("value", ...) is None:
        assert got.value is None or intent is not Intent.UNCLEAR, got
    elif meant:
        _assert_value(got.value, meant)
    assert (got.status is Status.UNCLEAR) == (intent in (Intent.UNCLEAR, Intent.SILENCE))
    for one in told:
        assert any(
            v.model_dump(mode="json").items() >= {k: _boolean(x) for k, x in one.items()}.items()
            for v in got.volunteered
        ), got.volunteered
