"""Where a conversation stands: everything a session keeps between turns, as JSON."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from callbot.dialog.answers import Answer, Intent
from callbot.dialog.events import Outcome


class Phase(StrEnum):
    READY = "ready"
    ASKING = "asking"
    CONFIRMING = "confirming"
    HOLDING = "holding"
    ENDED = "ended"


class SessionState(BaseModel):
    """`asked` counts wordings of the present question, `confirm_asked` those of its read-back.

    `volunteered` are answers given before their question came. `previous` are the answers of the
    resident's last call, for rules that look back.
    """

    model_config = ConfigDict(extra="forbid")

    script: str
    script_version: str
    locale: str
    office_locale: str
    time_zone: str
    variables: dict[str, str]
    previous: dict[str, Answer] = Field(default_factory=dict)
    resumed: bool = False

    phase: Phase = Phase.READY
    question: str = ""
    asked: int = 0
    repeats: int = 0
    pending: Answer | None = None
    confirm_asked: int = 0

    answers: dict[str, Answer] = Field(default_factory=dict)
    volunteered: dict[str, Answer] = Field(default_factory=dict)
    intents: list[Intent] = Field(default_factory=list)
    flagged: list[str] = Field(default_factory=list)
    turns: int = 0
    silences: int = 0
    failures: int = 0
    callback_words: str = ""
    outcome: Outcome | None = None
