"""A clerk has a campaign's script rung on their own phone: what is asked, and what is refused."""

from datetime import timedelta

import httpx
import pytest
from sqlmodel import select
from web_office import NOW, Console

from callbot.campaigns.dialing.line import set_line
from callbot.campaigns.engines.nodes import publish
from callbot.campaigns.trial_calls import BY_ONE_PERSON
from callbot.models import Attempt, History, Resident, TrialCall, TrialState

MINE = {"phone": "13911112222", "locale": "zh-CN", "mine": "true"}
RESIDENTS_NUMBER = "+8613800000001"


async def ring(otto: httpx.AsyncClient, **changed: str) -> str:
    """What the page says after the form was sent."""
    wish = {name: value for name, value in {**MINE, **changed}.items() if value}
    answer = await otto.post("/campaigns/1/trials", data=wish, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


def trials(console: Console) -> list[TrialCall]:
    with console.office.database.reading() as rows:
        return list(rows.exec(select(TrialCall).order_by(TrialCall.asked_at)))


def end_all(console: Console) -> None:
    with console.office.database.session() as rows:
        for trial in rows.exec(select(TrialCall)):
            trial.state = TrialState.ENDED


async def test_a_trial_is_asked_for_marked_as_one_and_in_the_history(console: Console) -> None:
    otto = await console.as_("otto")
    page = await ring(otto)
    assert "这是试听，不是随访" in page
    assert "等待拨号" in page
    assert "+86139****2222" in page
    [trial] = trials(console)
    assert (trial.script, trial.locale, trial.asked_by) == ("quarantine", "zh-CN", "otto")
    with console.office.database.reading() as rows:
        [act] = rows.exec(select(History).where(History.act == "trial_call_asked"))
        assert (act.campaign_id, act.resident_id) == (1, None)
        assert len(rows.exec(select(Attempt)).all()) == 1
        assert len(rows.exec(select(Resident)).all()) == 3


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"phone": "12"}, "号码不对"),
        ({"mine": ""}, "请确认这是您自己的电话"),
        ({"locale": "xx"}, "请确认这是您自己的电话，并选择语言"),
        ({"phone": RESIDENTS_NUMBER}, "这是居民或其联系人的号码"),
    ],
)
async def test_what_is_not_the_clerks_own_phone_does_not_ring(
    console: Console, changed: dict[str, str], told: str
) -> None:
    assert told in await ring(await console.as_("otto"), **changed)
    assert trials(console) == []


async def test_trials_are_throttled_by_person_and_number(console: Console) -> None:
    otto, ada = await console.as_("otto"), await console.as_("ada")
    for _ in range(BY_ONE_PERSON):
        assert "等待拨号" in await ring(otto)
        assert "已有一通试听电话在进行" in await ring(ada)
        end_all(console)
    assert "您一刻钟内已拨打多次" in await ring(otto)
    console.clock.at = NOW + timedelta(minutes=20)
    for _ in range(2):
        assert "等待拨号" in await ring(ada)
        end_all(console)
    assert "这个号码24小时内已拨打多次" in await ring(ada)
    console.clock.at = NOW + timedelta(hours=12)
    late = await console.as_("ada")
    assert "不在可呼叫时段" in await ring(late, phone="13911113333")
    assert len(trials(console)) == BY_ONE_PERSON + 2


async def test_the_page_says_whether_a_real_phone_would_ring(console: Console) -> None:
    otto, database = await console.as_("otto"), console.office.database
    assert "现在不能试听" in (await otto.get("/campaigns/1")).text
    set_line(database, "line-1", carrier="simulated", capacity=8, calls_per_second=1.0)
    publish(database, "node-1", NOW, line="line-1", slots=8)
    assert "不会有真电话响起" in (await otto.get("/campaigns/1")).text
    set_line(database, "line-1", carrier="sip", capacity=8, calls_per_second=1.0)
    page = (await otto.get("/campaigns/1")).text
    assert "不会有真电话响起" not in page
    assert 'action="/campaigns/1/trials?' in page


async def test_a_trial_of_another_area_is_not_there(console: Console) -> None:
    otto, bob = await console.as_("otto"), await console.as_("bob")
    await ring(otto)
    [trial] = trials(console)
    assert (await bob.get(f"/trials/{trial.id}")).status_code == 403
    assert (await otto.get("/trials/unknown")).status_code == 404
