"""What is likely to be wrong with a campaign, in words, before it rings anybody."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from callbot.campaigns.campaign import get
from callbot.campaigns.rules.policy import Audience, CampaignPolicy
from callbot.campaigns.rules.window import next_open
from callbot.db import Database
from callbot.models import Campaign, CampaignState, Line


class Warned(StrEnum):
    NO_LINE = "no_line"
    NO_HOURS = "no_hours"
    IS_OVER = "is_over"
    OVERLAPS = "overlaps"


WORDS: dict[str, dict[Warned, str]] = {
    "en-US": {
        Warned.NO_LINE: "nobody can be rung without a line; `callbot serve --carrier` sets one up",
        Warned.NO_HOURS: "its hours and holidays leave no moment for a call before {day}",
        Warned.IS_OVER: "its last day, {day}, is past: nobody will be called",
        Warned.OVERLAPS: "campaign {other} calls the same people with the same script",
    },
    "zh-CN": {
        Warned.NO_LINE: "没有可用线路，无法呼叫；运行 `callbot serve --carrier` 即可建立",
        Warned.NO_HOURS: "按时段和节假日，{day}之前没有可呼叫的时间",
        Warned.IS_OVER: "任务最后一天{day}已过，不会呼叫任何人",
        Warned.OVERLAPS: "任务{other}用同一话术呼叫同一批人",
    },
}


def warnings(
    database: Database, campaign_id: int, now: datetime, zone: ZoneInfo, locale: str = "en-US"
) -> list[str]:
    """Empty if nothing is amiss. zone: the office's. Raises CampaignError for an unknown id."""
    words = WORDS[locale]
    with database.reading() as session:
        campaign = get(session, campaign_id)
        found = list(_found(session, campaign, now, zone))
    return [words[warned].format(**facts) for warned, facts in found]


def _found(
    session: Session, campaign: Campaign, now: datetime, zone: ZoneInfo
) -> Iterator[tuple[Warned, dict[str, object]]]:
    if session.exec(select(Line).limit(1)).first() is None:
        yield Warned.NO_LINE, {}
    today = now.astimezone(zone).date()
    if campaign.ends_on is not None and campaign.ends_on < today:
        yield Warned.IS_OVER, {"day": campaign.ends_on}
    elif (until := _without_hours(campaign, now, zone, today)) is not None:
        yield Warned.NO_HOURS, {"day": until}
    others = session.exec(
        select(Campaign).where(
            col(Campaign.state).in_((CampaignState.RUNNING, CampaignState.PAUSED)),
            Campaign.script == campaign.script,
            Campaign.id != campaign.id,
        )
    )
    for other in others:
        if _meet(
            Audience.model_validate(campaign.audience), Audience.model_validate(other.audience)
        ):
            yield Warned.OVERLAPS, {"other": other.id}


def _without_hours(campaign: Campaign, now: datetime, zone: ZoneInfo, today: date) -> date | None:
    """Until when nobody can be called, if that is the day after tomorrow or later."""
    opens = next_open(CampaignPolicy.model_validate(campaign.policy).hours, now, zone)
    last = campaign.ends_on or today + timedelta(days=60)
    if opens is None:
        return last
    day = opens.astimezone(zone).date()
    return day if day > min(last, today + timedelta(days=1)) else None


def _meet(one: Audience, other: Audience) -> bool:
    """Whether somebody may be in both audiences, as far as the lists tell."""
    return all(
        not mine or not theirs or not set(mine).isdisjoint(theirs)
        for mine, theirs in (
            (one.communities, other.communities),
            (one.grids, other.grids),
            (one.locales, other.locales),
            (one.came_from, other.came_from),
        )
    )
