"""Getting a model over real HTTP, from a server that breaks off, refuses or is not there."""

import io
import re
import struct
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from callbot.errors import SpeechError
from callbot.speech.model_install import get_model, partial_download
from callbot.speech.models import MODELS, Model, ModelState, model_dir, status

SMALL = MODELS["vosk-model-small-cn-0.22"]


def archive() -> bytes:
    """The outline of a model with a dynamic graph; the engine itself is not asked."""
    graph = struct.pack("<i", 2125659606) + bytes(200_000)
    files = {
        "am/final.mdl": b"\x00B<TransitionModel>" + bytes(200_000),
        "conf/mfcc.conf": b"--sample-frequency=16000\n",
        "conf/model.conf": b"--beam=10.0\n",
        "graph/HCLr.fst": graph,
        "graph/Gr.fst": graph,
        "graph/disambig_tid.int": b"1\n",
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name, data in files.items():
            file.writestr(f"{SMALL.name}/{name}", data)
    return content.getvalue()


class Publisher(ThreadingHTTPServer):
    """Serves one archive; breaks_off_after bytes of each answer, if set. asked: its ranges."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.archive = archive()
        self.breaks_off_after: int | None = None
        self.asked: list[str | None] = []

    def model(self, path: str = "/model.zip") -> Model:
        return replace(SMALL, source=f"http://127.0.0.1:{self.server_port}{path}")


class _Handler(BaseHTTPRequestHandler):
    server: Publisher

    def do_GET(self) -> None:
        if self.path != "/model.zip":
            self.send_error(404)
            return
        asked = self.headers["Range"]
        self.server.asked.append(asked)
        first = int(re.fullmatch(r"bytes=(\d+)-", asked)[1]) if asked else 0  # type: ignore[index]
        if first >= len(self.server.archive):
            self.send_error(416)
            return
        content = self.server.archive[first:]
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: self.server.breaks_off_after])

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        serving.start()
        yield server
        server.shutdown()
        serving.join()


def test_a_model_is_downloaded_with_progress_and_verified(
    publisher: Publisher, tmp_path: Path
) -> None:
    steps: list[tuple[int, int]] = []
    model = publisher.model()
    get_model(model, tmp_path, progress=lambda done, total: steps.append((done, total)))
    size = len(publisher.archive)
    assert steps[-1] == (size, size)
    assert status(model, tmp_path, full=True).state is ModelState.VERIFIED


def test_a_download_that_broke_off_goes_on_where_it_stopped(
    publisher: Publisher, tmp_path: Path
) -> None:
    model = publisher.model()
    publisher.breaks_off_after = 100_000
    with pytest.raises(SpeechError, match=r"broke off.*again"):
        get_model(model, tmp_path)
    assert status(model, tmp_path).state is ModelState.MISSING
    publisher.breaks_off_after = None
    get_model(model, tmp_path)
    assert publisher.asked == [None, "bytes=100000-"]
    assert status(model, tmp_path, full=True).state is ModelState.VERIFIED
    assert not partial_download(model_dir(tmp_path, model.name)).exists()


def test_a_page_in_place_of_the_model_is_told_and_does_not_stay(
    publisher: Publisher, tmp_path: Path
) -> None:
    model, whole = publisher.model(), publisher.archive
    publisher.archive = b"<html>Log in to this network</html>"
    with pytest.raises(SpeechError, match=r"something else came.*--from"):
        get_model(model, tmp_path)
    publisher.archive = whole
    get_model(model, tmp_path)
    assert status(model, tmp_path, full=True).state is ModelState.VERIFIED


def test_a_server_without_the_model_or_none_at_all_is_told_with_another_way(
    publisher: Publisher, tmp_path: Path
) -> None:
    with pytest.raises(SpeechError, match=r"HTTP 404.*--from"):
        get_model(publisher.model("/other.zip"), tmp_path)
    nobody = replace(SMALL, source="http://127.0.0.1:9/model.zip")
    with pytest.raises(SpeechError, match=r"cannot be downloaded.*--from"):
        get_model(nobody, tmp_path)
