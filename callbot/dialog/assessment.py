"""Answers and a script's rules to findings."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from callbot.dialog.answers import Intent
from callbot.dialog.conditions import Condition, Facts
from callbot.dialog.events import Flagged, Severity
from callbot.dialog.script import Script
from callbot.dialog.script_file import Rule
from callbot.dialog.state import Member, SessionState


def findings(script: Script, data: SessionState, *, urgent_only: bool) -> Iterator[Flagged]:
    """Rules that hold and were not found before: the resident's, then the household's.

    Most severe first in the script's order. urgent_only: while the call runs only urgent rules
    are judged, since other answers may still be corrected; all are judged when it ends.
    """
    yield from _of_one(script, data, data, resident_facts(data), urgent_only=urgent_only)
    for member in data.members:
        if member.answers:
            yield from _of_one(script, data, member, member_facts(member), urgent_only=urgent_only)


def resident_facts(data: SessionState) -> Facts:
    return Facts(
        answers=data.answers,
        previous=data.previous,
        intents=data.intents,
        outcome=data.outcome,
    )


def member_facts(member: Member) -> Facts:
    """What was asked for in a call, and how it ended, is the resident's own."""
    return Facts(answers=member.answers, previous=member.previous)


def _of_one(
    script: Script,
    data: SessionState,
    sheet: SessionState | Member,
    facts: Facts,
    *,
    urgent_only: bool,
) -> Iterator[Flagged]:
    for rule in script.file.rules:
        if rule.id in sheet.flagged or (urgent_only and rule.severity is not Severity.URGENT):
            continue
        if rule.if_.holds(facts):
            grounds = list(rule.if_.grounds(facts))
            promised = _promised(rule, facts, data.promised)
            yield Flagged(
                rule=rule.id,
                severity=rule.severity,
                reason=_reason(rule, data.office_locale),
                question=next((g.question for g in grounds if g.question), None),
                evidence=_evidence(facts, grounds),
                promised_at=promised,
                member=sheet.id if isinstance(sheet, Member) else "",
                ticket=rule.ticket,
            )


def _promised(rule: Rule, facts: Facts, promised: Mapping[Intent, datetime]) -> datetime | None:
    """The earliest promise given for a request that the rule is about."""
    about = {intent for _, part in rule.if_.parts() for intent in part.intent or ()}
    given = [at for intent, at in promised.items() if intent in about & facts.intents.keys()]
    return min(given, default=None)


def _reason(rule: Rule, locale: str) -> str:
    return rule.reason.get(locale) or next(iter(rule.reason.values()))


def _evidence(facts: Facts, grounds: Iterable[Condition]) -> str:
    """The resident's own words: answers and requests that made the rule hold, each once."""
    heard: dict[str, None] = {}
    for ground in grounds:
        answers = facts.previous if ground.previous else facts.answers
        if ground.question and (answer := answers.get(ground.question)):
            heard[answer.heard] = None
        for intent in ground.intent or ():
            heard[facts.intents.get(intent, "")] = None
    return "; ".join(f"「{words}」" for words in heard if words)
