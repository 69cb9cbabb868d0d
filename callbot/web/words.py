"""What the console calls the states, answers and acts it shows."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from callbot.campaigns.rules.policy import Audience
from callbot.dialog.answers import Kind, Status
from callbot.dialog.events import TicketKind
from callbot.models import (
    Campaign,
    CampaignState,
    FollowUp,
    Relation,
    Resident,
    Role,
    Settlement,
    TrialState,
    Viewing,
)
from callbot.models.follow_up import Way
from callbot.review.call_reasons import call_reason
from callbot.review.labels import labels_for
from callbot.script_shelf import ScriptShelf
from callbot.web.language import SOURCE, translate
from callbot.web.phrases import of_flag, of_script

ROLES = {
    Role.ADMINISTRATOR: "管理员",
    Role.OPERATOR: "业务员",
    Role.REVIEWER: "审核员",
    Role.VIEWER: "查看者",
}
VIEWINGS = {
    Viewing.RESIDENT: "居民资料",
    Viewing.PHONE: "电话号码",
    Viewing.CALL: "通话文字",
    Viewing.RECORDING: "录音",
    Viewing.REPORT: "报告",
}
SETTLEMENTS = {
    Settlement.WELL: "核实无恙",
    Settlement.ADVISED: "已电话指导",
    Settlement.SENT_HELP: "已上门或送药送物",
    Settlement.REFERRED: "已转120、医院或公安",
    Settlement.NOT_REACHED: "多次联系不上",
    Settlement.OTHER: "其他",
}
CAMPAIGN_STATES = {
    CampaignState.DRAFT: "草稿",
    CampaignState.RUNNING: "进行中",
    CampaignState.PAUSED: "已暂停",
    CampaignState.STOPPED: "已停止",
    CampaignState.FINISHED: "已结束",
}
FOLLOW_UPS = {
    FollowUp.ACTIVE: "随访中",
    FollowUp.PAUSED: "随访暂停",
    FollowUp.COMPLETED: "已解除",
    FollowUp.CANCELLED: "已取消",
    FollowUp.LOST: "失联",
}
STATUSES = {
    Status.CLEAR: "清楚",
    Status.UNCLEAR: "未听清",
    Status.REFUSED: "拒答",
    Status.NOT_ASKED: "未问到",
}
QUESTIONS = {
    "identity": "本人确认",
    "permission": "是否方便",
    "temperature": "体温",
    "symptoms": "症状",
    "movements": "外出",
    "contacts": "接触",
    "needs": "需求",
    "callback": "回电时间",
    "family": "家人代答",
    "relation": "与本人的关系",
    "danger": "是否危急",
    "opting_out": "是否不再来电",
}
LEXICON = {
    "language": "整个语言",
    "grammar": "句式",
    "persons": "人物",
    "temperature": "体温",
    "symptoms": "症状",
    "movements": "外出",
    "contacts": "接触",
    "yes_no": "是与否",
    "open": "需求",
    "requests": "请求",
    "callback": "回电时间",
}
"""By the files of a language's lexicon."""

RELATIONS = {
    Relation.FAMILY: "家人",
    Relation.LANDLORD: "房东",
    Relation.NEIGHBOUR: "邻居",
    Relation.COLLEAGUE: "同事",
    Relation.OTHER: "其他",
}
WAYS = {Way.CALL: "人工电话", Way.VISIT: "上门", Way.MESSAGE: "短信或微信"}
TRIAL_STATES = {
    TrialState.ASKED: "等待拨号",
    TrialState.PLACING: "正在拨号",
    TrialState.RINGING: "正在响铃",
    TrialState.TALKING: "通话中",
    TrialState.ENDED: "已结束",
}
TICKET_KINDS = {TicketKind.REQUEST: "求助", TicketKind.COMPLAINT: "投诉"}
ACTORS = {"call": "通话", "dialer": "自动拨号", "planner": "自动安排", "trial": "试听电话"}
"""Parts of the system; everybody else goes by their log-in."""

