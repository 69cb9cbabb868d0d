"""The words of reports in the office's languages: for workbook, terminal and console."""

from dataclasses import dataclass

from callbot.dialog.events import Outcome, Severity
from callbot.errors import BadInput
from callbot.models import FlagState
from callbot.models.outcome_names import MANDARIN_OUTCOMES


@dataclass(frozen=True)
class FigureLabels:
    """Of the figures of any period. `figures` by attribute of review.figures.Figures, in the order
    of the columns.
    """

    title: str
    period: str
    as_of: str
    figures: dict[str, str]
    by_day: str
    by_community: str
    by_grid: str
    by_campaign: str
    unreached: str
    hours: str
    rules: str
    temperatures: str
    day: str
    community: str
    grid: str
    campaign: str
    reason: str
    hour: str
    rings: str
    answered: str
    name: str
    number: str
    under_way: str
    not_filled_in: str
    no_campaign: str
    rule_columns: tuple[str, ...]
    rates: tuple[str, ...] = ("response_rate", "completion_rate")


@dataclass(frozen=True)
class Labels:
    """Everything a day's report says apart from what residents said.

    of_figures: what the figures beside it are called.
    """

    of_figures: FigureLabels
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


_ZH_FIGURES = FigureLabels(
    title="居家随访统计",
    period="统计期间",
    as_of="数据截至",
    figures={
        "due": "应随访（人次）",
        "called": "已呼叫",
        "reached": "接通",
        "completed": "完成",
        "partial": "部分完成",
        "otherwise": "接通但未问答",
        "unreachable": "未接通",
        "not_called": "未呼叫",
        "flagged": "异常",
        "urgent": "其中紧急",
        "rings": "呼叫次数",
        "response_rate": "接通率",
        "completion_rate": "完成率",
        "rings_per_completion": "每完成一次的呼叫次数",
    },
    by_day="按日",
    by_community="按社区",
    by_grid="按网格",
    by_campaign="按任务",
    unreached="未接通原因",
    hours="分时接通率",
    rules="预警分类",
    temperatures="体温变化",
    day="日期",
    community="社区",
    grid="网格",
    campaign="任务",
    reason="原因",
    hour="时段",
    rings="呼叫次数",
    answered="有人接听",
    name="姓名",
    number="人次",
    under_way="呼叫中",
    not_filled_in="未填",
    no_campaign="不属于任务",
    rule_columns=("级别", "预警", "条数", "已办结", "属实", "不属实", "准确率"),
)

_ZH = Labels(
    of_figures=_ZH_FIGURES,
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

_EN_FIGURES = FigureLabels(
    title="Follow-up figures",
    period="Period",
    as_of="As of",
    figures={
        "due": "Follow-ups due",
        "called": "Called",
        "reached": "Reached",
        "completed": "Completed",
        "partial": "Partly",
        "otherwise": "Reached, not asked",
        "unreachable": "Not reached",
        "not_called": "Not called",
        "flagged": "Flagged",
        "urgent": "Of these urgent",
        "rings": "Calls",
        "response_rate": "Response rate",
        "completion_rate": "Completion rate",
        "rings_per_completion": "Calls per completion",
    },
    by_day="By day",
    by_community="By community",
    by_grid="By grid",
    by_campaign="By campaign",
    unreached="Not reached, why",
    hours="Response by hour",
    rules="Flags by rule",
    temperatures="Temperatures",
    day="Day",
    community="Community",
    grid="Grid",
    campaign="Campaign",
    reason="Reason",
    hour="Hour",
    rings="Calls",
    answered="Answered",
    name="Name",
    number="Follow-ups",
    under_way="under way",
    not_filled_in="not filled in",
    no_campaign="no campaign",
    rule_columns=("Severity", "Rule", "Flags", "Resolved", "Right", "Wrong", "Precision"),
)

_EN = Labels(
    of_figures=_EN_FIGURES,
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
    outcomes={
        Outcome.COMPLETED: "Completed",
        Outcome.PARTIAL: "Partly completed",
        Outcome.REFUSED: "Refused",
        Outcome.OPTED_OUT: "Asked for no more calls",
        Outcome.WRONG_NUMBER: "Wrong number",
        Outcome.NOT_SELF: "Somebody else answered",
        Outcome.CALLBACK_REQUESTED: "Asked to be called back",
        Outcome.NO_ANSWER: "No answer",
        Outcome.BUSY: "Busy",
        Outcome.REJECTED: "Rejected",
        Outcome.VOICEMAIL: "Answering machine",
        Outcome.FAILED: "Line failed",
    },
    severities={Severity.URGENT: "Urgent", Severity.HIGH: "Same day", Severity.NORMAL: "Normal"},
    states={
        FlagState.OPEN: "Open",
        FlagState.CLAIMED: "Being handled",
        FlagState.RESOLVED: "Resolved",
    },
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
