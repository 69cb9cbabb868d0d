"""Before a campaign starts: who will be called today and when, who will not, and why."""

from dataclasses import dataclass
from datetime import datetime

from callbot.campaigns import campaign as campaigns
from callbot.campaigns.eligibility import Verdict
from callbot.campaigns.judging import first_call, judge_all
from callbot.campaigns.reasons import SOURCE, Blocker
from callbot.db import Database
from callbot.models import CampaignState


@dataclass(frozen=True)
class PreviewRow:
    """One resident: when they will be called today, or None.

    in_the_way: why not, or which call is planned already.
    """

    resident_id: int
    name: str
    phone: str
    community: str
    grid: str
    call_at: datetime | None
    in_the_way: Verdict

    @property
    def why(self) -> str:
        return self.said(SOURCE)

    def said(self, locale: str) -> str:
        """What stands in the way, in a language of the office."""
        return self.in_the_way.said(locale)


def preview(database: Database, campaign_id: int, now: datetime) -> list[PreviewRow]:
    """Of all residents. Raises CampaignError for an unknown id.

    A campaign that is not yet started or paused is judged as if it were running.
    """
    with database.reading() as session:
        campaign = campaigns.get(session, campaign_id)
        if campaign.state in (CampaignState.DRAFT, CampaignState.PAUSED):
            campaign = campaign.model_copy(update={"state": CampaignState.RUNNING})
        rows = []
        for resident, verdict in judge_all(session, campaign, now):
            at = first_call(resident, campaign, verdict, now)
            rows.append(
                PreviewRow(
                    resident.id or 0,
                    resident.name,
                    resident.phone,
                    resident.community,
                    resident.grid,
                    at,
                    verdict if at is None else verdict.only(Blocker.OPEN_ATTEMPT),
                )
            )
    return rows
