"""A flag with its call, a call alone, its recording; correcting what was understood."""

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from callbot import recording_file
from callbot.dialog.answers import BELIEVED_CELSIUS, AnyValue, Kind, parse_value
from callbot.errors import BadInput
from callbot.models import AnswerRow, Call, Resident, Viewing, note_viewing
from callbot.review import queue
from callbot.review.call_record import CallRecord, NoSuchCall, read_call
from callbot.review.corrections import correct_answer, judge_call
from callbot.review.queue import FlagFilter, FlagView, NoSuchFlag
from callbot.review.waveform import COLUMNS, HALF_HEIGHT, read_waveform
from callbot.web.auth.rights import Right
from callbot.web.desk import Desk, NotThere, Revealing, Reviewing, Seeing, same_origin
from callbot.web.language import language_of
from callbot.web.pages.queue import colleagues
from callbot.web.pages.tickets import carers, tickets_of
from callbot.web.partial import partial_response

router = APIRouter(dependencies=[Depends(same_origin)])


@router.get("/flags/{flag_id}")
def flag_page(flag_id: int, desk: Desk = Seeing) -> Response:
    flag = _flag(desk, flag_id)
    return _show_flag(desk, flag, Viewing.CALL if flag.call_id else Viewing.RESIDENT)


@router.post("/flags/{flag_id}/phone")
def flag_page_with_number(flag_id: int, desk: Desk = Revealing) -> Response:
    """Who works on a flag rings the resident."""
    return _show_flag(desk, _flag(desk, flag_id), Viewing.PHONE)


def _show_flag(desk: Desk, flag: FlagView, viewed: Viewing) -> Response:
    record = read_call(desk.database, flag.call_id, desk.visitor.areas) if flag.call_id else None
    with desk.database.session() as rows:
        resident = rows.get_one(Resident, flag.resident_id)
        note_viewing(
            rows,
            desk.now,
            desk.visitor.name,
            viewed,
            resident_id=flag.resident_id,
            call_id=flag.call_id,
        )
    others = queue.list_flags(
        desk.database, FlagFilter(areas=desk.visitor.areas, resident_id=flag.resident_id), limit=20
    )
    return desk.page(
        "call/flag.html",
        flag=flag,
        resident=resident,
        in_clear=viewed is Viewing.PHONE,
        reveal=f"/flags/{flag.id}/phone",
        others=[other for other in others if other.id != flag.id],
        colleagues=colleagues(desk, resident),
        owners=carers(desk, resident),
        tickets=tickets_of(desk, flag.resident_id),
        **_context(desk, record),
    )


@router.get("/flags/{flag_id}/holder")
def flag_holder(flag_id: int, desk: Desk = Seeing) -> Response:
    """Who works on it now: renewed while the page is open, the form beside it is left alone."""
    return desk.page("call/_holder.html", flag=_flag(desk, flag_id))


@router.get("/calls/{call_id}")
def call_page(call_id: str, desk: Desk = Seeing) -> Response:
    record = _record(desk, call_id)
    with desk.database.session() as rows:
        note_viewing(
            rows,
            desk.now,
            desk.visitor.name,
            Viewing.CALL,
            resident_id=record.resident.id,
            call_id=call_id,
        )
    return desk.page("call/page.html", resident=record.resident, **_context(desk, record))


@router.get("/calls/{call_id}/recording.wav")
def recording(call_id: str, desk: Desk = Revealing) -> Response:
    record = _record(desk, call_id)
    path = _recording(desk, record.call)
    if path is None:
        raise NotThere
    # A player asks for a recording in many parts; the first of them is the viewing.
    asked = desk.request.headers.get("range", "")
    if not asked or asked.startswith("bytes=0-"):
        with desk.database.session() as rows:
            note_viewing(
                rows,
                desk.now,
                desk.visitor.name,
                Viewing.RECORDING,
                resident_id=record.resident.id,
                call_id=call_id,
            )
    try:
        return partial_response(recording_file.read(path), "audio/wav", asked)
    except OSError as error:
        raise NotThere from error


