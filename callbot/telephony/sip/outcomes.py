"""What SIP says at the end of a call that nobody answered, in our words: two tables.

Codes are those of RFC 3261, 5039, 8197 and 8688; causes are ITU-T Q.850's, which telephone networks
put into a Reason header (RFC 3326) beside a SIP code of their gateway's choice.
"""

import re
from typing import Final

from callbot.telephony.carrier import Ended, EndReason
from callbot.telephony.network_words import without_numbers

BY_STATUS: Final[dict[int, EndReason]] = {
    404: EndReason.INVALID_NUMBER,
    410: EndReason.INVALID_NUMBER,
    484: EndReason.INVALID_NUMBER,
    604: EndReason.INVALID_NUMBER,
    408: EndReason.NO_ANSWER,
    480: EndReason.NO_ANSWER,
    487: EndReason.NO_ANSWER,
    486: EndReason.BUSY,
    600: EndReason.BUSY,
    603: EndReason.REJECTED,
    607: EndReason.REJECTED,
    608: EndReason.REJECTED,
}
"""Every other code is the network's failure, not the resident's doing."""

BY_CAUSE: Final[dict[int, EndReason]] = {
    1: EndReason.INVALID_NUMBER,
    22: EndReason.INVALID_NUMBER,
    28: EndReason.INVALID_NUMBER,
    17: EndReason.BUSY,
    18: EndReason.NO_ANSWER,
    19: EndReason.NO_ANSWER,
    20: EndReason.NO_ANSWER,
    21: EndReason.REJECTED,
    27: EndReason.NETWORK_FAILED,
    34: EndReason.NETWORK_FAILED,
    38: EndReason.NETWORK_FAILED,
    41: EndReason.NETWORK_FAILED,
    42: EndReason.NETWORK_FAILED,
}
"""A cause that is not here says no more than the SIP code beside it."""

REFUSED_CREDENTIALS: Final = (401, 403, 407)

_NOT_OURS: Final = "check CALLBOT_SIP_USER and CALLBOT_SIP_PASSWORD"
ADVICE: Final[dict[int, str]] = {
    401: _NOT_OURS,
    403: "ask the provider whether it allows this destination and CALLBOT_SIP_FROM, and "
    + _NOT_OURS,
    407: _NOT_OURS,
}
"""For a trunk that refuses a call, by code."""

UNREACHED: Final = "`callbot doctor --carrier sip` says whether the trunk can be reached"

_STATUS: Final = re.compile(r"([3-6]\d\d)\b")
_CAUSE: Final = re.compile(r"Q\.850\s*;.*?\bcause\s*=\s*(\d{1,3})", re.IGNORECASE)


def status_in(closing_words: str) -> int | None:
    """The final SIP status that `486 Busy Here` begins with; None where there was none."""
    found = _STATUS.match(closing_words)
    return int(found[1]) if found else None


def ended_unanswered(closing_words: str) -> Ended:
    """How a call ended that the far end closed before anyone picked up.

    closing_words: the stack's, such as `480 Temporarily Unavailable,Q.850;cause=17`.
    """
    status = status_in(closing_words)
    cause = _CAUSE.search(closing_words)
    reason = None if status is None else BY_STATUS.get(status)
    if cause is not None:
        reason = BY_CAUSE.get(int(cause[1]), reason)
    words = without_numbers(closing_words)
    if reason is not None:
        return Ended(reason, words)
    advice = UNREACHED if status is None else ADVICE.get(status)
    return Ended(EndReason.NETWORK_FAILED, f"{words}; {advice}" if advice else words)
