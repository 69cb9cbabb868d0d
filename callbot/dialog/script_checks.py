"""What must fit together in a script and its wordings; the first thing wrong is named by line."""

from collections.abc import Iterator, Mapping

from callbot.datafile import Source
from callbot.dialog.answers import Intent, Kind
from callbot.dialog.conditions import VALUE_TESTS, Condition, Place
from callbot.dialog.events import Outcome
from callbot.dialog.reading import READINGS, TIME_READINGS
from callbot.dialog.script_file import Limits, Question, ReadBack, ScriptFile, prompt_ids
from callbot.dialog.wording import QuestionWording, Wording, answer_variables, moment_variables


def check_script(file: ScriptFile, source: Source, symptom_codes: set[str]) -> None:
    ids = [question.id for question in file.questions]
    for index, question in enumerate(file.questions):
        if question.id in ids[:index]:
            raise source.error(("questions", index, "id"), f"{question.id!r} is used twice")
        for number, branch in enumerate(question.branches):
            branch_at = ("questions", index, "branches", number)
            if branch.go_to is not None and branch.go_to not in ids:
                raise source.error((*branch_at, "go_to"), _unknown_question(branch.go_to, ids))
    _check_conditions(file, source, symptom_codes)
    rule_ids = [rule.id for rule in file.rules]
    for index, rule in enumerate(file.rules):
        if rule.id in rule_ids[:index]:
            raise source.error(("rules", index, "id"), f"{rule.id!r} is used twice")
        for locale in sorted(rule.reason.keys() - file.title.keys()):
            problem = f"a language without a title; the title has {', '.join(file.title)}"
            raise source.error(("rules", index, "reason", locale), problem)
    _check_requests(file, source, ids)
    _check_persons(file, source)


def _check_conditions(file: ScriptFile, source: Source, symptom_codes: set[str]) -> None:
    kinds = {question.id: question.kind for question in file.questions}
    for at, condition in _conditions(file):
        for within, part in condition.parts():
            _check_condition(part, (*at, *within), source, kinds, symptom_codes)


def _check_condition(
    part: Condition,
    at: Place,
    source: Source,
    kinds: Mapping[str, Kind],
    symptom_codes: set[str],
) -> None:
    if part.question is None:
        return
    if part.question not in kinds:
        raise source.error((*at, "question"), _unknown_question(part.question, list(kinds)))
    kind = kinds[part.question]
    for test in part.value_tests():
        if VALUE_TESTS[test] is not kind:
            problem = f"`{test}` tests answers of kind {VALUE_TESTS[test]}"
            raise source.error((*at, test), f"{problem}, but {part.question!r} is of kind {kind}")
    for test, code in part.codes():
        if code not in symptom_codes:
            known = ", ".join(sorted(symptom_codes))
            raise source.error((*at, test), f"unknown symptom code {code!r}; known: {known}")


def _check_persons(file: ScriptFile, source: Source) -> None:
    """Who may answer, and about whom is asked."""
    main = {question.id: question for question in file.order()}
    for index, question_id in enumerate(file.household):
        if question_id not in main or main[question_id].every_call:
            named = [q.id for q in main.values() if not q.every_call]
            raise source.error(("household", index), _unknown_question(question_id, named))
    other = file.answered_by_other
    yes_no = [question.id for question in file.questions if question.kind is Kind.YES_NO]
    if other is not None and other not in yes_no:
        raise source.error(("answered_by_other",), _unknown_question(other, yes_no))
    asides = [question.id for question in file.questions if question.aside]
    for field in ("danger", "opting_out"):
        asked = getattr(file, field)
        if asked is not None and (asked not in yes_no or asked not in asides):
            raise source.error((field,), _unknown_question(asked, yes_no))
    if file.danger is not None and not {Intent.EMERGENCY, Intent.DISTRESS} <= file.requests.keys():
        raise source.error(("danger",), "`requests` must say what follows: emergency, distress")
    for index, advice in enumerate(file.advice):
        if advice.member and not file.household:
            problem = "the script asks about nobody else; name questions under `household`"
            raise source.error(("advice", index, "member"), problem)
    for index, question in enumerate(file.questions):
        for field in ("names_time", "names_need"):
            if getattr(question, field) and question.kind is not Kind.OPEN:
                raise source.error(("questions", index, field), "this needs `kind: open`")


def _check_requests(file: ScriptFile, source: Source, ids: list[str]) -> None:
    stop = file.requests.get(Intent.OPT_OUT)
    if stop is None or stop.outcome is not Outcome.OPTED_OUT:
        problem = "residents may stop all calls: `opt_out: {say: …, then: end, outcome: opted_out}`"
        raise source.error(("requests",), problem)
    for intent, reaction in file.requests.items():
        at = ("requests", intent.value)
        if reaction.outcome is Outcome.CALLBACK_REQUESTED:
            problem = "a time must be agreed: `then: go_to` a question with `names_time: true`"
            raise source.error((*at, "outcome"), problem)
        if (reaction.then == "end") != (reaction.outcome is not None):
            raise source.error(at, "`then: end` and `outcome` go together")
        if (reaction.then == "go_to") != (reaction.go_to is not None):
            raise source.error(at, "`then: go_to` and `go_to` go together")
        if reaction.go_to is not None:
            if reaction.go_to not in ids:
                raise source.error((*at, "go_to"), _unknown_question(reaction.go_to, ids))
            target = file.questions[ids.index(reaction.go_to)]
            if not any(branch.end for branch in target.branches):
                raise source.error(
                    (*at, "go_to"), f"{target.id!r} needs a branch with `end`, as `callback` has"
                )


