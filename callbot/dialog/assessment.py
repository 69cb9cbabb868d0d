"""Answers and a script's rules to findings."""

from collections.abc import Collection, Iterator

from callbot.dialog.answers import Answer
from callbot.dialog.conditions import Facts
from callbot.dialog.events import Flagged, Severity
from callbot.dialog.script import Rule, Script


def findings(
    script: Script,
    facts: Facts,
    *,
    already: Collection[str],
    urgent_only: bool,
    office_locale: str,
) -> Iterator[Flagged]:
    """Rules that hold and are not in `already`, most severe first in the script's order.

    urgent_only: while the call runs only urgent rules are judged, since other answers may still
    be corrected; all are judged when it ends.
    """
    for rule in script.file.rules:
        if rule.id in already or (urgent_only and rule.severity is not Severity.URGENT):
            continue
        if rule.if_.holds(facts):
            questions = list(dict.fromkeys(rule.if_.questions()))
            yield Flagged(
                rule=rule.id,
                severity=rule.severity,
                reason=_reason(rule, office_locale),
                question=questions[0] if questions else None,
                evidence=_evidence(facts, questions),
            )


def _reason(rule: Rule, locale: str) -> str:
    return rule.reason.get(locale) or next(iter(rule.reason.values()))


def _evidence(facts: Facts, questions: list[str]) -> str:
    """The resident's own words at the questions the rule is about."""
    heard = [_quote(facts.answers[q]) for q in questions if q in facts.answers]
    return "; ".join(quote for quote in heard if quote)


def _quote(answer: Answer) -> str:
    return f"「{answer.heard}」" if answer.heard else ""
