"""The report's words in the office's languages."""

from dataclasses import dataclass

from callbot.dialog.events import Outcome, Severity
from callbot.errors import BadInput
from callbot.models import FlagState
from callbot.models.outcome_names import MANDARIN_OUTCOMES


@dataclass(frozen=True)
class Labels:
    """Everything a report says apart from what residents said."""

    title: str
    sheets: tuple[str, str, str, str]
    summary: dict[str, str]
    resident_columns: tuple[str, ...]
    flag_columns: tuple[str, ...]
    attempt_columns: tuple[str, ...]
    by_rule: str
    by_outcome: str
    outcomes: dict[Outcome, str]
    severities: dict[Severity, str]
    states: dict[FlagState, str]
    reported: dict[str, str]
    not_called: str
    not_asked: str
    unclear: str
    refused: str
    none: str
    some: str
    yes: str
    no: str
    went_out: str
    at_home: str
    earlier: str
    household: str
    day_of: str
    rates: tuple[str, ...] = ("response_rate", "completion_rate")


_ZH = Labels(
    title="居家随访日报",
    sheets=("汇总", "居民", "预警", "呼叫记录"),
    summary={
        "due": "应呼叫人数",
        "called": "已呼叫人数",
        "reached": "接通人数",
        "completed": "完成随访人数",
        "partial": "部分完成人数",
        "unreachable": "未接通人数",
        "flagged": "异常人数",
        "urgent": "其中紧急",
        "attempts": "呼叫次数",
        "response_rate": "接通率",
        "completion_rate": "完成率",
    },
    resident_columns=(
        *("预警级别", "姓名", "电话", "社区", "网格", "呼叫结果", "预警原因", "原话"),
        *("体温（℃）", "体温说明", "症状", "是否外出", "去过哪里", "有无接触", "接触的人"),
        *("需求", "随访天数", "呼叫次数", "住址"),
    ),
    flag_columns=(
        *("预警级别", "姓名", "电话", "社区", "网格", "原因", "原话", "时间", "状态"),
        *("处理人", "处理结果", "预警编号"),
    ),
    attempt_columns=("姓名", "电话", "时间", "第几次", "是否响铃", "通话秒数", "结果", "说明"),
    by_rule="按预警规则（人数）",
    by_outcome="按呼叫结果（次数）",
    outcomes=MANDARIN_OUTCOMES,
    severities={Severity.URGENT: "紧急", Severity.HIGH: "当日处理", Severity.NORMAL: "一般"},
    states={
        FlagState.OPEN: "待处理",
        FlagState.CLAIMED: "处理中",
        FlagState.RESOLVED: "已处理",
    },
    reported={"normal": "自述正常", "fever": "自述发烧", "not_measured": "未测量"},
    not_called="未呼叫",
    not_asked="未问到",
    unclear="未听清",
    refused="拒答",
    none="无",
    some="有",
    yes="是",
    no="否",
    went_out="外出",
    at_home="未外出",
    earlier="此前：{note}",
    household="同住人：",
    day_of="第{day}天／共{days}天",
)

_EN = Labels(
    title="Daily follow-up report",
    sheets=("Summary", "Residents", "Flags", "Calls"),
    summary={
        "due": "Residents due",
        "called": "Residents called",
        "reached": "Residents reached",
        "completed": "Completed",
        "partial": "Partly completed",
        "unreachable": "Not reached",
        "flagged": "Flagged",
        "urgent": "Of these urgent",
        "attempts": "Calls made",
        "response_rate": "Response rate",
        "completion_rate": "Completion rate",
    },
    resident_columns=(
        *("Severity", "Name", "Phone", "Community", "Grid", "Outcome", "Reasons", "Words heard"),
        *("Temperature (°C)", "Temperature note", "Symptoms", "Went out", "Where", "Contacts"),
        *("Whom", "Needs", "Follow-up day", "Calls", "Address"),
    ),
    flag_columns=(
        *("Severity", "Name", "Phone", "Community", "Grid", "Reason", "Words heard"),
        *("Time", "State", "Reviewer", "Resolution", "Flag"),
    ),
    attempt_columns=(
        *("Name", "Phone", "Time", "Number", "Rang", "Talk, seconds", "Outcome", "Detail"),
    ),
    by_rule="By rule (residents)",
    by_outcome="By outcome (calls)",
    outcomes={outcome: outcome.value.replace("_", " ") for outcome in Outcome},
    severities={severity: severity.value for severity in Severity},
    states={state: state.value for state in FlagState},
    reported={"normal": "says normal", "fever": "says fever", "not_measured": "not measured"},
    not_called="not called",
    not_asked="not asked",
    unclear="not understood",
    refused="refused",
    none="none",
    some="yes",
    yes="yes",
    no="no",
    went_out="went out",
    at_home="stayed home",
    earlier="earlier: {note}",
    household="household: ",
    day_of="day {day} of {days}",
)

LABELS = {"zh-CN": _ZH, "en-US": _EN}


def labels_for(locale: str) -> Labels:
    """Raises BadInput for a language the report is not written in."""
    if locale not in LABELS:
        raise BadInput(f"no report in {locale!r}; use one of {', '.join(LABELS)}")
    return LABELS[locale]
