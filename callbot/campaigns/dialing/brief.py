"""What a call needs to know of the attempt it belongs to."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class AttemptBrief:
    """One attempt as it was taken up. `phone` in E.164; `follow_up_day` 0 is day of exposure.

    dial_at: its place in the line's pace. rang_back: the resident has rung us. second_contact_id:
    who is rung in the resident's place, at `phone`; `name` is the resident's all the same.
    """

    attempt_id: str
    campaign_id: int
    resident_id: int
    name: str
    phone: str
    locale: str
    time_zone: str
    community: str
    grid: str
    script: str
    number: int
    follow_up_day: int
    release_date: date
    caller_id: str
    dial_at: datetime
    resumes_call_id: str | None = None
    rang_back: bool = False
    second_contact_id: int | None = None
