"""Before a campaign starts: how its day will go, what is likely wrong, and rules set anew."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from campaigns_scripted import MORNING
from sqlmodel import select
from test_campaigns_dialer import add_residents, start_campaign

from callbot.campaigns import campaign as campaigns
from callbot.campaigns.dialing.attempts import new_attempt
from callbot.campaigns.dialing.line import set_line
from callbot.campaigns.planning.preview import outlook, preview
from callbot.campaigns.planning.warnings import warnings
from callbot.campaigns.rules.policy import CampaignFile
from callbot.db import Database
from callbot.dialog.events import Outcome
from callbot.models import AttemptState, History

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def database_url() -> str:
    """SQLite alone: nothing here depends on the kind of database."""
    return ""


def test_the_outlook_goes_by_the_lines_and_the_present_rates(database: Database) -> None:
    add_residents(database, 40)
    campaign_id = start_campaign(database)
    due = preview(database, campaign_id, MORNING).due
    ahead = outlook(database, campaign_id, due, MORNING, SHANGHAI)
    assert (ahead.lines, ahead.expected, ahead.day.rates.rings) == (0, None, 0)
    set_line(database, "main", carrier="scripted", capacity=2, calls_per_second=1, headroom=1.0)
    with database.session() as session:
        for n in range(1, 31):
            rang = MORNING - timedelta(days=1)
            attempt = new_attempt(n, campaign_id, rang)
            attempt.state = AttemptState.ENDED
            attempt.outcome = Outcome.COMPLETED if n % 3 == 0 else Outcome.NO_ANSWER
            attempt.placed_at = attempt.rang_at = rang
            attempt.ended_at = rang + timedelta(seconds=80 if n % 3 == 0 else 20)
            session.add(attempt)
    ahead = outlook(database, campaign_id, due, MORNING, SHANGHAI)
    assert vars(ahead.day.rates) == pytest.approx(
        {"reached": 1 / 3, "ring_s": 20, "talk_s": 80, "rings": 30}
    )
    assert ahead.expected is not None
    assert ahead.expected.attempts == pytest.approx(40 * (1 + 2 / 3 + 4 / 9))
    assert ahead.more_lines_for(MORNING + timedelta(hours=1)) is None
    assert ahead.more_lines_for(MORNING + timedelta(hours=8)) == 0


def test_what_is_likely_wrong_is_told_before_anybody_is_rung(database: Database) -> None:
    campaign_id = start_campaign(database)
    assert warnings(database, campaign_id, MORNING, SHANGHAI) == [
        "nobody can be rung without a line; `callbot serve --carrier` sets one up"
    ]
    set_line(database, "main", carrier="scripted", capacity=2, calls_per_second=1)
    past = start_campaign(database, ends_on="2026-11-21", audience={"communities": ["金海社区"]})
    assert warnings(database, past, MORNING, SHANGHAI, "zh-CN") == [
        "任务最后一天2026-11-21已过，不会呼叫任何人",
        f"任务{campaign_id}用同一话术呼叫同一批人",
    ]
    holidays = [str(date(2026, 11, 22) + timedelta(days=n)) for n in range(10)]
    never = start_campaign(
        database, hours={"holidays": holidays}, audience={"communities": ["望湖社区"]}
    )
    told = warnings(database, never, MORNING, SHANGHAI)
    assert told[0] == "its hours and holidays leave no moment for a call before 2026-12-02"
    assert len(told) == 2


def test_rules_are_set_anew_while_a_campaign_runs_but_not_its_script(database: Database) -> None:
    campaign_id = start_campaign(database)
    before = campaigns.as_file(database, campaign_id)
    data = before.model_dump()
    data["retry"] = {"busy": 15, "voicemail": None, "rings_per_day": 2}
    wanted = CampaignFile.model_validate(data)
    campaigns.change(database, campaign_id, wanted, MORNING, actor="alice")
    assert campaigns.as_file(database, campaign_id) == wanted
    with database.reading() as session:
        kept = session.exec(select(History).where(History.act == "campaign_policy")).one()
    assert kept.detail["policy"]["retry"]["busy"] == before.retry.busy
    other = CampaignFile.model_validate({**data, "script": "heatwave-check"})
    with pytest.raises(campaigns.CampaignError, match="make a new campaign"):
        campaigns.change(database, campaign_id, other, MORNING, actor="alice")
    campaigns.stop(database, campaign_id, MORNING, actor="alice")
    with pytest.raises(campaigns.CampaignError, match="is stopped; make a new one"):
        campaigns.change(database, campaign_id, wanted, MORNING, actor="alice")
