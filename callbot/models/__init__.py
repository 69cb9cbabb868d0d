"""The follow-up database's tables. Rows are the truth; everything else is a clock or a view."""

from callbot.models.calls import AnswerRow, Call, FindingRow, Turn
from callbot.models.campaigns import Attempt, AttemptState, Campaign, CampaignState, Line
from callbot.models.history import History
from callbot.models.people import FollowUp, Resident
from callbot.models.review import Flag, FlagState

__all__ = [
    "AnswerRow",
    "Attempt",
    "AttemptState",
    "Call",
    "Campaign",
    "CampaignState",
    "FindingRow",
    "Flag",
    "FlagState",
    "FollowUp",
    "History",
    "Line",
    "Resident",
    "Turn",
]
