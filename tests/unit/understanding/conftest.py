"""The product's own lexicons, loaded once."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from lexicons_read import lexicon_at

from callbot.dialog.understanding import (
    Lexicon,
    Resemblance,
    lexicon_folders,
    load_resemblance,
)

PROMPTS = Path(__file__).parents[3] / "prompts"


@pytest.fixture(scope="session")
def lexicons() -> dict[str, Lexicon]:
    return {locale: lexicon_at(at) for locale, at in lexicon_folders(PROMPTS).items()}


@pytest.fixture(scope="session")
def examples(lexicons: dict[str, Lexicon]) -> dict[str, Resemblance]:
    folder = PROMPTS / "examples"
    return {
        locale: load_resemblance(folder / f"{locale}.yaml", spaced=lexicon.spaced)
        for locale, lexicon in lexicons.items()
    }


@pytest.fixture
def chinese(lexicons: dict[str, Lexicon]) -> Lexicon:
    return lexicons["zh-CN"]


@pytest.fixture
def korean(lexicons: dict[str, Lexicon]) -> Lexicon:
    return lexicons["ko-KR"]


@pytest.fixture
def lexicon_with(tmp_path: Path) -> Callable[[str, str, str], Path]:
    """A copy of the Chinese lexicon with one line of a file changed."""

    def write(file: str, old: str, new: str) -> Path:
        folder = tmp_path / "zh-CN"
        shutil.copytree(lexicon_folders(PROMPTS)["zh-CN"], folder)
        path = folder / f"{file}.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return write
