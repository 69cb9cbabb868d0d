"""Why a person is not called now, in each language of the office: by blocker and variant.

The rules of campaigns fill the facts in, and keep the English in the rows; the review reads it back
for who reads Chinese.
"""

from enum import StrEnum

from callbot.models.campaigns import CampaignState
from callbot.models.outcome_names import MANDARIN_OUTCOMES
from callbot.models.people import FollowUp, NumberProblem

WORDS: dict[str, dict[str, str]] = {
    "en-US": {
        "campaign_not_running": "the campaign is {state}",
        "campaign_over": "the campaign ended on {day}",
        "no_alert": "this campaign calls only when a door, a camera or a gate gives an alert",
        "other_audience.community": "community {own} is not in the audience",
        "other_audience.grid": "grid {own} is not in the audience",
        "other_audience.locale": "language {own} is not in the audience",
        "other_audience.came_from": "who came from {own} is not in the audience",
        "other_audience.day": "day {own} of the follow-up is not in the audience",
        "other_audience.key_person": "only key persons are called",
        "other_audience.flagged": "only who was flagged since yesterday is called",
        "opted_out": "asked on {day} not to be called again",
        "opted_out.contact": "the second contact asked on {day} not to be called again",
        "number_problem": "the number is not dialled: {problem}",
        "number_problem.contact": "the second contact's number does not work",
        "not_followed_up": "the follow-up is {state}",
        "paused": "the follow-up is paused until staff resume it",
        "paused.until": "the follow-up is paused; calls begin again on {day}",
        "asked_with": "asked about in the household's call to resident {resident}",
        "before_period": "the period starts on {day}",
        "after_period": "the period ended on {day}",
        "done_today": "already called today: {outcome}",
        "done_today.first": "called for the first time today: {outcome}; again from {time}",
        "done_today.given_up": "given up for today; the last call: {outcome}",
        "open_attempt.under_way": "a call is under way",
        "open_attempt.planned": "a call is planned at {time} (campaign {campaign})",
        "open_attempt.requested": "the resident asked to be called at {time} (campaign {campaign})",
        "open_attempt.contact": "a second contact is called at {time} (campaign {campaign})",
        "rings_today": "the phone has already rung {rings} times today",
        "rings_in_24_hours": "the phone has rung {rings} times in 24 hours",
        "failures_today": "the network has failed too often today",
        "too_soon": "the last call was less than {minutes} minutes ago",
        "outside_hours": "outside the hours for calls ({time} local time)",
    },
    "zh-CN": {
        "campaign_not_running": "任务状态：{state}",
        "campaign_over": "任务已于{day}结束",
        "no_alert": "本任务只在门磁、摄像头、门禁等告警后呼叫",
        "other_audience.community": "社区{own}不在任务范围内",
        "other_audience.grid": "网格{own}不在任务范围内",
        "other_audience.locale": "语言{own}不在任务范围内",
        "other_audience.came_from": "来自{own}，不在任务范围内",
        "other_audience.day": "随访第{own}天，不在任务范围内",
        "other_audience.key_person": "不是重点人员",
        "other_audience.flagged": "昨天以来没有预警",
        "opted_out": "本人于{day}要求不再来电",
        "opted_out.contact": "第二联系人于{day}要求不再来电",
        "number_problem": "号码停拨：{problem}",
        "number_problem.contact": "第二联系人的号码不可用",
        "not_followed_up": "随访状态：{state}",
        "paused": "随访已暂停，待工作人员恢复",
        "paused.until": "随访已暂停，{day}起恢复来电",
        "asked_with": "在给同住人（居民{resident}）的电话中一并询问",
        "before_period": "随访期自{day}开始",
        "after_period": "随访期已于{day}结束",
        "done_today": "今天已呼叫：{outcome}",
        "done_today.first": "今天第一次已呼叫：{outcome}；{time}后再次呼叫",
        "done_today.given_up": "今天不再呼叫；最后一次：{outcome}",
        "open_attempt.under_way": "正在通话",
        "open_attempt.planned": "已安排{time}呼叫（任务{campaign}）",
        "open_attempt.requested": "本人要求{time}来电（任务{campaign}）",
        "open_attempt.contact": "已安排{time}呼叫第二联系人（任务{campaign}）",
        "rings_today": "今天已响铃{rings}次",
        "rings_in_24_hours": "24小时内已响铃{rings}次",
        "failures_today": "今天线路故障次数过多",
        "too_soon": "距上次来电不足{minutes}分钟",
        "outside_hours": "不在可呼叫时段（当地时间{time}）",
    },
}

TERMS: dict[str, dict[StrEnum, str]] = {
    "en-US": {},
    "zh-CN": {
        CampaignState.DRAFT: "草稿",
        CampaignState.PAUSED: "已暂停",
        CampaignState.STOPPED: "已停止",
        CampaignState.FINISHED: "已结束",
        FollowUp.COMPLETED: "已解除",
        FollowUp.CANCELLED: "已取消",
        FollowUp.LOST: "失联",
        NumberProblem.INVALID: "空号或号码无效",
        NumberProblem.WRONG_PERSON: "号码有误，接听人不是本人",
        NumberProblem.NONE: "没有自己的号码",
        **dict[StrEnum, str](MANDARIN_OUTCOMES.items()),
    },
}
