"""Launching a campaign, and taking in rosters, good ones and hostile ones."""

import html
import io
import re
import zipfile
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import func
from sqlmodel import select
from web_office import NOW, Console

from callbot.campaigns.dialing.line import FAILURES_BEFORE_REST, call_unheard, set_line
from callbot.campaigns.planning.planner import plan
from callbot.dialog.events import Outcome
from callbot.models import (
    OFFICE_STOPPED,
    Attempt,
    Campaign,
    CampaignState,
    Occasion,
    Resident,
    record,
)
from callbot.web.body_limit import MOST_BYTES
from callbot.web.language import COOKIE

ROSTER = "姓名,电话,社区,隔离开始日期\n孙梅,13800000021,金海社区,2026-11-20\n"


def state(console: Console, campaign_id: int) -> CampaignState:
    with console.office.database.reading() as rows:
        return rows.get_one(Campaign, campaign_id).state


def residents(console: Console) -> int:
    with console.office.database.reading() as rows:
        return rows.exec(select(func.count()).select_from(Resident)).one()


async def upload(
    browser: httpx.AsyncClient, name: str, content: bytes, **more: str
) -> httpx.Response:
    return await browser.post("/import", files={"file": (name, content)}, data=more)


async def test_from_wording_over_the_list_to_running_and_stopped(console: Console) -> None:
    otto = await console.as_("otto")
    page = (await otto.get("/campaigns/new?script=quarantine")).text
    assert "{office}" not in page
    assert "体温" in page
    wish = {"name": "傍晚", "script": "quarantine", "community": "金海社区"}
    made = await otto.post("/campaigns/new", data=wish)
    address = made.headers["location"]
    preview = (await otto.get(f"{address}/preview")).text
    assert "今天会呼叫 2 人" in preview
    assert "社区望湖社区不在任务范围内" in preview
    campaign_id = int(address.rsplit("/", 1)[1])
    for step, reached in (
        ("start", CampaignState.RUNNING),
        ("pause", CampaignState.PAUSED),
        ("resume", CampaignState.RUNNING),
        ("stop", CampaignState.RUNNING),
    ):
        await otto.post(f"{address}/{step}")
        assert state(console, campaign_id) is reached
    await otto.post(f"{address}/stop", data={"sure": "yes"})
    assert state(console, campaign_id) is CampaignState.STOPPED


async def test_a_draft_is_discarded_and_was_never_stopped(console: Console) -> None:
    otto = await console.as_("otto")
    made = await otto.post("/campaigns/new", data={"name": "误建", "script": "quarantine"})
    address = made.headers["location"]
    assert "作废草稿" in (await otto.get(address)).text
    unsure = await otto.post(f"{address}/stop", follow_redirects=True)
    assert "请勾选“确定作废”" in unsure.text
    done = await otto.post(f"{address}/stop", data={"sure": "yes"}, follow_redirects=True)
    assert "草稿已作废" in done.text
    assert "已停止" not in done.text
    assert state(console, int(address.rsplit("/", 1)[1])) is CampaignState.STOPPED


async def test_what_is_wrong_with_a_campaign_is_told_and_none_is_made(console: Console) -> None:
    otto = await console.as_("otto")
    days = {"first_day": "9", "last_day": "2"}
    for wish, told in (
        ({"name": " ", "script": "quarantine"}, "请填写名称。"),
        ({"name": "x", "script": "../etc"}, "请选择话术"),
        ({"name": "x", "script": "quarantine", **days}, "随访天数的先后不对"),
    ):
        answer = await otto.post("/campaigns/new", data=wish, follow_redirects=True)
        assert told in answer.text


async def test_a_trial_changes_nothing_and_an_import_adds_the_resident(console: Console) -> None:
    otto = await console.as_("otto")
    before = residents(console)
    trial = await upload(otto, "名单.csv", ROSTER.encode(), trial="true")
    assert "还没有改动" in trial.text
    assert residents(console) == before
    await upload(otto, "名单.csv", ROSTER.encode(), trial="false")
    assert residents(console) == before + 1
    assert "孙梅" in (await otto.get("/residents?q=sm")).text


def tried(page: str) -> str:
    found = re.search(r'name="tried" value="([^"]+)"', page)
    assert found
    return found[1]


