"""Recordings of a script's sentences in the office's own voice, which beat synthesis in calls."""

import shutil
import tempfile
from pathlib import Path
from string import Formatter
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, UploadFile
from starlette.responses import FileResponse, Response

from callbot.dialog.script import Script
from callbot.errors import BadInput
from callbot.models import record
from callbot.speech.recordings import read_wav
from callbot.web.auth.rights import Right
from callbot.web.desk import Desk, NotThere, OperatingEverywhere, Seeing, same_origin
from callbot.whole_file import write_whole

router = APIRouter(prefix="/scripts/{name}", dependencies=[Depends(same_origin)])

THE_SAME_IN_EVERY_CALL = {"office", "office_phone"}
"""Sentences with other variables differ from call to call and cannot be recorded once."""


@router.get("/recordings")
def recordings_page(name: str, locale: str = "", desk: Desk = Seeing) -> Response:
    script = _script(desk, name)
    locale = locale if locale in script.wordings else max(script.wordings)
    folder = _folder(desk, name, locale)
    sentences = recordable(script, locale)
    return desk.page(
        "scripts/recordings.html",
        name=name,
        locale=locale,
        locales=sorted(script.wordings, reverse=True),
        sentences=sentences,
        recorded={key for key in sentences if (folder / f"{key}.wav").is_file()},
        may_edit=desk.visitor.may(Right.OPERATE) and not desk.visitor.areas,
    )


def recordable(script: Script, locale: str) -> dict[str, str]:
    """By prompt id: what is said in the same words in every call."""
    return {
        key: text
        for key, text in script.fixed_prompts(locale)
        if {field for _, field, _, _ in Formatter().parse(text) if field} <= THE_SAME_IN_EVERY_CALL
    }


@router.get("/recordings/{locale}/{prompt}.wav")
def recording(name: str, locale: str, prompt: str, desk: Desk = Seeing) -> Response:
    path = _path(desk, name, locale, prompt)
    if not path.is_file():
        raise NotThere
    return FileResponse(path, media_type="audio/wav")


@router.post("/recordings/{locale}")
def upload(
    name: str,
    locale: str,
    prompt: Annotated[str, Form(max_length=100)],
    file: Annotated[UploadFile, File()],
    desk: Desk = OperatingEverywhere,
) -> Response:
    """A WAV file that can be read is kept as it is; calls take it up when next prepared."""
    path = _path(desk, name, locale, prompt)
    back = f"/scripts/{name}/recordings?locale={locale}"
    try:
        with tempfile.TemporaryDirectory(prefix="callbot-recording-") as folder:
            copy = Path(folder) / "recording.wav"
            with copy.open("wb") as sound:
                shutil.copyfileobj(file.file, sound)
            read_wav(copy)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, copy.read_bytes())
    except BadInput:
        told = desk.say("没有保存：不是可用的WAV录音（PCM，10分钟以内，须有声音）。")
        return desk.back(back, told, problem=True)
    _note(desk, "recording_uploaded", name, locale, prompt)
    return desk.back(back, desk.say("录音已保存，之后的通话会使用。"))


@router.post("/recordings/{locale}/{prompt}/delete")
def delete(name: str, locale: str, prompt: str, desk: Desk = OperatingEverywhere) -> Response:
    _path(desk, name, locale, prompt).unlink(missing_ok=True)
    _note(desk, "recording_removed", name, locale, prompt)
    told = desk.say("录音已删除，之后的通话用合成语音。")
    return desk.back(f"/scripts/{name}/recordings?locale={locale}", told)


def _note(desk: Desk, act: str, name: str, locale: str, prompt: str) -> None:
    with desk.database.session() as rows:
        detail = {"script": name, "locale": locale, "prompt": prompt}
        record(rows, desk.now, desk.visitor.name, act, detail=detail)


def _folder(desk: Desk, name: str, locale: str) -> Path:
    return desk.office.settings.prompts_dir / name / "recordings" / locale


def _path(desk: Desk, name: str, locale: str, prompt: str) -> Path:
    """Of a sentence that there is; so no name from outside becomes a path."""
    script = _script(desk, name)
    if locale not in script.wordings or prompt not in recordable(script, locale):
        raise NotThere
    return _folder(desk, name, locale) / f"{prompt}.wav"


def _script(desk: Desk, name: str) -> Script:
    try:
        return desk.scripts.script(name)
    except BadInput as missing:
        raise NotThere from missing
