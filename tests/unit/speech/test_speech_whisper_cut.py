"""The cutting of a model, on one of two words and three numbers a word."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest
import tokenizers
from tokenizers.models import WordLevel

from callbot.speech.whisper_cut import cut_model, kept_tokens
from callbot.speech.whisper_vocabulary import Vocabulary, tokens_of

WORDS = ["咳", "ё", "<|endoftext|>", "<|zh|>", "<|ru|>", "<|notimestamps|>", "<|0.00|>"]
WEIGHTS = np.arange(21, dtype="<f2").reshape(7, 3)


def name(text: str) -> bytes:
    coded = text.encode() + b"\0"
    return struct.pack("<H", len(coded)) + coded


def variable(called: str, values: np.ndarray, number_type: int) -> bytes:
    shape = struct.pack(f"<B{values.ndim}I", values.ndim, *values.shape)
    return name(called) + shape + struct.pack("<BI", number_type, values.nbytes) + values.tobytes()


@pytest.fixture
def whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # So few words would all count as common ones.
    monkeypatch.setattr("callbot.speech.whisper_vocabulary.COMMON_TOKENS", 0)
    tokenizer = tokenizers.Tokenizer(WordLevel(dict(zip(WORDS, range(7), strict=True)), "咳"))
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    (tmp_path / "vocabulary.txt").write_text("\n".join(WORDS) + "\n", encoding="utf-8")
    config = {"lang_ids": [3, 4], "suppress_ids": [1, 6], "suppress_ids_begin": [2]}
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (tmp_path / "model.bin").write_bytes(
        struct.pack("<I", 6)
        + name("WhisperSpec")
        + struct.pack("<II", 3, 2)
        + variable("decoder/embeddings/weight", WEIGHTS, 4)
        + variable("encoder/bias", np.ones(3, dtype="<f2"), 4)
        + struct.pack("<I", 1)
        + name("decoder/projection/weight")
        + name("decoder/embeddings/weight")
    )
    return tmp_path


def test_only_the_rows_of_words_kept_are_left_in_8_bits(whole: Path) -> None:
    folder = cut_model(whole, "zh")
    assert kept_tokens(folder) == [0, 2, 3, 4, 5]
    rows = WEIGHTS[[0, 2, 3, 4, 5]].astype(np.float32)
    scale = (127 / rows.max(axis=1)).astype(np.float32)
    rounded = np.rint(rows * scale[:, None]).astype(np.int8)
    assert (folder / "model.bin").read_bytes() == (
        struct.pack("<I", 6)
        + name("WhisperSpec")
        + struct.pack("<II", 3, 3)
        + variable("decoder/embeddings/weight", rounded, 1)
        + variable("decoder/embeddings/weight_scale", scale, 0)
        + variable("encoder/bias", np.ones(3, dtype="<f2"), 4)
        + struct.pack("<I", 2)
        + name("decoder/projection/weight")
        + name("decoder/embeddings/weight")
        + name("decoder/projection/weight_scale")
        + name("decoder/embeddings/weight_scale")
    )
    assert (folder / "vocabulary.txt").read_text(encoding="utf-8").split("\n") == [
        *("咳", "<|endoftext|>", "<|zh|>", "<|ru|>", "<|notimestamps|>")
    ]
    assert json.loads((folder / "config.json").read_text(encoding="utf-8")) == {
        "lang_ids": [2, 3],
        "suppress_ids": [],
        "suppress_ids_begin": [1],
    }


def test_a_model_is_cut_once_and_again_when_it_has_changed(whole: Path) -> None:
    folder = cut_model(whole, "zh")
    written = (folder / "model.bin").stat().st_mtime_ns
    assert cut_model(whole, "zh") == folder
    assert (folder / "model.bin").stat().st_mtime_ns == written
    with (whole / "model.bin").open("r+b") as model:
        model.seek(-1, 2)
        model.truncate()
        model.write(b"\0\0")
    assert cut_model(whole, "zh") != folder
    assert not folder.exists()


def test_a_model_in_another_format_is_not_cut(whole: Path) -> None:
    (whole / "model.bin").write_bytes(struct.pack("<I", 5))
    with pytest.raises(ValueError, match="format 6"):
        cut_model(whole, "zh")
    assert not list(whole.glob("*zh-*"))


def test_of_a_language_in_no_script_known_every_word_is_kept(whole: Path) -> None:
    tokenizer = tokenizers.Tokenizer.from_file(str(whole / "tokenizer.json"))
    assert tokens_of("ru", tokenizer) == [0, 1, 2, 3, 4, 5]


def test_ids_of_the_cut_model_lead_back_to_words(whole: Path) -> None:
    tokenizer = tokenizers.Tokenizer.from_file(str(whole / "tokenizer.json"))
    vocabulary = Vocabulary(tokenizer, tokens_of("zh", tokenizer))
    assert vocabulary.token("<|zh|>") == 2
    assert vocabulary.encode("咳") == [0]
    assert vocabulary.decode([0, 1, 2]) == "咳"
