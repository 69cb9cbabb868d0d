"""Whisper's model on disk: joined once, verified, refused when damaged."""

import json
import shutil
from pathlib import Path

import pytest

from callbot.errors import ModelMissing
from callbot.speech.models import WHISPER_BASE, ModelState, status
from callbot.speech.whisper import WhisperRecognizer
from callbot.speech.whisper_files import install_whisper_base


def test_the_second_start_trusts_the_note_and_a_check_does_not(whisper_dir: Path) -> None:
    install_whisper_base(whisper_dir)
    noted = json.loads((whisper_dir / "verified.json").read_text())
    assert noted["sha256"] == WHISPER_BASE.sha256
    data_dir = whisper_dir.parent.parent
    assert status(WHISPER_BASE, data_dir).state is ModelState.INSTALLED
    assert status(WHISPER_BASE, data_dir, full=True).state is ModelState.VERIFIED


@pytest.mark.parametrize("damage", ["a changed byte", "cut short", "no tokenizer"])
async def test_a_damaged_model_is_refused_with_the_remedy_and_repaired_by_it(
    whisper_dir: Path, tmp_path: Path, damage: str
) -> None:
    install_whisper_base(whisper_dir)
    copy = tmp_path / "models" / "whisper-base"
    shutil.copytree(whisper_dir, copy)
    with (copy / "model.bin").open("r+b") as file:
        if damage == "a changed byte":
            file.seek(70_000_000)
            byte = file.read(1)
            file.seek(70_000_000)
            file.write(bytes([byte[0] ^ 1]))
        elif damage == "cut short":
            file.truncate(100_000_000)
    if damage == "no tokenizer":
        (copy / "tokenizer.json").unlink()
        install_whisper_base(copy)
    else:
        recognizer = WhisperRecognizer(("zh-CN",), copy, workers=1)
        with pytest.raises(ModelMissing, match="models get whisper-base"):
            await recognizer.start()
        assert status(WHISPER_BASE, tmp_path, full=True).state is ModelState.CORRUPT
        install_whisper_base(copy, afresh=True)
    assert status(WHISPER_BASE, tmp_path, full=True).state is ModelState.VERIFIED


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where a folder should be")
    recognizer = WhisperRecognizer(("zh-CN",), tmp_path / "models" / "whisper-base")
    with pytest.raises(ModelMissing, match="CALLBOT_DATA_DIR"):
        await recognizer.start()