LOCALES = {"zh-CN": "普通话", "en-US": "英语", "ko-KR": "韩语"}
ACTS = {
    "account_added": "新建了账号",
    "account_changed": "更改账号",
    "account_disabled": "停用了账号",
    "account_reset": "重置了账号",
    "alert_received": "收到告警",
    "answer_corrected": "更正回答",
    "asked_in_household_call": "在同住人电话中询问",
    "alert_cleared": "告警已核实",
    "attempt_dropped": "取消安排的呼叫",
    "attempt_ended": "呼叫结束",
    "attempt_put_off": "呼叫推迟",
    "gave_up_for_today": "今天不再呼叫",
    "left_out_of_demo": "未列入演示",
    "line_paused": "线路暂停",
    "line_resumed": "线路恢复",
    "node_draining": "拨号程序停止接新电话",
    "recording_failed": "录音失败",
    "retry_planned": "安排重拨",
    "words_purged": "删除通话内容",
    "purge_asked": "申请删除到期内容",
    "purge_confirmed": "确认删除到期内容",
    "purge_withdrawn": "撤回删除申请",
    "rang_back": "本人回拨",
    "call_ended": "通话结束",
    "callback_requested": "约定回电",
    "campaign_created": "新建了任务",
    "campaign_finished": "任务结束",
    "campaign_policy": "更改任务规则",
    "campaign_state": "任务状态改变",
    "change_undone": "撤销更改",
    "dates_changed": "更改了隔离日期",
    "end_overridden": "更改结束日期",
    "exposed_again": "再次暴露，重新计期",
    "extended": "因同住人延长",
    "flag_claimed": "开始处理预警",
    "flag_handed_over": "转交预警",
    "flag_taken_back": "收回转交的预警",
    "flag_reopened": "退回预警",
    "flag_resolved": "办结预警",
    "flagged": "产生预警",
    "follow_up_cancelled": "取消随访",
    "follow_up_lost": "登记失联",
    "follow_up_paused": "暂停随访",
    "follow_up_reopened": "重新随访",
    "follow_up_resumed": "恢复随访",
    "household_changed": "更改同住信息",
    "logged_in": "登录系统",
    "misheard": "未听清",
    "noted": "添加备注",
    "opted_in": "恢复了来电",
    "opted_out": "要求不再来电",
    "log_ins_ended": "结束其他登录",
    "password_changed": "更改了密码",
    "password_set": "设置了密码",
    "period_restarted": "重新开始隔离期",
    "recording_removed": "删除录音",
    "recording_uploaded": "上传录音",
    "released": "解除随访",
    "resident_imported": "从名单导入",
    "resident_updated": "更新资料",
    "roster_imported": "导入名单文件",
    "residents_merged": "合并重复记录",
    "script_published": "发布话术",
    "script_tried": "对着麦克风试话术",
    "second_contact_added": "添加第二联系人",
    "second_contact_called": "呼叫第二联系人",
    "second_contact_removed": "删除第二联系人",
    "second_contact_restored": "恢复第二联系人",
    "staff_contact": "工作人员联系",
    "ticket_changed": "更改工单",
    "ticket_done": "办结工单",
    "ticket_opened": "建立工单",
    "ticket_reopened": "重新打开工单",
    "trial_call_asked": "拨打试听电话",
    "trial_call_ended": "试听电话结束",
    "wishes_changed": "更改来电意愿",
}


