"""Twilio's words for a call's state, in ours: one table."""

from enum import StrEnum
from typing import Final

from callbot.telephony.carrier import Ended, EndReason


class CallStatus(StrEnum):
    """`CallStatus` of callbacks and `status` of the REST interface."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"


PROGRESS: Final = {
    CallStatus.QUEUED: 0,
    CallStatus.INITIATED: 1,
    CallStatus.RINGING: 2,
    CallStatus.IN_PROGRESS: 3,
}
"""Callbacks come in any order; a call never goes back."""

REASONS: Final = {
    CallStatus.COMPLETED: EndReason.HUNG_UP_THERE,
    CallStatus.BUSY: EndReason.BUSY,
    CallStatus.NO_ANSWER: EndReason.NO_ANSWER,
    CallStatus.FAILED: EndReason.NETWORK_FAILED,
    CallStatus.CANCELED: EndReason.HUNG_UP_HERE,
}
"""Why a call is over, when nothing more precise is known."""

SIP_REASONS: Final = {
    "404": EndReason.INVALID_NUMBER,
    "410": EndReason.INVALID_NUMBER,
    "484": EndReason.INVALID_NUMBER,
    "604": EndReason.INVALID_NUMBER,
    "408": EndReason.NO_ANSWER,
    "480": EndReason.NO_ANSWER,
    "486": EndReason.BUSY,
    "600": EndReason.BUSY,
    "603": EndReason.REJECTED,
    "607": EndReason.REJECTED,
    "608": EndReason.REJECTED,
}
"""More precise, where the network behind Twilio says it (`SipResponseCode`): Twilio itself calls a
rejected call busy, and an unknown number failed."""

MACHINES: Final = frozenset(
    {
        "machine_start",
        "machine_end_beep",
        "machine_end_silence",
        "machine_end_other",
        "fax",
    }
)
"""`AnsweredBy` of machine detection; human and unknown are people until they prove otherwise."""


def ended(status: CallStatus, sip_code: str = "") -> Ended:
    """How a call with this final status ended."""
    reason = REASONS[status]
    if status is not CallStatus.COMPLETED:
        reason = SIP_REASONS.get(sip_code, reason)
    return Ended(reason, f"{status} {sip_code}".strip())
