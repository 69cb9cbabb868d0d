"""Scripts: read, drawn, edited as drafts, tried by typing, published; versions side by side."""

import difflib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from callbot.dialog.diagram import mermaid
from callbot.dialog.script import Script
from callbot.dialog.trial import EXAMPLE_NAME, third_day, typed
from callbot.errors import BadInput, DataFileError
from callbot.models.scripts import ScriptVersion
from callbot.review.labels import labels_for
from callbot.web.auth.rights import Right
from callbot.web.desk import Desk, NotThere, OperatingEverywhere, Seeing, same_origin
from callbot.web.headers import MICROPHONE
from callbot.web.language import language_of
from callbot.web.rendering import words_of
from callbot.web.scripts import trial_talk
from callbot.web.scripts.condition_words import ConditionWords
from callbot.web.scripts.spoken_texts import spoken_texts, with_texts
from callbot.web.scripts.trial_talk import TrialTalk
from callbot.web.scripts.workshop import StaleDraft, Workshop

router = APIRouter(dependencies=[Depends(same_origin)])


@router.get("/scripts")
def scripts_page(desk: Desk = Seeing) -> Response:
    names = _workshop(desk).names()
    return desk.page("scripts/page.html", scripts=[desk.scripts.script(name) for name in names])


@router.get("/scripts/{name}")
def script_page(name: str, locale: str = "", desk: Desk = Seeing) -> Response:
    """What it asks, in which order, with which ways out, and by which rules it judges."""
    script = _script(desk, name)
    locale, language = _locale(script, locale), language_of(desk.request)
    return desk.page(
        "scripts/script.html",
        script=script,
        locale=locale,
        wording=script.wordings[locale],
        lexicon_files=_workshop(desk).lexicon_files(locale),
        drafts=_workshop(desk).drafts(name),
        condition=ConditionWords(
            words_of(desk.request),
            labels_for(language),
            desk.scripts.symptom_names(language),
            desk.say,
        ),
        drawing=mermaid(script.file),
        may_edit=_may_edit(desk),
    )


# -- editing --------------------------------------------------------------------------------------


@router.get("/scripts/{name}/edit/{path:path}")
def edit_page(name: str, path: str, desk: Desk = OperatingEverywhere) -> Response:
    return _edit(desk, name, path)


async def _form(request: Request) -> FormData:
    """Its fields are named after places in the file."""
    return await request.form()


@router.post("/scripts/{name}/edit/{path:path}")
def save_draft(
    name: str,
    path: str,
    form: Annotated[FormData, Depends(_form)],
    desk: Desk = OperatingEverywhere,
) -> Response:
    """Keeps what was written whatever is wrong with it, and shows what is wrong beside it.

    Sentences have no place in a draft that is not YAML, as somebody else may have just saved it:
    they are shown again, to be sent together with the file once it is mended.
    """
    text = _path_text(desk, name, path)
    sentences = {key: value for key, value in form.items() if isinstance(value, str)}
    text = sentences.pop("whole", text)
    if sentences:
        with suppress(BadInput):
            text, sentences = with_texts(text, sentences), {}
    workshop = _workshop(desk)
    workshop.save(name, path, text, desk.now, actor=desk.visitor.name)
    if not sentences and workshop.problem(name) is None:
        return desk.back(f"/scripts/{name}", desk.say("草稿已保存，检查通过。试一试再发布。"))
    return _edit(desk, name, path, status=422, unsaved=sentences)


def _edit(
    desk: Desk, name: str, path: str, *, status: int = 200, unsaved: Mapping[str, str] | None = None
) -> Response:
    """unsaved: sentences by place, for which the draft has no place as long as it is not YAML."""
    text = _path_text(desk, name, path)
    workshop = _workshop(desk)
    try:
        texts = [] if path.startswith("lexicon/") else spoken_texts(text)
    except BadInput:
        texts = spoken_texts(workshop.published(path)) if unsaved else []
    if unsaved:
        texts = [replace(each, text=unsaved.get(each.place, each.text)) for each in texts]
    return desk.page(
        "scripts/edit.html",
        status=status,
        name=name,
        path=path,
        text=text,
        texts=texts,
        unsaved=bool(unsaved),
        problem=workshop.problem(name) if workshop.drafts(name) else None,
    )


def _path_text(desk: Desk, name: str, path: str) -> str:
    workshop = _workshop(desk)
    _script_named(desk, name)
    if path not in workshop.files(name):
        raise NotThere
    return workshop.text(path)


@router.get("/scripts/{name}/publish")
def publish_page(name: str, desk: Desk = OperatingEverywhere) -> Response:
    """What the drafts change, line by line, and whether anything is wrong with them."""
    _script_named(desk, name)
    workshop = _workshop(desk)
    drafts = workshop.drafts(name)
    return desk.page(
        "scripts/publish.html",
        name=name,
        changes=[(d.path, list(differences(workshop.published(d.path), d.text))) for d in drafts],
        problem=workshop.problem(name) if drafts else None,
    )


