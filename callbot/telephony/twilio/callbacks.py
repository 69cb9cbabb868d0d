"""What Twilio posts about a call, checked field by field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from callbot.telephony.twilio.statuses import CallStatus

_SID: Final = re.compile(r"CA[0-9a-f]{32}")
_NUMBER: Final = re.compile(r"\+[1-9]\d{6,14}")
_ANSWERED_BY: Final = re.compile(r"[a-z_]{2,40}")


class BadCallback(Exception):
    """A request that Twilio would not send. status: of the HTTP answer."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(problem)
        self.status = status


@dataclass(frozen=True)
class Callback:
    """caller, called: E.164, or "" when there is none."""

    call_sid: str
    status: CallStatus | None
    sip_code: str
    answered_by: str
    caller: str
    called: str

    @staticmethod
    def parse(form: Mapping[str, str], account_sid: str) -> "Callback":
        """Raises BadCallback."""
        if form.get("AccountSid", account_sid) != account_sid:
            raise BadCallback(403, "another account")
        sid = form.get("CallSid", "")
        if not _SID.fullmatch(sid):
            raise BadCallback(400, "CallSid is none")
        answered_by = form.get("AnsweredBy", "")
        if answered_by and not _ANSWERED_BY.fullmatch(answered_by):
            raise BadCallback(400, "AnsweredBy is none")
        try:
            status = CallStatus(form["CallStatus"]) if "CallStatus" in form else None
        except ValueError as error:
            raise BadCallback(400, "CallStatus is none") from error
        return Callback(
            sid,
            status,
            form.get("SipResponseCode", ""),
            answered_by,
            _number(form.get("From", "")),
            _number(form.get("To", "")),
        )


def _number(given: str) -> str:
    return given if _NUMBER.fullmatch(given) else ""
