"""A script tried by speaking: Chromium's microphone plays what a voice has said."""

import threading
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import uvicorn
from acceptance.console.console_browser import PATIENCE_MS
from acceptance.console.console_faults import look_at
from integration.web.web_office import NOW, PASSWORD, PinnedClock
from peers import find_program, needs_programs
from playwright.sync_api import Page, expect, sync_playwright
from sqlmodel import select

from callbot import db, vault
from callbot.config import Settings
from callbot.models import Call, History, Role
from callbot.telephony.simulated.mandarin_voice import MandarinVoice
from callbot.telephony.simulated.voices import Speaker
from callbot.web.app import Office, create_app
from callbot.web.auth.accounts import add_account, set_password
from callbot.web.language import COOKIE

SAID = "是我本人，体温三十六度五"
QUIET_S = 3
"""Around what is said, which the microphone repeats for ever."""

LISTEN_IN = """
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (to, ...more) {
  if (to instanceof AudioDestinationNode) {
    window.loudspeaker = new AnalyserNode(this.context);
    connect.call(this, window.loudspeaker);
  }
  return connect.call(this, to, ...more);
};
"""
LOUDNESS = """() => {
  const samples = new Float32Array(window.loudspeaker.fftSize);
  window.loudspeaker.getFloatTimeDomainData(samples);
  return Math.max(...samples);
}"""

pytestmark = needs_programs("chromium")


@pytest.fixture
def office(short_script: Path, data_dir: Path) -> Iterator[Office]:
    settings = Settings(
        data_dir=data_dir,
        prompts_dir=short_script,
        database_url=f"sqlite:///{short_script.parent / 'callbot.sqlite3'}",
    )
    vault.unlock("", data_dir)
    database = db.open_database(settings)
    db.upgrade(database)
    token = add_account(database, "otto", Role.OPERATOR, (), NOW, actor="test")
    set_password(database, token, PASSWORD, NOW)
    yield Office(settings, database, PinnedClock())
    database.close()


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    config = uvicorn.Config(
        create_app(office),
        port=0,
        log_level="error",
        ws="websockets-sansio",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=PATIENCE_MS / 1000)


@pytest.fixture
def page(address: str, data_dir: Path, tmp_path: Path) -> Iterator[Page]:
    """Of somebody who is logged in, and who says the same thing again and again."""
    microphone = tmp_path / "microphone.wav"
    quiet = np.zeros(QUIET_S * 8000, dtype="<i2")
    with wave.open(str(microphone), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        said = MandarinVoice(data_dir, Speaker()).speak(SAID)
        file.writeframes(np.concatenate([quiet, said, quiet]).astype("<i2").tobytes())
    flags = (
        *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
        *("--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={microphone}"),
        "--autoplay-policy=no-user-gesture-required",
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_program("chromium"), args=list(flags)
        )
        context = browser.new_context(base_url=address, permissions=["microphone"])
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(LISTEN_IN)
        opened = context.new_page()
        opened.goto("/login")
        opened.fill("input[name=name]", "otto")
        opened.fill("input[type=password]", PASSWORD)
        opened.keyboard.press("Enter")
        opened.wait_for_url("**/")
        yield opened
        browser.close()


def test_the_bot_hears_answers_aloud_and_keeps_no_call(page: Page, office: Office) -> None:
    problems: list[str] = []
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto("/scripts/short/try")
    page.get_by_role("button", name="开始说话").click()
    lines = page.locator("[data-part=lines]")
    expect(lines).to_contain_text("本人")
    loudest = 0.0
    while loudest < 0.02:
        loudest = max(loudest, page.evaluate(LOUDNESS))
        page.wait_for_timeout(50)
    expect(page.locator("[data-part=answers]")).to_contain_text("36.5 ℃")
    wrong = look_at(page, "a trial in progress", "zh-CN", 1280, contrast=True)
    page.get_by_role("button", name="挂断").click()
    expect(page.locator("[data-part=state]")).to_have_text("已挂断。")
    page.context.add_cookies([{"name": COOKIE, "value": "en-US", "url": page.url}])
    page.reload()
    page.get_by_role("button", name="Start speaking").click()
    expect(lines).to_contain_text("本人")
    wrong += look_at(page, "a trial in progress", "en-US", 390, contrast=False)
    page.get_by_role("button", name="Hang up").click()
    assert wrong == []
    with office.database.reading() as rows:
        assert rows.exec(select(Call)).all() == []
        acts = rows.exec(select(History.act).where(History.actor == "otto")).all()
    assert "script_tried" in acts
    assert problems == []
