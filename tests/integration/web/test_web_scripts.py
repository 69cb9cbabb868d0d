"""Scripts in the console: read, drafted, checked, tried, published; calls take the new version."""

import io
import re
import shutil
import wave
from pathlib import Path

import httpx
import numpy as np
import pytest
from lexicons_read import lexicon_at
from sqlmodel import select
from web_office import Console

from callbot.config import Settings
from callbot.models.scripts import ScriptVersion
from callbot.script_shelf import ScriptShelf
from callbot.web.app import Office
from callbot.web.scripts.spoken_texts import spoken_texts, with_texts
from callbot.web.scripts.workshop import StaleDraft, Workshop

NAME = "heatwave-check"
EDIT = f"/scripts/{NAME}/edit/{NAME}/zh-CN.yaml"


@pytest.fixture
def prompts(console: Console, prompts_dir: Path, tmp_path: Path) -> Path:
    """A prompts folder of the test's own, which the console works on."""
    folder = tmp_path / "prompts"
    shutil.copytree(prompts_dir, folder)
    settings = Settings(data_dir=console.office.settings.data_dir, prompts_dir=folder)
    console.office = Office(settings, console.office.database, console.clock)
    console.app.state.office = console.office
    console.app.state.scripts = ScriptShelf(folder, lexicon_at)
    console.app.state.workshop = Workshop(
        folder, console.office.database, console.app.state.scripts
    )
    return folder


async def test_a_script_is_read_with_its_ways_and_rules(console: Console) -> None:
    vera = await console.as_("vera")
    assert "quarantine" in (await vera.get("/scripts")).text
    page = (await vera.get("/scripts/quarantine")).text
    for shown in ("请问您是{name}吗？", "very_high_fever", "stateDiagram-v2", "#q-movements"):
        assert shown in page or shown == "#q-movements"
    assert "编辑措辞" not in page


async def test_a_sentence_is_changed_tried_published_and_shown_as_a_difference(
    console: Console, prompts: Path
) -> None:
    otto = await console.as_("otto")
    published = (prompts / NAME / "zh-CN.yaml").read_text(encoding="utf-8")
    before = console.app.state.scripts.script(NAME).version
    place = next(t for t in spoken_texts(published) if t.place == "prompts.greeting")
    wish = {place.place: "早上好，" + place.text}
    saved = await otto.post(EDIT, data=wish, follow_redirects=True)
    assert "检查通过" in saved.text
    assert (prompts / NAME / "zh-CN.yaml").read_text(encoding="utf-8") == published
    tried = await otto.post(f"/scripts/{NAME}/try", data={"act": "begin"})
    assert "试的是草稿" in tried.text
    assert "早上好，" in tried.text
    done = await otto.post(f"/scripts/{NAME}/publish", data={"note": "问候"}, follow_redirects=True)
    assert "已发布" in done.text
    assert console.app.state.scripts.script(NAME).version != before
    changes = (await otto.get(f"/scripts/{NAME}/versions")).text
    assert re.search(r'class="added".*早上好', changes)
    with console.office.database.reading() as rows:
        assert len(rows.exec(select(ScriptVersion)).all()) == 2, (
            "the version found there is kept, too"
        )


async def test_a_mistake_is_kept_as_a_draft_named_beside_its_field_and_not_published(
    console: Console, prompts: Path
) -> None:
    otto = await console.as_("otto")
    page = await otto.post(EDIT, data={"prompts.greeting": "您好，{nobody}"})
    assert page.status_code == 422
    assert re.search(r'name="prompts.greeting"[^>]*aria-invalid="true"', page.text)
    assert "unknown variable {nobody}" in page.text
    refused = await otto.post(f"/scripts/{NAME}/publish", follow_redirects=True)
    assert "没有发布" in refused.text
    assert "{nobody}" not in (prompts / NAME / "zh-CN.yaml").read_text(encoding="utf-8")
    await otto.post(f"/scripts/{NAME}/discard")
    assert "有未发布的草稿" not in (await otto.get(f"/scripts/{NAME}")).text


async def test_sentences_sent_over_a_draft_that_another_broke_are_kept_and_saved_with_it_mended(
    console: Console, prompts: Path
) -> None:
    otto, ada = await console.as_("otto"), await console.as_("ada")
    published = (prompts / NAME / "zh-CN.yaml").read_text(encoding="utf-8")
    await ada.post(EDIT, data={"whole": "broken: [\n" + published})
    wish = {"prompts.greeting": "早上好，{office}。"}
    page = await otto.post(EDIT, data=wish)
    assert page.status_code == 422
    assert "您改的句子还没有存进草稿" in page.text
    assert re.search(r'name="prompts.greeting"[^>]*>早上好', page.text)
    assert re.search(r'name="whole"[^>]*form="sentences"[^>]*>broken: \[', page.text)
    saved = await otto.post(EDIT, data={**wish, "whole": published}, follow_redirects=True)
    assert "检查通过" in saved.text
    assert "早上好" in (await ada.get(EDIT)).text


async def test_a_lexicon_that_is_no_yaml_is_named_by_line(console: Console, prompts: Path) -> None:
    otto = await console.as_("otto")
    address = f"/scripts/{NAME}/edit/lexicon/zh-CN/symptoms.yaml"
    text = (prompts / "lexicon" / "zh-CN" / "symptoms.yaml").read_text(encoding="utf-8")
    page = await otto.post(address, data={"whole": text + "\nbroken: [\n"})
    assert page.status_code == 422
    assert "lexicon/zh-CN/symptoms.yaml:" in page.text


