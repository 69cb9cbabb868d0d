"""The follow-up database's tables. Rows are the truth; everything else is a clock or a view."""

from callbot.models.calls import AnswerRow, Call, FindingRow, Turn
from callbot.models.campaigns import (
    LIVE_STATES,
    Attempt,
    AttemptState,
    Campaign,
    CampaignState,
    Line,
    Node,
    Priority,
    urgency,
)
from callbot.models.history import History, record
from callbot.models.people import FollowUp, NumberProblem, Resident, check_key, mask_phone
from callbot.models.review import Flag, FlagState

__all__ = [
    "LIVE_STATES",
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
    "Node",
    "NumberProblem",
    "Priority",
    "Resident",
    "Turn",
    "check_key",
    "mask_phone",
    "record",
    "urgency",
]
