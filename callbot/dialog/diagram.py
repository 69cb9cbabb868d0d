"""A script's dialogue as a Mermaid state diagram."""

from collections.abc import Iterator

from callbot.dialog.answers import Intent
from callbot.dialog.conditions import Condition
from callbot.dialog.script_file import Question, ReadBack, ScriptFile


def mermaid(file: ScriptFile) -> str:
    """Questions as states, in their order; branches, read-backs and ways out as arrows."""
    return "\n".join(("stateDiagram-v2", *(f"    {line}" for line in _lines(file))))


def _lines(file: ScriptFile) -> Iterator[str]:
    order = [question for question in file.questions if not question.aside]
    yield f"[*] --> {order[0].id}: {', '.join(file.opening)}"
    for question, following in zip(order, [*order[1:], None], strict=True):
        yield from _ways(question, following.id if following else "advice")
    for question in file.questions:
        if question.aside:
            yield from _ways(question, None)
    yield f"advice --> [*]: {file.goodbye}"
    for intent, reaction in file.requests.items():
        if reaction.outcome is not None:
            yield f"any_question --> [*]: {intent} → {reaction.outcome}"
        elif reaction.go_to is not None:
            yield f"any_question --> {reaction.go_to}: {intent}"
    if Intent.REPEAT not in file.requests:
        yield f"any_question --> any_question: {Intent.REPEAT}, {Intent.WAIT}"


def _ways(question: Question, following: str | None) -> Iterator[str]:
    source = question.id
    if question.read_back is not ReadBack.NEVER:
        source = f"{question.id}_confirm"
        yield f"{question.id} --> {source}: read back {question.read_back}"
        yield f"{source} --> {question.id}: no"
    for branch in question.branches:
        words = condition_words(branch.if_)
        if branch.end is not None:
            yield f"{source} --> [*]: {words} → {branch.end}"
        elif branch.go_to is not None:
            yield f"{source} --> {branch.go_to}: {words}"
        elif branch.say is not None and following is not None:
            yield f"{source} --> {following}: {words}, say {branch.say}"
    if question.unresolved is not None:
        yield f"{question.id} --> [*]: not understood → {question.unresolved}"
    if following is not None:
        yield f"{source} --> {following}: answered"


def condition_words(condition: Condition) -> str:
    """The tests of a condition, in a few words; colons would end a Mermaid label."""
    given = condition.model_dump(mode="json", exclude_unset=True, exclude={"question"})
    plain = str(given).translate(str.maketrans(dict.fromkeys("{}'\"[]")))
    return plain.replace(":", " is")
