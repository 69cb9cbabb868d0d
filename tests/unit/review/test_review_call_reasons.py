"""A clerk reads in Chinese why a call failed, and what the network said stays as it was said."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from callbot import calls, campaigns, telephony
from callbot.campaigns.dialing import callers
from callbot.campaigns.rules.eligibility import Verdict
from callbot.campaigns.rules.reasons import Blocker, Fact, Reason
from callbot.dialog.events import Outcome
from callbot.models import OFFICE_STOPPED, CampaignState, FollowUp, NumberProblem
from callbot.models.blocker_words import WORDS
from callbot.review.call_reasons import call_reason
from callbot.telephony.carrier import EndReason
from callbot.telephony.sip import outcomes, trunk
from callbot.telephony.twilio import refusals
from callbot.telephony.twilio.media_stream import StreamEnd
from callbot.telephony.twilio.refusals import Fault, Refused
from callbot.telephony.twilio.statuses import REASONS

CHINESE, ENGLISH = "zh-CN", "en-US"
HAN = re.compile(r"[\u4e00-\u9fff]")
WORD = re.compile(r"[A-Za-z]{3}")

RAISED = {"Ended": 1, "GiveUp": 0, "Refused": 1, "TelephonyError": 0}
"""What makes a sentence the reason of an attempt, and which argument it is."""

KEPT = {"detail", "silent", "why", "words"}
"""Variables in which one waits for that."""

ENDING = {"_end", "_give_up", "end_all_planned", "unreachable"}
"""Functions that take one last."""

FILLED_IN = {"how": StreamEnd.LOST}
"""By the name of a value; 7 for every other."""

NEVER_OF_AN_ATTEMPT = {
    "check": "told by `callbot doctor`",
    "doctor": "told by `callbot doctor`",
    "roster": "of people, not of calls",
    "stack": "told when the stack starts, and to the log",
    "transfer": "of a call that goes on",
}
"""Modules, packages and functions."""


def modules(package: ModuleType) -> Iterator[ModuleType]:
    for folder in package.__path__:
        for file in sorted(Path(folder).rglob("*.py")):
            parts = file.relative_to(folder).with_suffix("").parts
            name = ".".join((package.__name__, *parts)).removesuffix(".__init__")
            yield import_module(name)


def as_said(sentence: ast.expr, module: ModuleType) -> Iterator[str]:
    """With values for what it names; nothing of what is not a sentence."""
    match sentence:
        case ast.Constant(value=str(words)):
            yield words
        case ast.IfExp(body=one, orelse=other):
            yield from as_said(one, module)
            yield from as_said(other, module)
        case ast.JoinedStr(values=parts):
            said = ""
            for part in parts:
                value = part.value if isinstance(part, ast.FormattedValue) else part
                name = getattr(value, "id", "")
                known = FILLED_IN.get(name) or getattr(module, name, "7")
                said += str(value.value if isinstance(value, ast.Constant) else known)
            yield said


def reasons(node: ast.AST, module: ModuleType) -> list[ast.expr]:
    """The expressions of this node that become, or may become, the reason of an attempt."""
    match node:
        case ast.Call(func=ast.Name(id=raised), args=args) if raised in RAISED:
            return args[RAISED[raised] : RAISED[raised] + 1]
        case ast.Call(func=ast.Name(id="ValueError"), args=args) if module is trunk:
            return args
        case ast.Call(func=ast.Name(id=ends) | ast.Attribute(attr=ends), args=[*_, last]):
            return [last] if ends in ENDING else []
        case ast.Assign(targets=[ast.Name(id=kept)], value=value) if kept in KEPT:
            return [value]
        case ast.Assign(targets=[ast.Tuple(elts=[_, ast.Name(id="detail")])], value=ast.Tuple()):
            return node.value.elts[1:]
        case ast.keyword(arg="detail", value=value):
            return [value]
        case ast.Dict(keys=[*_, ast.Constant(value="detail")], values=[*_, value]):
            return [value]
    return []


def sentences() -> Iterator[str]:
    for package in (telephony, campaigns, calls):
        for module in modules(package):
            if not NEVER_OF_AN_ATTEMPT.keys() & module.__name__.split("."):
                for node in walk(ast.parse(Path(str(module.__file__)).read_text("utf-8"))):
                    for each in reasons(node, module):
                        yield from as_said(each, module)


def walk(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)) or (
            child.name not in NEVER_OF_AN_ATTEMPT
        ):
            yield from walk(child)


def test_all_that_we_write_of_a_call_has_its_chinese() -> None:
    said = {each for each in sentences() if WORD.search(each) and not HAN.search(each)}
    assert len(said) > 50
    assert {each for each in said if not HAN.search(call_reason(each, CHINESE))} == set()
    assert {each for each in said if call_reason(each, ENGLISH) != each} == set()


@pytest.mark.parametrize(
    "words",
    [
        *EndReason,
        *REASONS,
        *(f"media stream {how}" for how in StreamEnd if how is not StreamEnd.SOUNDLESS),
        OFFICE_STOPPED,
        callers.RANG_BACK,
        outcomes.UNREACHED,
        *outcomes.ADVICE.values(),
        *(str(Refused(Fault.OFFICE, "7", code)) for code in refusals.ADVICE),
    ],
)
def test_a_state_or_an_advice_has_its_chinese(words: str) -> None:
    assert HAN.search(call_reason(words, CHINESE))


@pytest.mark.parametrize("key", WORDS[ENGLISH])
def test_a_reason_not_to_call_reads_back_as_it_is_said_in_chinese(key: str) -> None:
    blocker, _, variant = key.partition(".")
    facts: dict[str, Fact] = dict.fromkeys(re.findall(r"\{(\w+)\}", WORDS[ENGLISH][key]), "7")
    states = {Blocker.CAMPAIGN_NOT_RUNNING: CampaignState.STOPPED}
    telling = {
        "state": states.get(Blocker(blocker), FollowUp.COMPLETED),
        "problem": NumberProblem.WRONG_PERSON,
        "outcome": Outcome.COMPLETED,
    }
    facts |= {name: fact for name, fact in telling.items() if name in facts}
    reason = Reason(Blocker(blocker), variant=variant, facts=facts)
    late = Reason(Blocker.OUTSIDE_HOURS, facts={"time": "21:05"})
    for verdict in (Verdict((reason,)), Verdict((reason, late)), Verdict((late, reason))):
        assert call_reason(verdict.said(ENGLISH), CHINESE) == verdict.said(CHINESE)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "486 Busy Here",
        "480 Temporarily Unavailable,Q.850;cause=17",
        "503 Service Unavailable; try later",
        "a sentence of years ago, which nobody writes any more",
    ],
)
def test_what_the_network_said_and_what_nobody_knows_stay(words: str) -> None:
    assert call_reason(words, CHINESE) == words


@pytest.mark.parametrize(
    ("detail", "told"),
    [
        (
            f"403 Forbidden; {outcomes.ADVICE[401]}",
            "403 Forbidden；请核对CALLBOT_SIP_USER和CALLBOT_SIP_PASSWORD",
        ),
        (
            "Twilio: 21219 HTTP 400: Unverified; see (x) "
            "(a trial account rings verified numbers only)",
            "Twilio：21219 HTTP 400: Unverified; see (x)（试用账号只能拨打验证过的号码）",
        ),
        ("busy 486", "占线 486"),
        ("no sound came for 8 s", "8秒内没有收到声音"),
        (
            "SIP could not dial: the number {7} is odd",
            "SIP拨不出去：the number {7} is odd",
        ),
    ],
)
def test_the_networks_words_stay_among_ours(detail: str, told: str) -> None:
    assert call_reason(detail, CHINESE) == told