@router.post("/scripts/{name}/publish")
def publish(
    name: str, note: Annotated[str, Form(max_length=500)] = "", desk: Desk = OperatingEverywhere
) -> Response:
    _script_named(desk, name)
    back = f"/scripts/{name}/publish"
    try:
        version = _workshop(desk).publish(name, note, desk.now, actor=desk.visitor.name)
    except StaleDraft:
        told = desk.say("没有发布：草稿之后文件又被别人改动过。请放弃草稿，重新编辑。")
        return desk.back(back, told, problem=True)
    except BadInput as error:
        told = desk.say("没有发布：{problem}", problem=error)
        return desk.back(back, told, problem=True)
    told = desk.say("已发布，新的通话使用版本 {version}；正在进行的通话不变。", version=version)
    return desk.back(f"/scripts/{name}", told)


@router.post("/scripts/{name}/discard")
def discard(name: str, desk: Desk = OperatingEverywhere) -> Response:
    _script_named(desk, name)
    _workshop(desk).discard(name)
    return desk.back(f"/scripts/{name}", desk.say("草稿已放弃。"))


# -- versions -------------------------------------------------------------------------------------


@router.get("/scripts/{name}/versions")
def versions_page(name: str, at: int = 0, desk: Desk = Seeing) -> Response:
    """at: the version to be held against the one before it; the latest if left out."""
    _script_named(desk, name)
    versions = _workshop(desk).versions(name)
    chosen = next((v for v in versions if v.id == at), versions[0] if versions else None)
    before = next((v for v in versions if chosen and (v.id or 0) < (chosen.id or 0)), None)
    return desk.page(
        "scripts/versions.html",
        name=name,
        versions=versions,
        chosen=chosen,
        changes=list(_between(before, chosen)) if before and chosen else [],
    )


def _between(
    before: ScriptVersion, after: ScriptVersion
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for path in sorted(before.files.keys() | after.files.keys()):
        lines = list(differences(before.files.get(path, ""), after.files.get(path, "")))
        if lines:
            yield path, lines


def differences(before: str, after: str) -> Iterator[tuple[str, str]]:
    """(sign, line) of what differs, with a line around it; signs: `-`, `+`, ` ` and `@`."""
    unified = difflib.unified_diff(before.splitlines(), after.splitlines(), n=1, lineterm="")
    for line in list(unified)[2:]:
        yield line[0], line if line.startswith("@") else line[1:]


# -- trying ---------------------------------------------------------------------------------------


@router.get("/scripts/{name}/try")
def try_page(name: str, desk: Desk = Seeing) -> Response:
    return _try_page(desk, _trial(desk, name), None)


@router.post("/scripts/{name}/try")
def try_on(
    name: str,
    locale: Annotated[str, Form()] = "",
    sealed: Annotated[str, Form()] = "",
    said: Annotated[str, Form(max_length=300)] = "",
    act: Annotated[str, Form()] = "say",
    desk: Desk = Seeing,
) -> Response:
    """act: begin, say (nothing is silence), or hang_up."""
    trial = _trial(desk, name)
    script: Script | None = trial["script"]
    if script is None:
        return _try_page(desk, trial, None)
    talk = trial_talk.unsealed(sealed, script) if act != "begin" else None
    if talk is None:
        settings = desk.office.settings
        locale = _locale(script, locale)
        values = third_day(
            script,
            locale,
            desk.now.astimezone(settings.zone).date(),
            resident=EXAMPLE_NAME,
            office=settings.office_in(locale),
            office_phone=settings.office_phone,
        )
        talk = trial_talk.begin(script, locale, values, settings.timezone, desk.now)
    elif act == "hang_up":
        trial_talk.hang_up(talk, script, desk.say("（挂断）"), desk.now)
    elif talk.outcome is None:
        shown = said.strip() or desk.say("（不说话）")
        trial_talk.go_on(talk, script, typed(said), shown, desk.now)
    return _try_page(desk, trial, talk)


def _try_page(desk: Desk, trial: dict[str, Any], talk: TrialTalk | None) -> Response:
    page = desk.page("scripts/try.html", **trial, talk=talk)
    if desk.visitor.may(Right.OPERATE):
        page.headers.update(MICROPHONE)
    return page


def _trial(desk: Desk, name: str) -> dict[str, Any]:
    """The script as drafted by whoever may edit, else as published."""
    published = _script(desk, name)
    script: Script | None = published
    problem = ""
    if _may_edit(desk):
        try:
            script = _workshop(desk).drafted(name)
        except DataFileError as error:
            script, problem = None, f"{error.path.name}:{error.line}: {error.problem}"
    return {
        "name": name,
        "script": script,
        "problem": problem,
        "drafted": script is not None and script.version != published.version,
        "symptoms": desk.scripts.symptom_names(language_of(desk.request)),
    }


def _workshop(desk: Desk) -> Workshop:
    workshop: Workshop = desk.request.app.state.workshop
    return workshop


def _script(desk: Desk, name: str) -> Script:
    _script_named(desk, name)
    return desk.scripts.script(name)


def _script_named(desk: Desk, name: str) -> None:
    if name not in _workshop(desk).names():
        raise NotThere


def _locale(script: Script, wanted: str) -> str:
    return wanted if wanted in script.wordings else max(script.wordings)


def _may_edit(desk: Desk) -> bool:
    return desk.visitor.may(Right.OPERATE) and not desk.visitor.areas
