"""What the bot says at each point of a conversation, from the script's wording."""

from collections.abc import Iterator

from callbot.dialog.answers import Kind
from callbot.dialog.conditions import Facts
from callbot.dialog.events import Event, Listen, Outcome, Say
from callbot.dialog.reading import reading
from callbot.dialog.script import Script, ask_prompt_id, with_value
from callbot.dialog.state import SessionState


class Composer:
    """Reads the session's state, never changes it; every method gives events in order."""

    def __init__(self, script: Script, data: SessionState) -> None:
        self._script = script
        self._data = data
        self._wording = script.wording(data.locale)

    def prompt(self, prompt: str, *, interruptible: bool = True) -> Say:
        text = self._wording.prompts[prompt].format_map(self._data.variables)
        return Say(prompt=prompt, text=text, interruptible=interruptible)

    def known_answer(self, topic: str | None) -> Say:
        """The office's answer to a question of the resident's."""
        known = self._wording.known_questions.get(topic or "")
        if known is None:
            return self.prompt(self._script.file.unknown_question)
        return Say(prompt=f"known.{topic}", text=known.answer.format_map(self._data.variables))

    def question(self) -> Iterator[Event]:
        """The present question in its present wording, and what to listen for."""
        question = self._script.question(self._data.question)
        words = self._wording.questions[question.id]
        text = words.ask[self._data.asked - 1].format_map(self._data.variables)
        prompt = ask_prompt_id(question.id, self._data.asked)
        yield Say(prompt=prompt, text=text, question=question.id)
        yield Listen(
            question=question.id,
            kind=question.kind,
            asked=self._data.asked,
            examples=words.examples,
            prompt_text=text,
            silence_s=question.silence_s,
            patience_s=question.patience,
        )

    def read_back(self) -> Iterator[Event]:
        """The pending answer in words, to be confirmed."""
        pending = self._data.pending
        assert pending is not None
        value = pending.parsed()
        assert value is not None
        wording = self._wording
        key, variables = reading(value, self._symptom_name, wording.list_separator)
        template = wording.questions[pending.question].read_back[key]
        text = template.format_map({**self._data.variables, **variables})
        again = self._data.confirm_asked
        if again:
            yield Say(prompt=f"confirm_again.{again}", text=wording.confirm_again[again - 1])
        prompt = with_value(f"{pending.question}.confirm.{key}", variables)
        yield Say(prompt=prompt, text=text, question=pending.question)
        yield Listen(
            question=pending.question,
            kind=Kind.YES_NO,
            asked=again + 1,
            examples=wording.confirm_examples,
            prompt_text=text,
            patience_s=0.5,
            reads_back=pending,
        )

    def hold(self) -> Iterator[Event]:
        """Time for the resident, who asked to wait."""
        question = self._script.question(self._data.question)
        yield self.prompt(self._script.file.hold)
        yield Listen(
            question=question.id,
            kind=question.kind,
            asked=max(1, self._data.asked),
            silence_s=self._script.file.limits.wait_seconds,
        )

    def farewell(self, outcome: Outcome, say: str | None, facts: Facts) -> Iterator[Event]:
        """`say` in place of advice and goodbye, where a branch or a request has its own."""
        file = self._script.file
        if say is not None:
            yield self.prompt(say, interruptible=False)
        elif outcome is Outcome.COMPLETED:
            fitting = [a for a in file.advice if a.if_ is None or a.if_.holds(facts)]
            for advice in fitting[: file.advice_at_most]:
                yield self.prompt(advice.say, interruptible=False)
            yield self.prompt(file.goodbye, interruptible=False)
        else:
            yield self.prompt(file.goodbye_short, interruptible=False)

    def _symptom_name(self, code: str) -> str:
        return self._script.symptom_names.get(self._data.locale, {}).get(code, code)