class Words:
    """Names in one language; a template calls these on what rows hold."""

    def __init__(self, language: str, scripts: ScriptShelf) -> None:
        self._language = language
        self._scripts = scripts
        self._labels = labels_for(language)

    def _said(self, chinese: str) -> str:
        return translate(self._language, chinese)

    def listed(self, parts: Iterable[str]) -> str:
        return ("、" if self._language == SOURCE else ", ").join(parts)

    def role(self, role: Role) -> str:
        return self._said(ROLES[role])

    def reason(self, reason: str) -> str:
        """Why somebody was flagged: stored in the office's language."""
        return of_flag(reason, self._language, self._scripts.reasons(self._language))

    def why(self, detail: str) -> str:
        """Why a call ended as it did."""
        return call_reason(detail, self._language)

    def script(self, name: str) -> str:
        return self._scripts.title(name, self._language)

    def fault(self, problem: str) -> str:
        """What is wrong in a file of a script."""
        return of_script(problem, self._language)

    def viewing(self, viewing: Viewing) -> str:
        return self._said(VIEWINGS[viewing])

    def settlement(self, settlement: Settlement) -> str:
        return self._said(SETTLEMENTS[settlement])

    @property
    def settlements(self) -> dict[str, str]:
        return {key.value: self._said(text) for key, text in SETTLEMENTS.items()}

    def campaign_state(self, campaign: Campaign) -> str:
        if campaign.state is CampaignState.STOPPED and campaign.started_at is None:
            return self._said("已作废")
        return self._said(CAMPAIGN_STATES[campaign.state])

    def follow_up(self, follow_up: FollowUp) -> str:
        return self._said(FOLLOW_UPS[follow_up])

    def day_of(self, resident: Resident, today: date) -> str:
        """Which day of the follow-up it is."""
        day, days = (today - resident.exposed_on).days, resident.last_day_number
        if day > days:
            return self._said("随访期已满")
        return self._labels.day_of.format(day=day, days=days)

    def status(self, status: Status) -> str:
        return self._said(STATUSES[status])

    def question(self, question: str) -> str:
        return self._said(QUESTIONS.get(question, question))

    def relation(self, relation: Relation) -> str:
        return self._said(RELATIONS[relation])

    def way(self, way: Way) -> str:
        return self._said(WAYS[way])

    def act(self, act: str) -> str:
        said = self._said(ACTS.get(act, act))
        return said[:1].upper() + said[1:]

    def about(self, detail: Mapping[str, Any]) -> str:
        """What a row of the history tells of its act, but for ids."""
        told: dict[str, Callable[[Any], str]] = {
            "outcome": lambda outcome: self._labels.outcomes.get(outcome, ""),
            "reason": lambda reason: (
                self._labels.outcomes.get(reason) or self.reason(self.why(reason))
            ),
            "severity": lambda severity: self._labels.severities.get(severity, ""),
            "settlement": self.settlement,
            "question": self.question,
            "way": self.way,
            "due_at": lambda moment: f"{datetime.fromisoformat(moment):%m-%d %H:%M}",
            "script": self.script,
            "role": self.role,
            **dict.fromkeys(("to", "holder", "account"), str),
        }
        parts = (told[key](value) for key, value in detail.items() if key in told and value)
        return self.listed(part for part in parts if part)

    def audience(self, audience: Audience) -> list[str]:
        """Whom a campaign calls, one phrase for each thing that narrows it; none: everybody."""
        told = [
            *audience.communities,
            *audience.grids,
            *(
                translate(self._language, "来自{place}", place=place)
                for place in audience.came_from
            ),
            *(self.locale(locale) for locale in audience.locales),
        ]
        first, last = audience.first_day, audience.last_day
        if first is not None and last is not None:
            told.append(translate(self._language, "随访第{a}至{b}天", a=first, b=last))
        elif first is not None:
            told.append(translate(self._language, "随访第{a}天起", a=first))
        elif last is not None:
            told.append(translate(self._language, "随访至第{b}天", b=last))
        if audience.key_persons:
            told.append(self._said("重点人员"))
        if audience.flagged:
            told.append(self._said("昨天以来有预警的人"))
        return told

    def ticket_kind(self, kind: TicketKind) -> str:
        return self._said(TICKET_KINDS[TicketKind(kind)])

    def trial_state(self, state: TrialState) -> str:
        return self._said(TRIAL_STATES[state])

    def lexicon(self, path: str) -> str:
        """What a file of a lexicon holds."""
        return self._said(LEXICON.get(Path(path).stem, path))

    def locale(self, locale: str) -> str:
        return self._said(LOCALES.get(locale, locale))

    def actor(self, actor: str) -> str:
        return self._said(ACTORS.get(actor, actor))

    def ago(self, moment: datetime, now: datetime) -> str:
        """How long something has been waiting."""
        minutes = max(0, int((now - moment).total_seconds() // 60))
        if minutes < 1:
            return self._said("刚刚")
        if minutes < 60:
            return translate(self._language, "{n}分钟前", n=minutes)
        if minutes < 48 * 60:
            return translate(self._language, "{n}小时前", n=minutes // 60)
        return translate(self._language, "{n}天前", n=minutes // (24 * 60))

    def value(self, kind: Kind, value: dict[str, Any] | None, symptoms: dict[str, str]) -> str:
        """What was understood of an answer, as a clerk would say it."""
        labels = self._labels
        if value is None:
            return ""
        match kind:
            case Kind.YES_NO:
                return labels.yes if value["yes"] else labels.no
            case Kind.TEMPERATURE:
                celsius = value.get("celsius")
                return f"{celsius:.1f} ℃" if celsius else labels.reported[value["reported"]]
            case Kind.SYMPTOMS:
                told = [symptoms.get(code, code) for code in value.get("present", ())]
                at_home = [symptoms.get(code, code) for code in value.get("household", ())]
                own = self.listed(told) or labels.none
                if not at_home:
                    return own
                between = "；" if self._language == SOURCE else "; "
                return f"{own}{between}{labels.household}{self.listed(at_home)}"
            case Kind.MOVEMENTS:
                if not value["went_out"]:
                    return labels.at_home
                details = [*value.get("places", ()), *value.get("when", ())]
                return " · ".join([labels.went_out, *details])
            case Kind.CONTACTS:
                who = self.listed(value.get("persons", ()))
                return f"{labels.some} {who}".strip() if value["contact"] else labels.none
            case Kind.OPEN:
                return labels.none if value.get("nothing") else str(value["text"])


def duration(seconds: float) -> str:
    """`75` → `1:15`."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
