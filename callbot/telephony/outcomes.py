"""What the end of a call that nobody answered means for its attempt."""

from callbot.dialog.events import Outcome
from callbot.telephony.carrier import EndReason

OUTCOME_UNANSWERED: dict[EndReason, Outcome] = {
    EndReason.NO_ANSWER: Outcome.NO_ANSWER,
    EndReason.BUSY: Outcome.BUSY,
    EndReason.REJECTED: Outcome.REJECTED,
    EndReason.INVALID_NUMBER: Outcome.FAILED,
    EndReason.NETWORK_FAILED: Outcome.FAILED,
    EndReason.UNHEARD: Outcome.FAILED,
    EndReason.HUNG_UP_HERE: Outcome.NO_ANSWER,
    EndReason.HUNG_UP_THERE: Outcome.NO_ANSWER,
    EndReason.TRANSFERRED: Outcome.NO_ANSWER,
}
"""Outcome of an attempt that ended before anyone answered."""
