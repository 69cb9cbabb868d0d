"""Working on flags: claim, hand over, resolve, undo; correcting what was understood."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
from sqlmodel import col, select
from web_office import NOW, Console

from callbot.dialog.answers import Kind, Status
from callbot.models import (
    AnswerRow,
    Audit,
    Flag,
    FlagState,
    History,
    Resident,
    Settlement,
    Turn,
    Viewing,
)
from callbot.review.resident_record import read_resident


def flag(console: Console, flag_id: int) -> Flag:
    with console.office.database.reading() as rows:
        return rows.get_one(Flag, flag_id)


async def act(browser: httpx.AsyncClient, act: str, *flags: int, **more: str) -> str:
    """Sends the form and follows to the next page."""
    data = {"act": act, "flag": [str(number) for number in flags], **more}
    response = await browser.post("/flags/act", data=data, follow_redirects=True)
    assert response.status_code == 200
    return response.text


async def test_urgent_flags_come_first_and_tabs_count(console: Console) -> None:
    alice = await console.as_("alice")
    text = (await alice.get("/queue")).text
    assert text.index("体温超过39.0度") < text.index("今日多次未接通")
    await act(alice, "claim", 1)
    text = (await alice.get("/queue?tab=mine")).text
    assert '我在处理 <span class="count">1</span>' in text
    assert '待处理 <span class="count">2</span>' in text


async def test_a_flag_is_settled_with_result_note_and_verdict(console: Console) -> None:
    alice = await console.as_("alice")
    await act(alice, "claim", 1)
    await act(alice, "resolve", 1, settlement="referred", was_right="yes", note="已叫120")
    settled = flag(console, 1)
    assert (settled.state, settled.claimed_by) == (FlagState.RESOLVED, "alice")
    assert (settled.settlement, settled.was_right) == (Settlement.REFERRED, True)
    assert settled.resolution == "已叫120"


async def test_a_flag_that_could_not_be_settled_is_still_before_the_reviewer(
    console: Console,
) -> None:
    alice = await console.as_("alice")
    wanted = {"act": "resolve", "flag": "1", "back": "/queue?tab=mine", "refused": "/flags/1"}
    answer = await alice.post("/flags/act", data={**wanted, "settlement": "other"})
    assert answer.headers["location"] == "/flags/1"
    answer = await alice.post("/flags/act", data={**wanted, "settlement": "well"})
    assert answer.headers["location"] == "/queue?tab=mine"


async def test_other_flags_of_the_person_are_settled_along(console: Console) -> None:
    alice, anna = await console.as_("alice"), await console.as_("anna")
    along = '<input type="checkbox" name="flag" value="2">'
    assert along in (await alice.get("/flags/1")).text
    await act(anna, "claim", 2)
    assert along not in (await alice.get("/flags/1")).text, "held by another"


async def test_the_number_is_shown_beside_the_flag_to_who_asks_for_it(console: Console) -> None:
    alice, number = await console.as_("alice"), "+8613800000001"
    assert number not in (await alice.get("/flags/1")).text
    assert f'href="tel:{number}"' in (await alice.post("/flags/1/phone")).text


async def test_four_clicks_from_log_in_to_a_settled_flag(console: Console) -> None:
    browser = console.browser()
    log_in = {"name": "alice", "password": "three dry words"}
    today = await browser.post("/login", data=log_in, follow_redirects=True)  # 1: log in
    assert 'href="/flags/1"' in today.text
    page = await browser.get("/flags/1")  # 2: the flag
    assert 'name="settlement"' in page.text  # 3: a result
    await act(browser, "resolve", 1, settlement="advised")  # 4: resolve
    assert flag(console, 1).state is FlagState.RESOLVED


async def test_a_flag_without_a_result_stays_open(console: Console) -> None:
    alice = await console.as_("alice")
    assert "请选择处理结果" in await act(alice, "resolve", 1)
    assert "请选择处理结果" in await act(alice, "resolve", 1, settlement="other", note=" ")
    assert flag(console, 1).state is FlagState.OPEN


async def test_two_reviewers_never_work_on_one_flag_unknowingly(console: Console) -> None:
    alice, anna = await console.as_("alice"), await console.as_("anna")
    await asyncio.gather(act(alice, "claim", 1), act(anna, "claim", 1))
    holder = flag(console, 1).claimed_by
    loser = {"alice": anna, "anna": alice}[holder]
    assert f"{holder} 正在处理这条预警" in (await loser.get("/flags/1")).text
    assert f"{holder} 正在处理" in (await loser.get("/flags/1/holder")).text
    text = await act(loser, "resolve", 1, settlement="well")
    assert f"正由 {holder} 处理，没有改动" in text
    assert flag(console, 1).state is FlagState.CLAIMED


async def test_a_flag_is_handed_over_to_who_may_take_it(console: Console) -> None:
    alice = await console.as_("alice")
    page = (await alice.get("/flags/1")).text
    assert "<option>anna</option>" in page
    assert "<option>bob</option>" not in page, "he is responsible elsewhere"
    await act(alice, "hand_over", 1, to="anna")
    assert (flag(console, 1).state, flag(console, 1).claimed_by) == (FlagState.CLAIMED, "anna")
    await act(alice, "hand_over", 2, to="vera")
    assert flag(console, 2).state is FlagState.OPEN


async def test_many_flags_are_claimed_at_once_and_given_back_by_undo(console: Console) -> None:
    alice = await console.as_("alice")
    text = await act(alice, "claim", 1, 2, 3)
    assert "已开始处理 3 条预警" in text
    assert 'name="act" value="give_back"' in text
    await act(alice, "give_back", 1, 2, 3)
    assert {flag(console, number).state for number in (1, 2, 3)} == {FlagState.OPEN}


async def test_a_hand_over_is_undone_until_the_other_has_passed_it_on(console: Console) -> None:
    alice, anna = await console.as_("alice"), await console.as_("anna")
    page = await act(alice, "hand_over", 1, to="anna")
    assert '<input type="hidden" name="act" value="take_back">' in page
    await act(alice, "take_back", 1, to="anna")
    assert flag(console, 1).claimed_by == "alice"
    await act(alice, "hand_over", 1, to="anna")
    await act(anna, "give_back", 1)
    await act(anna, "claim", 1)
    assert "正由 anna 处理" in await act(alice, "take_back", 1, to="anna")
    assert flag(console, 1).claimed_by == "anna"


async def test_what_was_promised_is_shown_until_the_flag_is_settled(console: Console) -> None:
    alice = await console.as_("alice")
    with console.office.database.session() as rows:
        rows.get_one(Flag, 1).promised_at = NOW + timedelta(minutes=30)
    for page in ("/", "/queue", "/flags/1"):
        assert "已答应 11-22 10:30 前回电" in (await alice.get(page)).text, page
    console.clock.at = NOW + timedelta(minutes=31)
    assert "已过答应的回电时间 11-22 10:30" in (await alice.get("/queue")).text
    await act(alice, "resolve", 1, settlement="advised")
    assert "10:30" not in (await alice.get("/queue?tab=done")).text


async def test_only_the_words_that_are_quoted_are_marked(console: Console) -> None:
    with console.office.database.session() as rows:
        rows.get_one(Turn, 2).text = "量了，三十九度四，难受"
    page = (await (await console.as_("alice")).get("/flags/1")).text
    assert "量了，<mark>三十九度四</mark>，难受" in page


async def test_resolving_can_be_undone(console: Console) -> None:
    alice = await console.as_("alice")
    text = await act(alice, "resolve", 1, settlement="well")
    assert "撤销" in text
    await act(alice, "reopen", 1)
    assert (flag(console, 1).state, flag(console, 1).settlement) == (FlagState.OPEN, None)


async def test_the_call_page_shows_how_an_answer_came_about(console: Console) -> None:
    alice = await console.as_("alice")
    text = (await alice.get("/flags/1")).text
    for shown in ("三十九度四", "三十九度是", "39.4 ℃", "91 %", "very_high_fever", "0123456789ab"):
        assert shown in text
    assert "<mark>三十九度四</mark>" in text
    assert 'href="/calls/call-1/recording.wav#t=4.5"' in text


async def test_a_recording_is_played_from_the_middle_and_its_hearing_is_noted(
    console: Console,
) -> None:
    alice = await console.as_("alice")
    whole = await alice.get("/calls/call-1/recording.wav")
    part = await alice.get("/calls/call-1/recording.wav", headers={"Range": "bytes=44-1043"})
    assert part.status_code == 206
    assert part.headers["content-range"] == f"bytes 44-1043/{len(whole.content)}"
    assert part.content == whole.content[44:1044]
    end = await alice.get("/calls/call-1/recording.wav", headers={"Range": "bytes=-100"})
    assert end.content == whole.content[-100:]
    beyond = await alice.get("/calls/call-1/recording.wav", headers={"Range": "bytes=99999999-"})
    assert beyond.status_code == 416
    with console.office.database.reading() as rows:
        heard = rows.exec(select(Audit).where(Audit.viewed == Viewing.RECORDING)).all()
    assert [(entry.actor, entry.call_id) for entry in heard] == [("alice", "call-1")]


async def test_a_corrected_answer_has_the_rules_judged_again(console: Console) -> None:
    console.clock.at += timedelta(days=1)
    alice = await console.as_("alice")
    form = "/calls/call-1/answers/temperature"
    calmer = await alice.post(form, data={"celsius": "37.4"}, follow_redirects=True)
    assert "新增 1 条预警" in calmer.text, "37.4 is a fever, though not a very high one"
    assert "按现在的回答不再成立" in calmer.text
    assert "<s>39.4 ℃</s>" in calmer.text
    with console.office.database.reading() as rows:
        raised = rows.exec(select(Flag).where(Flag.call_id == "call-1", Flag.rule == "fever")).one()
        by_alice = select(History).where(History.actor == "alice", History.resident_id == 1)
        acts = rows.exec(by_alice.order_by(col(History.id))).all()
    assert (raised.state, raised.resident_id) == (FlagState.OPEN, 1)
    assert [entry.act for entry in acts] == ["answer_corrected", "flagged"]
    assert acts[1].detail["rule"] == "fever"
    assert flag(console, 1).state is FlagState.OPEN, "a correction closes nothing by itself"
    days = read_resident(console.office.database, 1, console.office.settings.zone).days
    assert [day.date for day in days if day.severities] == [NOW.date()], "of the call, not later"


async def test_an_impossible_correction_is_refused(console: Console) -> None:
    alice = await console.as_("alice")
    for celsius in ("99", "", "warm", "nan"):
        form = "/calls/call-1/answers/temperature"
        response = await alice.post(form, data={"celsius": celsius}, follow_redirects=True)
        assert "没有保存" in response.text
    assert (await alice.post("/calls/call-1/answers/nothing")).status_code == 404


async def test_a_number_is_shown_when_asked_for_and_that_is_noted(console: Console) -> None:
    alice = await console.as_("alice")
    assert "+8613800000001" not in (await alice.get("/residents/1")).text
    assert "+8613800000001" in (await alice.post("/residents/1/phone")).text
    with console.office.database.reading() as rows:
        viewed = rows.exec(select(Audit.viewed).order_by(col(Audit.id))).all()
    assert viewed == [Viewing.RESIDENT, Viewing.PHONE]


async def test_dates_are_changed_with_a_reason_only(console: Console) -> None:
    alice = await console.as_("alice")
    wish = {"exposed_on": "2026-11-20", "follow_up_days": "10", "reason": ""}
    refused = await alice.post("/residents/1/dates", data=wish, follow_redirects=True)
    assert "请写明原因" in refused.text
    wish["reason"] = "再次接触"
    changed = await alice.post("/residents/1/dates", data=wish, follow_redirects=True)
    assert "解除日 2026-11-30" in changed.text
    assert "再次接触" in changed.text
    assert "更改隔离日期" in changed.text


async def test_whoever_asks_not_to_be_called_is_called_no_more(console: Console) -> None:
    alice = await console.as_("alice")
    await alice.post("/residents/1/opt-out", data={"out": "true"})
    with console.office.database.reading() as rows:
        assert rows.get_one(Resident, 1).opted_out_at is not None
    text = (await alice.get("/residents/1")).text
    assert "恢复来电" in text


async def test_residents_are_found_by_name_initials_phone_and_address(console: Console) -> None:
    alice = await console.as_("alice")
    for words in ("秀英", "wxy", "wangxiu", "13800000001", "海滨路1号"):
        text = (await alice.get("/residents", params={"q": words})).text
        assert "王秀英" in text, words
        assert "李建国" not in text, words


async def test_the_index_follows_changes_made_by_others(console: Console) -> None:
    alice = await console.as_("alice")
    await alice.get("/residents", params={"q": "王"})
    await act(alice, "claim", 1)
    with console.office.database.session() as rows:
        rows.get_one(Resident, 1).name = "王桂兰"
        rows.add(History(at=console.clock.at, actor="test", act="resident_updated", resident_id=1))
    assert "王桂兰" in (await alice.get("/residents", params={"q": "wgl"})).text


async def test_an_answer_about_another_of_the_household_is_corrected_and_flags_that_one(
    console: Console,
) -> None:
    with console.office.database.session() as rows:
        told = {"kind": Kind.TEMPERATURE, "status": Status.CLEAR, "heard": "孩子三十六度九"}
        rows.add(
            AnswerRow(
                call_id=console.call,
                resident_id=console.well,
                question="temperature",
                value={"celsius": 36.9},
                confidence=0.7,
                answered_at=console.clock.at,
                **told,
            )
        )
    alice = await console.as_("alice")
    before = await alice.get(f"/calls/{console.call}")
    assert f'name="member" value="{console.well}"' in before.text
    answers = f"/calls/{console.call}/answers/temperature"
    await alice.post(answers, data={"member": str(console.well), "celsius": "38.9"})
    with console.office.database.reading() as rows:
        [flag] = rows.exec(select(Flag).where(Flag.rule == "high_fever")).all()
        assert (flag.resident_id, flag.call_id) == (console.well, console.call)
        [own] = rows.exec(standing(console.ill)).all()
        [theirs] = rows.exec(standing(console.well)).all()
    assert (own.value, own.corrected_by) == ({"celsius": 39.4}, "")
    assert (theirs.value, theirs.corrected_by) == ({"celsius": 38.9}, "alice")
    assert "按现在的回答不再成立" not in (await alice.get(f"/calls/{console.call}")).text
    missing = await alice.post(answers, data={"member": "3", "celsius": "38.9"})
    assert missing.status_code == 404


def standing(resident_id: int) -> Any:
    return select(AnswerRow).where(
        AnswerRow.resident_id == resident_id,
        AnswerRow.question == "temperature",
        col(AnswerRow.superseded).is_(False),
    )