async def test_what_was_tried_is_imported_without_choosing_it_again(console: Console) -> None:
    otto = await console.as_("otto")
    before = residents(console)
    bad = ROSTER + "周勇,123,金海社区,2026-11-20\n"
    page = (await upload(otto, "名单.csv", bad.encode(), trial="true")).text
    kept = list((console.office.settings.data_dir / "tried-rosters").iterdir())
    assert "孙梅".encode() not in kept[0].read_bytes(), "it lies sealed"
    form = {"tried": tried(page), "skip_bad": "true"}
    done = await otto.post("/import/tried", data=form)
    assert "已导入：" in done.text
    assert residents(console) == before + 1
    assert "请重新选择文件" in (await otto.post("/import/tried", data=form)).text
    for name in ("../../callbot.sqlite3", "x.csv"):
        answer = await otto.post("/import/tried", data={"tried": name})
        assert answer.status_code == 422
    page = (await upload(otto, "名单.csv", ROSTER.encode(), trial="true")).text
    console.clock.at = datetime.now(UTC) + timedelta(hours=2)
    late = await (await console.as_("otto")).post("/import/tried", data={"tried": tried(page)})
    assert "请重新选择文件" in late.text


async def test_each_problem_stands_beside_its_row(console: Console) -> None:
    otto = await console.as_("otto")
    bad = ROSTER + "周勇,123,金海社区,2026-11-20\n"
    answer = await upload(otto, "roster.csv", bad.encode(), trial="false")
    assert answer.status_code == 422
    assert '<td class="n">3</td><td>电话</td>' in answer.text
    assert "什么都没有改动" in answer.text


async def test_markup_in_a_roster_is_shown_as_text(console: Console) -> None:
    otto = await console.as_("otto")
    hostile = ROSTER.replace("孙梅", "<script>alert(1)</script>")
    answer = await upload(otto, "roster.csv", hostile.encode(), trial="false")
    shown = await otto.get("/residents")
    assert "<script>alert" not in answer.text + shown.text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("roster.exe", b"MZ"),
        ("roster.xlsx", b"this is no workbook"),
        ("roster.csv", b"\x00\xff\xfe" * 50),
        ("../../etc/passwd.csv", b""),
    ],
)
async def test_what_is_no_roster_is_refused_in_words(
    console: Console, name: str, content: bytes
) -> None:
    otto = await console.as_("otto")
    answer = await upload(otto, name, content, trial="false")
    assert answer.status_code == 422
    assert 'aria-describedby="problem"' in answer.text
    assert 'class="problem" id="problem"' in answer.text
    assert "callbot-roster-" not in answer.text, "where the file lay is nobody's business"
    assert residents(console) == 3


async def test_a_zip_bomb_is_refused(console: Console) -> None:
    otto = await console.as_("otto")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/workbook.xml", b" " * 50_000_000)
    answer = await upload(otto, "bomb.xlsx", packed.getvalue())
    assert answer.status_code == 422


async def test_a_huge_file_is_refused_before_it_is_read(console: Console) -> None:
    otto = await console.as_("otto")
    answer = await upload(otto, "huge.csv", b"x" * (MOST_BYTES + 1))
    assert answer.status_code == 413


async def test_a_roster_is_not_taken_in_by_others(console: Console) -> None:
    alice = await console.as_("alice")
    assert (await upload(alice, "roster.csv", ROSTER.encode())).status_code == 403
    assert (await console.browser().post("/import")).status_code in (303, 422)


async def test_a_campaign_calls_only_whom_its_filters_name(console: Console) -> None:
    """One more filter each time; the reasons against the others stand in the preview."""
    otto = await console.as_("otto")
    for narrowed, called, why in (
        ({}, 3, ""),
        ({"flagged": "true", "community": "望湖社区"}, 1, "社区金海社区不在任务范围内"),
        ({"first_day": "5"}, 0, "随访第4天，不在任务范围内"),
        ({"last_day": "4"}, 3, ""),
        ({"key_persons": "true"}, 0, "不是重点人员"),
        ({"came_from": "北京"}, 0, "来自–，不在任务范围内"),
        ({"locale": "zh-CN", "grid": "第一网格"}, 3, ""),
    ):
        wish = {"name": "其中一些", "script": "quarantine", **narrowed}
        made = await otto.post("/campaigns/new", data=wish)
        page = (await otto.get(f"{made.headers['location']}/preview")).text
        assert f"今天会呼叫 {called} 人" in page, narrowed
        assert why in page


async def test_a_form_with_a_mistake_keeps_what_was_filled_in(console: Console) -> None:
    otto = await console.as_("otto")
    wish = {"name": "傍晚", "script": "quarantine", "first_day": "9", "last_day": "3"}
    answer = await otto.post("/campaigns/new", data=wish)
    assert answer.status_code == 422
    assert 'value="傍晚"' in answer.text
    assert 'name="first_day" min="0" max="60" value="9"' in answer.text


