"""The product's own lexicons, loaded once."""

from collections.abc import Callable
from pathlib import Path

import pytest
from lexicons_read import lexicon_at

from callbot.dialog.understanding import Lexicon, Resemblance, load_resemblance

LEXICONS = Path(__file__).parents[3] / "prompts" / "lexicon"


@pytest.fixture(scope="session")
def lexicons() -> dict[str, Lexicon]:
    return {path.stem: lexicon_at(path) for path in sorted(LEXICONS.glob("*.yaml"))}


@pytest.fixture(scope="session")
def examples(lexicons: dict[str, Lexicon]) -> dict[str, Resemblance]:
    folder = LEXICONS.parent / "examples"
    return {
        locale: load_resemblance(folder / f"{locale}.yaml", spaced=lexicon.spaced)
        for locale, lexicon in lexicons.items()
    }


@pytest.fixture
def chinese(lexicons: dict[str, Lexicon]) -> Lexicon:
    return lexicons["zh-CN"]


@pytest.fixture
def lexicon_with(tmp_path: Path) -> Callable[[str, str], Path]:
    """A copy of the Chinese lexicon with one line changed."""

    def write(old: str, new: str) -> Path:
        text = (LEXICONS / "zh-CN.yaml").read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "zh-CN.yaml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return write