async def _form(request: Request) -> FormData:
    """What a form holds, for fields whose names depend on the kind of the question."""
    return await request.form()


@router.post("/calls/{call_id}/answers/{question}")
def correct(
    call_id: str,
    question: str,
    form: Annotated[FormData, Depends(_form)],
    desk: Desk = Reviewing,
) -> Response:
    record = _record(desk, call_id)
    back = str(form.get("back", f"/calls/{call_id}"))
    answer = _answer(record, question, str(form.get("member", "")))
    value = _value(answer, form)
    if value is None:
        return desk.back(back, desk.say("更正的内容不完整，没有保存。"), problem=True)
    try:
        rules = correct_answer(
            desk.database,
            call_id,
            question,
            value,
            desk.now,
            reviewer=desk.visitor.name,
            script_of=desk.scripts.script,
            member_id=None if answer.resident_id == record.call.resident_id else answer.resident_id,
        )
    except BadInput as error:
        return desk.back(back, str(error), problem=True)
    told = "已更正，规则已重新判断，新增 {n} 条预警。" if rules else "已更正，规则已重新判断。"
    return desk.back(back, desk.say(told, n=len(rules)))


def _answer(record: CallRecord, question: str, member: str) -> AnswerRow:
    """The answer that stands. member: the id of whom it is about, if not of who was rung."""
    whose = member or str(record.call.resident_id)
    for line in record.answers:
        if (line.answer.question, str(line.answer.resident_id)) == (question, whose):
            return line.answer
    raise NotThere


def _value(answer: AnswerRow, form: FormData) -> AnyValue | None:
    """The corrected value; None when the form is not complete."""
    yes = {"yes": True, "no": False}.get(str(form.get("yes", "")))
    text = str(form.get("text", "")).strip()[:500]
    listed = [part.strip() for part in text.replace("，", "、").split("、") if part.strip()]
    try:
        match answer.kind:
            case Kind.YES_NO:
                data: dict[str, Any] = {"yes": yes}
            case Kind.TEMPERATURE:
                data = {"celsius": float(str(form.get("celsius", "")))}
                if not BELIEVED_CELSIUS[0] <= data["celsius"] <= BELIEVED_CELSIUS[1]:
                    return None
            case Kind.SYMPTOMS:
                data = {
                    "present": [str(code) for code in form.getlist("present")],
                    "household": list((answer.value or {}).get("household", ())),
                }
            case Kind.MOVEMENTS:
                data = {"went_out": yes, "places": listed}
            case Kind.CONTACTS:
                data = {"contact": yes, "persons": listed}
            case Kind.OPEN:
                data = {"text": text, "nothing": not text}
        return parse_value(answer.kind, data)
    except ValueError:
        return None


def _flag(desk: Desk, flag_id: int) -> FlagView:
    try:
        return queue.get_flag(desk.database, flag_id, desk.visitor.areas)
    except NoSuchFlag as missing:
        raise NotThere from missing


def _record(desk: Desk, call_id: str) -> CallRecord:
    try:
        return read_call(desk.database, call_id, desk.visitor.areas)
    except NoSuchCall as missing:
        raise NotThere from missing


def _context(desk: Desk, record: CallRecord | None) -> dict[str, Any]:
    """What the call's part of a page shows; recordings only to those who may hear them."""
    if record is None:
        return {"record": None}
    path = _recording(desk, record.call) if desk.visitor.may(Right.REVEAL) else None
    try:
        judgement = judge_call(desk.database, record.call.id, desk.scripts.script)
    except BadInput:
        judgement = None
    return {
        "record": record,
        "judgement": judgement,
        "waveform": read_waveform(path) if path else None,
        "columns": COLUMNS,
        "band": HALF_HEIGHT,
        "symptoms": desk.scripts.symptom_names(language_of(desk.request)),
        "kinds": Kind,
    }


def _recording(desk: Desk, call: Call) -> Path | None:
    """The file, if there is one and it lies in the recordings folder."""
    folder = desk.office.settings.recordings.resolve()
    path = (folder / call.recording).resolve()
    return path if call.recording and path.is_relative_to(folder) and path.is_file() else None
