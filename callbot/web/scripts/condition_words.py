"""A script's conditions as a clerk reads them: `体温高于 39.0 ℃`, not `celsius: {above: 39.0}`."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from callbot.dialog.answers import Intent
from callbot.dialog.conditions import CodesTest, Condition, Range
from callbot.review.labels import Labels
from callbot.web.words import Words

Say = Callable[..., str]
"""A Chinese text in the page's language, with its values filled in."""

INTENTS: Final = {
    Intent.ANSWER: "作答",
    Intent.REPEAT: "请再说一遍",
    Intent.WAIT: "请等一下",
    Intent.BUSY: "现在不方便",
    Intent.WRONG_NUMBER: "打错了",
    Intent.NOT_SELF: "不是本人",
    Intent.REFUSE: "不愿回答",
    Intent.OPT_OUT: "不要再打来",
    Intent.HUMAN: "要找工作人员",
    Intent.WHO_IS_THIS: "问是谁来电",
    Intent.QUESTION: "提问",
    Intent.EMERGENCY: "情况危急",
    Intent.DISTRESS: "情绪危机",
    Intent.COMPLAINT: "投诉",
    Intent.NEED_HELP: "需要帮助",
    Intent.SILENCE: "没有说话",
    Intent.UNCLEAR: "听不清",
}
BOUNDS: Final = {
    "at_least": "不低于 {n} ℃",
    "above": "高于 {n} ℃",
    "below": "低于 {n} ℃",
    "at_most": "不高于 {n} ℃",
}
TRUE_OR_FALSE: Final = {
    "yes": ("是", "否"),
    "went_out": ("外出了", "没有外出"),
    "contact": ("有接触", "没有接触"),
    "nothing": ("没有需求", "有需求"),
}
SYMPTOMS: Final = {"present": "有 {what}", "absent": "没有 {what}", "household": "同住人有 {what}"}


class ConditionWords:
    """symptoms: their names by code, in the page's language."""

    def __init__(self, words: Words, labels: Labels, symptoms: Mapping[str, str], say: Say) -> None:
        self._words = words
        self._labels = labels
        self._symptoms = symptoms
        self._and, self._or = say("，且"), say("，或")
        self._say = say

    def __call__(self, condition: Condition) -> str:
        told = list(self._tests(condition))
        if condition.question:
            told = [f"{self._words.question(condition.question)} {self._and.join(told)}"]
        if condition.previous:
            told = [self._say("上一次：{what}", what=self._and.join(told))]
        told += [self(part) for part in condition.all or ()]
        if condition.any:
            told.append(self._or.join(map(self, condition.any)))
        if condition.not_:
            told.append(self._say("不是（{what}）", what=self(condition.not_)))
        return self._and.join(told)

    def _tests(self, condition: Condition) -> Iterator[str]:
        if condition.status:
            yield self._or.join(self._words.status(each) for each in condition.status)
        if condition.celsius:
            yield from self._degrees(condition.celsius)
        if condition.reported:
            yield self._or.join(self._labels.reported[each] for each in condition.reported)
        for name, (true, false) in TRUE_OR_FALSE.items():
            value: bool | None = getattr(condition, name)
            if value is not None:
                yield self._say(true if value else false)
        for name, text in SYMPTOMS.items():
            codes: CodesTest | None = getattr(condition, name)
            if codes is not None:
                yield self._say(text, what=self._codes(codes))
        if condition.intent:
            said = self._or.join(self._say(INTENTS[each]) for each in condition.intent)
            yield self._say("通话中表示：{what}", what=said)
        if condition.outcome:
            ended = self._or.join(self._labels.outcomes[each] for each in condition.outcome)
            yield self._say("通话结果：{what}", what=ended)

    def _degrees(self, wanted: Range) -> Iterator[str]:
        for name, text in BOUNDS.items():
            bound: float | None = getattr(wanted, name)
            if bound is not None:
                yield self._say(text, n=f"{bound:.1f}")

    def _codes(self, wanted: CodesTest) -> str:
        if wanted.of is None:
            return self._say("{n} 种以上症状", n=wanted.count)
        names = self._words.listed(self._symptoms.get(code, code) for code in wanted.of)
        if wanted.count == 1:
            return names
        return self._say("{n} 种以上（{names}）", n=wanted.count, names=names)