def _unknown_question(named: str, ids: list[str]) -> str:
    return f"unknown question {named!r}; the script has {', '.join(ids)}"


def _conditions(file: ScriptFile) -> Iterator[tuple[Place, Condition]]:
    for index, question in enumerate(file.questions):
        at: Place = ("questions", index)
        if question.skip_if:
            yield (*at, "skip_if"), question.skip_if
        if question.ask_again_if:
            yield (*at, "ask_again_if"), question.ask_again_if
        if question.read_back_if:
            yield (*at, "read_back_if"), question.read_back_if
        for number, branch in enumerate(question.branches):
            yield (*at, "branches", number, "if"), branch.if_
    for index, rule in enumerate(file.rules):
        yield ("rules", index, "if"), rule.if_
    for index, advice in enumerate(file.advice):
        if advice.if_:
            yield ("advice", index, "if"), advice.if_


def check_wording(file: ScriptFile, wording: Wording, source: Source) -> None:
    wanted = prompt_ids(file)
    for missing in sorted(wanted - wording.prompts.keys()):
        raise source.error(("prompts",), f"the prompt {missing!r} is missing; add its words")
    for unused in sorted(wording.prompts.keys() - wanted):
        raise source.error(("prompts", unused), "the script says no such prompt; remove it")
    for unused in sorted(wording.prompts_for.keys() - wording.prompts.keys()):
        raise source.error(("prompts_for", unused), "the script says no such prompt; remove it")
    _check_moments(file, wording, source)
    for question in file.questions:
        words = wording.questions.get(question.id)
        if words is None:
            raise source.error(("questions",), f"the question {question.id!r} is missing; add it")
        _check_question(question, words, file.limits, source)
        _check_question_for(file, question, words, source)
    for unused in sorted(wording.questions.keys() - {q.id for q in file.questions}):
        raise source.error(("questions", unused), "unknown question; the script does not ask it")


def _check_moments(file: ScriptFile, wording: Wording, source: Source) -> None:
    """`{time}` and `{promised}` stand only where the moment is known when it is spoken."""
    agreed = {b.say for q in file.questions if q.names_time for b in q.branches if b.end}
    promising = {r.say for r in file.requests.values() if r.promise_minutes is not None}
    for prompt, text in wording.prompts.items():
        for variable in sorted(moment_variables(text)):
            if prompt not in (agreed if variable == "time" else promising):
                raise source.error(("prompts", prompt), f"{{{variable}}} is not known here")
    if (any(q.names_time for q in file.questions) or promising) and wording.spoken_times is None:
        raise source.error((), "`spoken_times` is missing; the script says times of day")


def _check_question(
    question: Question, words: QuestionWording, limits: Limits, source: Source
) -> None:
    at = ("questions", question.id)
    if len(words.ask) != limits.asks:
        raise source.error(
            (*at, "ask"), f"give {limits.asks} wordings, one for each time it may be asked"
        )
    if words.means is not None and question.kind is not Kind.YES_NO:
        problem = f"only questions of kind {Kind.YES_NO} have answers of their own"
        raise source.error((*at, "means"), f"{problem}; {question.id!r} is of kind {question.kind}")
    readings = TIME_READINGS if question.names_time else READINGS[question.kind]
    if question.read_back is not ReadBack.NEVER:
        for missing in sorted(readings - words.read_back.keys()):
            raise source.error((*at, "read_back"), f"the reading {missing!r} is missing; add it")
    for unused in sorted(words.read_back.keys() - readings):
        raise source.error((*at, "read_back", unused), "such answers have no such reading")
    for field, read_back in (
        ("read_back", words.read_back),
        ("read_back_for", words.read_back_for),
    ):
        for reading, text in read_back.items():
            for variable in sorted(answer_variables(text) - {reading}):
                problem = f"{{{variable}}} is not known here; it belongs under `{variable}`"
                raise source.error((*at, field, reading), problem)
            if not question.names_time and moment_variables(text):
                raise source.error((*at, field, reading), "{time} is not known here")


def _check_question_for(
    file: ScriptFile, question: Question, words: QuestionWording, source: Source
) -> None:
    """What is asked about somebody else needs words of its own: "you" would be the wrong person."""
    asked_of_others = file.answered_by_other is not None or question.id in file.household
    if not asked_of_others or question.aside or question.every_call:
        return
    at = ("questions", question.id)
    if len(words.ask_for) != file.limits.asks:
        problem = f"give {file.limits.asks} wordings that ask about {{person}}"
        raise source.error((*at, "ask_for"), problem)
    if question.read_back is not ReadBack.NEVER:
        for missing in sorted(READINGS[question.kind] - words.read_back_for.keys()):
            problem = f"the reading {missing!r} about {{person}} is missing; add it"
            raise source.error((*at, "read_back_for"), problem)
