"""What Twilio's errors mean for an attempt: one table."""

from enum import StrEnum
from typing import Final

from callbot.errors import TelephonyError

OVER_ALREADY: Final = 21220
"""A call that is to be changed or ended has ended by itself."""


class Fault(StrEnum):
    """Whose fault it is that a call was not placed."""

    NUMBER = "number"
    """Permanent: this number can never be reached."""

    OFFICE = "office"
    """Account or settings are wrong. The number is not to blame, so that one wrong password does
    not mark a whole roster as invalid."""

    LATER = "later"
    """Not processed: may be asked again later."""

    UNKNOWN = "unknown"
    """Nobody knows whether the phone rings."""


FAULTS: Final[dict[int, Fault]] = {
    # The number.
    13223: Fault.NUMBER,
    13224: Fault.NUMBER,
    21201: Fault.NUMBER,
    21211: Fault.NUMBER,
    21214: Fault.NUMBER,
    21217: Fault.NUMBER,
    21421: Fault.NUMBER,
    # Account, caller id, addresses, permissions.
    13227: Fault.OFFICE,
    20003: Fault.OFFICE,
    20005: Fault.OFFICE,
    20404: Fault.OFFICE,
    21205: Fault.OFFICE,
    21210: Fault.OFFICE,
    21212: Fault.OFFICE,
    21213: Fault.OFFICE,
    21215: Fault.OFFICE,
    21216: Fault.OFFICE,
    21219: Fault.OFFICE,
    21609: Fault.OFFICE,
    32205: Fault.OFFICE,
    # Too many requests, or Twilio is down before it has taken the call.
    20429: Fault.LATER,
    20503: Fault.LATER,
    OVER_ALREADY: Fault.LATER,
}
"""By Twilio's error code."""

ADVICE: Final[dict[int, str]] = {
    13227: "allow this country under Voice, Geographic Permissions",
    20003: "CALLBOT_TWILIO_ACCOUNT_SID or CALLBOT_TWILIO_AUTH_TOKEN is wrong",
    21205: "CALLBOT_PUBLIC_URL is not an address Twilio accepts",
    21210: "CALLBOT_TWILIO_FROM is not a number of this account",
    21212: "CALLBOT_TWILIO_FROM is not a telephone number",
    21215: "allow this country under Voice, Geographic Permissions",
    21219: "a trial account rings verified numbers only",
    32205: "allow this country under Voice, Geographic Permissions",
}


def fault_of(http_status: int, code: int | None) -> Fault:
    """By the code, else by the HTTP status: 4xx was refused, 5xx may have been processed."""
    if code in FAULTS:
        return FAULTS[code]
    if http_status == 429:
        return Fault.LATER
    if http_status in (401, 403, 404):
        return Fault.OFFICE
    return Fault.OFFICE if 400 <= http_status < 500 else Fault.UNKNOWN


class Refused(TelephonyError):
    """Twilio said no, or nothing. `fault` tells what may be concluded."""

    def __init__(self, fault: Fault, message: str, code: int | None = None) -> None:
        advice = ADVICE.get(code or 0)
        super().__init__(
            f"Twilio: {message}" + (f" ({advice})" if advice else ""),
            permanent=fault is Fault.NUMBER,
        )
        self.fault = fault
        self.code = code