def test_a_draft_is_not_published_over_what_another_wrote(console: Console, prompts: Path) -> None:
    workshop: Workshop = console.app.state.workshop
    path = f"{NAME}/zh-CN.yaml"
    text = workshop.published(path)
    drafted = with_texts(text, {"prompts.greeting": "喂，您好，{office}。"})
    workshop.save(NAME, path, drafted, console.clock.now(), actor="otto")
    (prompts / path).write_text(text + "# changed by hand\n", encoding="utf-8")
    with pytest.raises(StaleDraft):
        workshop.publish(NAME, "", console.clock.now(), actor="otto")


@pytest.mark.parametrize("path", ["zh-CN", "en-US", "ko-KR"])
def test_a_changed_sentence_leaves_the_rest_of_the_file_alone(prompts_dir: Path, path: str) -> None:
    text = (prompts_dir / "quarantine" / f"{path}.yaml").read_text(encoding="utf-8")
    assert with_texts(text, {}) == text
    changed = with_texts(text, {"prompts.goodbye": 'a "new": #goodbye'})
    assert len(changed.splitlines()) == len(text.splitlines())
    differing = [a for a, b in zip(text.splitlines(), changed.splitlines(), strict=True) if a != b]
    assert len(differing) == 1
    assert {t.place: t.text for t in spoken_texts(changed)}["prompts.goodbye"].startswith('a "new"')


async def test_a_conversation_by_typing_ends_with_what_was_understood(console: Console) -> None:
    vera = await console.as_("vera")
    page = await vera.post("/scripts/quarantine/try", data={"act": "begin", "locale": "zh-CN"})
    for said in ("是我", "方便", "三十九度五", "对"):
        page = await vera.post("/scripts/quarantine/try", data=_next(page, said))
    assert "39.5 ℃" in page.text
    page = await vera.post("/scripts/quarantine/try", data=_next(page, "", act="hang_up"))
    assert "部分完成" in page.text
    assert 'class="chip urgent"' in page.text


async def test_a_conversation_that_was_not_sealed_here_begins_anew(console: Console) -> None:
    vera = await console.as_("vera")
    forged = {"sealed": "forged", "said": "是我", "act": "say", "locale": "zh-CN"}
    page = await vera.post("/scripts/quarantine/try", data=forged)
    assert page.status_code == 200
    assert page.text.count('class="turn resident"') == 0


async def test_a_recording_is_checked_kept_played_and_deleted(
    console: Console, prompts: Path
) -> None:
    otto = await console.as_("otto")
    address = f"/scripts/{NAME}/recordings/zh-CN"
    refused = await _upload(otto, address, b"RIFF no sound", "goodbye")
    assert "不是可用的WAV录音" in refused.text
    assert "录音已保存" in (await _upload(otto, address, _tone(), "goodbye")).text
    assert (prompts / NAME / "recordings" / "zh-CN" / "goodbye.wav").is_file()
    assert (await otto.get(f"{address}/goodbye.wav")).content == _tone()
    await otto.post(f"{address}/goodbye/delete")
    assert (await otto.get(f"{address}/goodbye.wav")).status_code == 404


@pytest.mark.parametrize("prompt", ["../../zh-CN", "no_such_prompt", "identity"])
async def test_only_sentences_that_are_always_the_same_are_recorded(
    console: Console, prompts: Path, prompt: str
) -> None:
    otto = await console.as_("otto")
    address = "/scripts/quarantine/recordings/zh-CN"
    assert (await _upload(otto, address, _tone(), prompt)).status_code == 404
    assert not recordings(prompts)


def recordings(prompts: Path) -> list[Path]:
    return list(prompts.rglob("*.wav"))


async def test_scripts_are_changed_by_operators_of_the_whole_office_only(console: Console) -> None:
    for name in ("vera", "alice"):
        browser = await console.as_(name)
        assert (await browser.get(EDIT)).status_code == 403
        assert (await browser.post(EDIT, data={"whole": "x"})).status_code == 403
        assert (await browser.post(f"/scripts/{NAME}/publish")).status_code == 403


def _next(page: httpx.Response, said: str, act: str = "say") -> dict[str, str]:
    sealed = re.search(r'name="sealed" value="([^"]+)"', page.text)
    assert sealed is not None
    return {"sealed": sealed[1], "said": said, "act": act}


def _tone() -> bytes:
    sound = np.sin(np.arange(8000) / 5) * 8000
    packed = io.BytesIO()
    with wave.open(packed, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(sound.astype("<i2").tobytes())
    return packed.getvalue()


async def _upload(
    browser: httpx.AsyncClient, address: str, content: bytes, prompt: str
) -> httpx.Response:
    return await browser.post(
        address,
        files={"file": ("voice.wav", content)},
        data={"prompt": prompt},
        follow_redirects=True,
    )


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh-CN", ["体温 高于 39.0 ℃", "通话中表示：情况危急", "症状 有 呼吸困难"]),
        ("en-US", ["Temperature above 39.0 °C", "said in the call: an emergency"]),
    ],
)
async def test_rules_are_read_in_words(
    quiet_console: Console, language: str, told: list[str]
) -> None:
    otto = await quiet_console.as_("otto")
    otto.cookies.set("language", language)
    text = (await otto.get("/scripts/quarantine")).text
    assert [each for each in told if each not in text] == []
    assert "celsius is" not in text.split("Mermaid")[0]
