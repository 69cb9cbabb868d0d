"""Models: what is installed, and archives that are not what they should be."""

import io
import struct
import zipfile
from pathlib import Path

import pytest

from callbot.errors import BadInput, ConfigurationError, ModelMissing
from callbot.speech.engines import recognizer_for, setting_name
from callbot.speech.model_install import get_model
from callbot.speech.models import MODELS, ModelState, known, model_dir, status
from callbot.speech.vosk import VoskRecognizer
from callbot.speech.vosk_files import check_vosk_model, model_rate_hz
from callbot.speech.whisper import WhisperRecognizer

SMALL = MODELS["vosk-model-small-cn-0.22"]
FST = struct.pack("<i", 2125659606) + bytes(200_000)


def model_files() -> dict[str, bytes]:
    """The outline of a model with a dynamic graph; the engine itself is not asked."""
    return {
        "am/final.mdl": b"\x00B<TransitionModel>" + bytes(200_000),
        "conf/mfcc.conf": b"--sample-frequency=16000\n",
        "conf/model.conf": b"--beam=10.0\n",
        "graph/HCLr.fst": FST,
        "graph/Gr.fst": FST,
        "graph/disambig_tid.int": b"1\n",
    }


def archive_of(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, content in files.items():
            file.writestr(name, content)
    return path


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    files = {f"{SMALL.name}/{name}": content for name, content in model_files().items()}
    return archive_of(tmp_path / "model.zip", files)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_a_model_from_an_archive_is_installed_and_verified(archive: Path, data_dir: Path) -> None:
    assert status(SMALL, data_dir).state is ModelState.MISSING
    installed = get_model(SMALL, data_dir, archive=archive)
    assert installed.path == model_dir(data_dir, SMALL.name)
    assert len(installed.sha256) == 64
    assert status(SMALL, data_dir).state is ModelState.INSTALLED
    assert status(SMALL, data_dir, full=True).state is ModelState.VERIFIED
    assert [p.name for p in installed.path.parent.iterdir()] == [SMALL.name]


def test_a_changed_byte_is_found_by_a_full_check_and_a_lost_one_by_a_quick_one(
    archive: Path, data_dir: Path
) -> None:
    graph = get_model(SMALL, data_dir, archive=archive).path / "graph/Gr.fst"
    content = bytearray(graph.read_bytes())
    content[-1] ^= 1
    graph.write_bytes(content)
    assert status(SMALL, data_dir).state is ModelState.INSTALLED
    found = status(SMALL, data_dir, full=True)
    assert found.state is ModelState.CORRUPT
    assert "Gr.fst" in found.detail
    assert "models get" in found.todo
    graph.write_bytes(content[:-1])
    assert status(SMALL, data_dir).state is ModelState.CORRUPT


def test_getting_a_model_again_repairs_it(archive: Path, data_dir: Path) -> None:
    path = get_model(SMALL, data_dir, archive=archive).path
    (path / "am/final.mdl").unlink()
    get_model(SMALL, data_dir, archive=archive)
    assert status(SMALL, data_dir, full=True).state is ModelState.VERIFIED


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "a/../../outside"])
def test_an_archive_that_leads_out_of_its_folder_is_refused(
    tmp_path: Path, data_dir: Path, name: str
) -> None:
    evil = archive_of(tmp_path / "evil.zip", {**model_files(), name: b"x"})
    with pytest.raises(BadInput, match="leads out"):
        get_model(SMALL, data_dir, archive=evil)
    assert not list(tmp_path.rglob("outside"))


def test_a_link_in_an_archive_is_refused(tmp_path: Path, data_dir: Path) -> None:
    path = archive_of(tmp_path / "link.zip", model_files())
    with zipfile.ZipFile(path, "a") as file:
        link = zipfile.ZipInfo("conf/link")
        link.external_attr = 0o120777 << 16
        file.writestr(link, "/etc/passwd")
    with pytest.raises(BadInput, match="leads out"):
        get_model(SMALL, data_dir, archive=path)


def test_an_archive_cut_short_or_of_something_else_installs_nothing(
    tmp_path: Path, archive: Path, data_dir: Path
) -> None:
    cut = tmp_path / "cut.zip"
    cut.write_bytes(archive.read_bytes()[:-5000])
    other = archive_of(tmp_path / "other.zip", {"readme.txt": b"hello"})
    for wrong in (cut, other, tmp_path / "absent.zip"):
        with pytest.raises(BadInput, match=wrong.name):
            get_model(SMALL, data_dir, archive=wrong)
    assert status(SMALL, data_dir).state is ModelState.MISSING


def test_an_archive_that_unpacks_to_far_too_much_is_refused(tmp_path: Path, data_dir: Path) -> None:
    buffer = io.BytesIO(bytes(500_000_000))
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.writestr("am/final.mdl", buffer.getvalue())
    with pytest.raises(BadInput, match="far more"):
        get_model(SMALL, data_dir, archive=path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("graph/HCLr.fst", b"junk" * 100_000),
        ("graph/HCLr.fst", b""),
        ("am/final.mdl", b"junk" * 100_000),
        ("am/final.mdl", None),
        ("conf/model.conf", None),
        ("graph/disambig_tid.int", None),
    ],
)
def test_a_damaged_model_is_refused_by_the_name_of_its_file(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    for file, whole in model_files().items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_bytes(whole)
    check_vosk_model(tmp_path)
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelMissing, match=Path(name).name):
        check_vosk_model(tmp_path)


def test_a_model_made_for_a_rate_we_do_not_feed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf/mfcc.conf").write_text("--sample-frequency=44100\n")
    with pytest.raises(ModelMissing, match="44100"):
        model_rate_hz(tmp_path)


def test_an_unknown_model_is_answered_with_the_known_ones() -> None:
    with pytest.raises(BadInput, match="whisper-base"):
        known("vosk")


def test_locales_of_one_node_share_one_whisper(data_dir: Path) -> None:
    chinese = recognizer_for("zh-CN", None, data_dir=data_dir, workers=1)
    english = recognizer_for("en-US", "whisper", data_dir=data_dir, workers=1)
    assert isinstance(chinese, WhisperRecognizer)
    assert chinese is english
    assert recognizer_for("zh-CN", None, data_dir=data_dir / "x", workers=1) is not chinese


def test_a_locale_can_have_a_vosk_model_of_its_own(tmp_path: Path, data_dir: Path) -> None:
    recognizer = recognizer_for("ko-KR", f"vosk:{tmp_path}", data_dir=data_dir, workers=0)
    assert isinstance(recognizer, VoskRecognizer)
    assert recognizer.locale == "ko-KR"


@pytest.mark.parametrize(
    ("locale", "setting"),
    [
        ("zh-CN", "vosk"),
        ("zh-CN", "vosk:/no/such/folder"),
        ("zh-CN", "sphinx"),
        ("zh-CN", "whisper:/no/such/folder"),
        ("fr-FR", None),
    ],
)
def test_a_wrong_setting_is_named(data_dir: Path, locale: str, setting: str | None) -> None:
    with pytest.raises(ConfigurationError, match=setting_name(locale)):
        recognizer_for(locale, setting, data_dir=data_dir, workers=1)