async def test_the_planner_plans_exactly_whom_the_preview_names(console: Console) -> None:
    otto = await console.as_("otto")
    with console.office.database.session() as rows:
        rows.get_one(Resident, 2).key_person = True
    wish = {"name": "重点", "script": "quarantine", "key_persons": "true", "first_day": "4"}
    address = (await otto.post("/campaigns/new", data=wish)).headers["location"]
    await otto.post(f"{address}/start")
    plan(console.office.database, console.clock.now())
    with console.office.database.reading() as rows:
        planned = rows.exec(select(Attempt.resident_id).where(Attempt.state == "planned")).all()
    assert planned == [2]


async def test_stopping_at_once_hangs_up_and_a_failing_line_is_told(console: Console) -> None:
    otto = await console.as_("otto")
    with console.office.database.session() as rows:
        rows.get_one(Campaign, 1).state = CampaignState.RUNNING
        attempt = rows.get_one(Attempt, "attempt-1")
        attempt.outcome, attempt.detail = Outcome.FAILED, "503 Service Unavailable"
    page = (await otto.get("/campaigns/1")).text
    assert "没有程序在拨号" in page
    assert "503 Service Unavailable" in page
    await otto.post("/campaigns/1/stop", data={"sure": "yes", "hang_up": "true"})
    with console.office.database.reading() as rows:
        assert rows.get_one(Campaign, 1).hang_up


@pytest.mark.parametrize(
    ("detail", "told", "listed"),
    [
        ("no sound came for 8 s", "8秒内没有收到声音", True),
        (OFFICE_STOPPED, "本方停止了呼叫", False),
    ],
)
async def test_a_line_from_which_no_sound_comes_is_told_and_what_the_office_broke_off_is_no_fault(
    console: Console, detail: str, told: str, listed: bool
) -> None:
    office = console.office
    set_line(office.database, "main", carrier="sip", capacity=8, calls_per_second=1.0)
    for _ in range(FAILURES_BEFORE_REST):
        call_unheard(office.database, "main", office.clock.now())
    with office.database.session() as rows:
        rows.get_one(Campaign, 1).state = CampaignState.RUNNING
        attempt = rows.get_one(Attempt, "attempt-1")
        attempt.outcome, attempt.detail = Outcome.PARTIAL, detail
    otto = await console.as_("otto")
    page = (await otto.get("/campaigns/1")).text
    assert f"已有 {FAILURES_BEFORE_REST} 通电话接通后听不到任何声音" in page
    assert (told in page) is listed
    assert detail not in page


async def test_why_calls_fail_is_read_in_the_clerks_language(console: Console) -> None:
    network, advice = "403 Forbidden", "check CALLBOT_SIP_USER and CALLBOT_SIP_PASSWORD"
    dropped = "not called before the day's hours for calls were over"
    with console.office.database.session() as rows:
        rows.get_one(Campaign, 1).state = CampaignState.RUNNING
        attempt = rows.get_one(Attempt, "attempt-1")
        attempt.outcome, attempt.detail = Outcome.FAILED, f"{network}; {advice}"
        about = {"attempt": attempt.id, "reason": dropped}
        whose = attempt.resident_id
        record(rows, NOW, "dialer", "attempt_dropped", resident_id=whose, detail=about)
    otto = await console.as_("otto")
    for address in ("/campaigns/1", f"/residents/{whose}"):
        page = (await otto.get(address)).text
        assert f"{network}；请核对CALLBOT_SIP_USER和CALLBOT_SIP_PASSWORD" in page
        assert advice not in page
    assert "当天可呼叫时段结束前没有拨到" in page
    otto.cookies.set(COOKIE, "en-US")
    page = html.unescape((await otto.get(f"/residents/{whose}")).text)
    assert f"{network}; {advice}" in page
    assert dropped in page


async def test_a_campaign_that_verifies_alerts_takes_a_script_that_can(console: Console) -> None:
    otto = await console.as_("otto")
    wish = {"name": "核实", "script": "heatwave-check", "on_alert": "true"}
    refused = await otto.post("/campaigns/new", data=wish)
    assert refused.status_code == 422
    assert "不能核实告警" in refused.text
    made = await otto.post("/campaigns/new", data={**wish, "script": "verification"})
    address = made.headers["location"]
    assert "收到告警时核实" in (await otto.get(address)).text
    with console.office.database.reading() as rows:
        campaign = rows.get_one(Campaign, int(address.rpartition("/")[2]))
    assert campaign.occasion is Occasion.ALERT
