"""The words of a report's figures in the office's languages, for workbook and terminal."""

from dataclasses import dataclass

from callbot.errors import BadInput


@dataclass(frozen=True)
class FigureLabels:
    """`figures` by attribute of review.figures.Figures, in the order of the columns."""

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


_ZH = FigureLabels(
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

_EN = FigureLabels(
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

FIGURE_LABELS = {"zh-CN": _ZH, "en-US": _EN}


def figure_labels_for(locale: str) -> FigureLabels:
    """Raises BadInput for a language the report is not written in."""
    if locale not in FIGURE_LABELS:
        raise BadInput(f"no report in {locale!r}; use one of {', '.join(FIGURE_LABELS)}")
    return FIGURE_LABELS[locale]
