"""Scripts on the shelf: what is read ahead keeps nobody from starting, and words are read once."""

import logging
import shutil
import threading
from pathlib import Path

import pytest

from callbot import script_shelf
from callbot.errors import DataFileError
from callbot.script_shelf import ScriptShelf

MANDARIN = "zh-CN"


def test_a_script_that_cannot_be_read_ahead_is_named_in_the_log_and_no_more(
    prompts_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        ScriptShelf(prompts_dir).read_ahead(["no-such-script"])
    assert "no-such-script" in caplog.text


def test_scripts_of_a_language_share_its_words_until_these_change(
    prompts_dir: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "prompts"
    others = shutil.ignore_patterns("ko-KR*", "en-US*")
    shutil.copytree(prompts_dir, folder, ignore=others)
    shelf = ScriptShelf(folder)
    one, other = shelf.script("quarantine"), shelf.script("heatwave-check")
    assert one.lexicons[MANDARIN] is other.lexicons[MANDARIN]
    lexicon = folder / "lexicon" / MANDARIN / "symptoms.yaml"
    lexicon.write_text(lexicon.read_text("utf-8") + "\n# Read again.\n", "utf-8")
    changed = shelf.script("quarantine")
    assert changed.lexicons[MANDARIN] is not one.lexicons[MANDARIN]
    assert changed.version != one.version


def test_reasons_are_told_while_a_script_is_being_read(
    prompts_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = ScriptShelf(prompts_dir)
    told: list[dict[str, str]] = []

    def read_slowly(*_: object) -> None:
        asking = threading.Thread(target=lambda: told.append(shelf.reasons(MANDARIN)), daemon=True)
        asking.start()
        asking.join(timeout=30)
        raise DataFileError(prompts_dir, 1, "broken off")

    monkeypatch.setattr(script_shelf, "load_script", read_slowly)
    with pytest.raises(DataFileError):
        shelf.script("quarantine")
    assert told
