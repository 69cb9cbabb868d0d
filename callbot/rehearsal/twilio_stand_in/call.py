"""A call as Twilio keeps it."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Final

FINAL: Final = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})


def new_sid(kind: str) -> str:
    """kind: two letters, such as CA for a call."""
    return kind + secrets.token_hex(16)


@dataclass
class RemoteCall:
    """webhooks: addresses by voice, status and amd. stopped, redirected: by a REST request.

    dialled_person: whom the resident was put through to. accepted: whether an incoming call was
    answered by us.
    """

    to: str
    caller: str
    webhooks: Mapping[str, str]
    ring_timeout_s: float = 60.0
    direction: str = "outbound-api"
    sid: str = field(default_factory=lambda: new_sid("CA"))
    status: str = "queued"
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    redirected: asyncio.Event = field(default_factory=asyncio.Event)
    dialled_person: str = ""
    clears: int = 0

    @property
    def attempt_id(self) -> str:
        """As it stands in our webhooks' addresses."""
        return self.webhooks["voice"].rpartition("/")[2]

    @property
    def over(self) -> bool:
        return self.status in FINAL

    @property
    def left(self) -> bool:
        """A REST request has ended its media stream."""
        return self.stopped.is_set() or self.redirected.is_set()

    def as_json(self, account_sid: str) -> dict[str, Any]:
        return {
            "sid": self.sid,
            "account_sid": account_sid,
            "api_version": "2010-04-01",
            "to": self.to,
            "from": self.caller,
            # Its interface knows no "initiated": that is told by callbacks only.
            "status": "queued" if self.status == "initiated" else self.status,
            "direction": self.direction,
            "date_created": format_datetime(self.created_at),
            "date_updated": format_datetime(self.created_at),
            "queue_time": "0",
            "uri": f"/2010-04-01/Accounts/{account_sid}/Calls/{self.sid}.json",
        }

    def as_form(self, account_sid: str) -> dict[str, str]:
        """What every callback about it says."""
        return {
            "AccountSid": account_sid,
            "CallSid": self.sid,
            "CallStatus": self.status,
            "From": self.caller,
            "To": self.to,
            "Direction": self.direction,
            "ApiVersion": "2010-04-01",
        }
