"""The follow-up database's tables. Rows are the truth; everything else is a clock or a view."""

from callbot.models.accounts import (
    Account,
    Audit,
    FailedLogIn,
    LogIn,
    Role,
    Viewing,
    note_viewing,
)
from callbot.models.alerts import Alert, AlertKind
from callbot.models.areas import Area, Areas, covered, parse_areas, residents_within
from callbot.models.calls import AnswerRow, Call, FindingRow, Turn, standing_answers
from callbot.models.campaigns import (
    LIVE_STATES,
    OFFICE_STOPPED,
    Attempt,
    AttemptState,
    Campaign,
    CampaignState,
    Line,
    Node,
    Occasion,
    Priority,
    urgency,
)
from callbot.models.follow_up import (
    Change,
    PlanChange,
    Relation,
    SecondContact,
    StaffContact,
    Way,
    opt_out_number,
)
from callbot.models.history import History, record
from callbot.models.people import (
    FollowUp,
    NumberProblem,
    Resident,
    StaffNote,
    check_key,
    household_key,
    mask_phone,
)
from callbot.models.retention import PurgeOrder, PurgeState
from callbot.models.review import Flag, FlagState, Settlement
from callbot.models.scripts import ScriptDraft, ScriptVersion
from callbot.models.search import SearchBlock
from callbot.models.tickets import Ticket, TicketState
from callbot.models.trials import TrialCall, TrialState

__all__ = [
    "LIVE_STATES",
    "OFFICE_STOPPED",
    "Account",
    "Alert",
    "AlertKind",
    "AnswerRow",
    "Area",
    "Areas",
    "Attempt",
    "AttemptState",
    "Audit",
    "Call",
    "Campaign",
    "CampaignState",
    "Change",
    "FailedLogIn",
    "FindingRow",
    "Flag",
    "FlagState",
    "FollowUp",
    "History",
    "Line",
    "LogIn",
    "Node",
    "NumberProblem",
    "Occasion",
    "PlanChange",
    "Priority",
    "PurgeOrder",
    "PurgeState",
    "Relation",
    "Resident",
    "Role",
    "ScriptDraft",
    "ScriptVersion",
    "SearchBlock",
    "SecondContact",
    "Settlement",
    "StaffContact",
    "StaffNote",
    "Ticket",
    "TicketState",
    "TrialCall",
    "TrialState",
    "Turn",
    "Viewing",
    "Way",
    "check_key",
    "covered",
    "household_key",
    "mask_phone",
    "note_viewing",
    "opt_out_number",
    "parse_areas",
    "record",
    "residents_within",
    "standing_answers",
    "urgency",
]
