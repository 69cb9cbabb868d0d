"""What came of a call, as a clerk in China reads it. In English an outcome's name is its value."""

from typing import Final

from callbot.dialog.events import Outcome

MANDARIN_OUTCOMES: Final[dict[Outcome, str]] = {
    Outcome.COMPLETED: "已完成",
    Outcome.PARTIAL: "部分完成",
    Outcome.REFUSED: "拒绝随访",
    Outcome.OPTED_OUT: "要求不再来电",
    Outcome.WRONG_NUMBER: "号码有误",
    Outcome.NOT_SELF: "非本人接听",
    Outcome.CALLBACK_REQUESTED: "约定回电",
    Outcome.NO_ANSWER: "无人接听",
    Outcome.BUSY: "占线",
    Outcome.REJECTED: "拒接",
    Outcome.VOICEMAIL: "语音信箱",
    Outcome.FAILED: "线路故障",
}
