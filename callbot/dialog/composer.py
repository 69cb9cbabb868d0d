"""What the bot says at each point of a conversation, from the script's wording."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from callbot.dialog.answers import Kind
from callbot.dialog.assessment import member_facts, resident_facts
from callbot.dialog.events import Event, Listen, Outcome, Say
from callbot.dialog.reading import reading
from callbot.dialog.script import Script, ask_prompt_id, with_value
from callbot.dialog.script_file import Advice, Question
from callbot.dialog.state import SessionState


class Composer:
    """Reads the session's state, never changes it; every method gives events in order."""

    def __init__(self, script: Script, data: SessionState) -> None:
        self._script = script
        self._data = data
        self._wording = script.wording(data.locale)

    def prompt(
        self, prompt: str, *, interruptible: bool = True, moments: Mapping[str, str] | None = None
    ) -> Say:
        """moments: the variables of this prompt that only this call knows."""
        text = self._wording.prompts[prompt]
        if self._data.about_other and prompt in self._wording.prompts_for:
            text, prompt = self._wording.prompts_for[prompt], f"{prompt}.for"
        used = {k: v for k, v in (moments or {}).items() if f"{{{k}}}" in text}
        return Say(
            prompt=with_value(prompt, used),
            text=text.format_map({**self._data.variables, **used}),
            interruptible=interruptible,
        )

    def known_answer(self, topic: str | None) -> Say:
        """The office's answer to a question of the resident's."""
        known = self._wording.known_questions.get(topic or "")
        if known is None:
            return self.prompt(self._script.file.unknown_question)
        return Say(prompt=f"known.{topic}", text=known.answer.format_map(self._data.variables))

    def spoken(self, at: datetime, now: datetime) -> str:
        """A moment in words; both aware, local to the resident."""
        times = self._wording.spoken_times
        assert times is not None, "checked on load for scripts that name times"
        return times.say(at, now, self._wording.date_format)

    def question(self) -> Iterator[Event]:
        """The present question in its present wording, and what to listen for."""
        question = self._script.question(self._data.question)
        words = self._wording.questions[question.id]
        number = len(words.ask) if self._data.noisy else self._data.asked
        if self._asks_about_other(question):
            text = words.ask_for[number - 1].format_map({**self._data.variables, **self._person})
            prompt = with_value(ask_prompt_id(f"{question.id}.for", number), self._person)
        else:
            text = words.ask[number - 1].format_map(self._data.variables)
            prompt = ask_prompt_id(question.id, number)
        yield Say(prompt=prompt, text=text, question=question.id)
        yield Listen(
            question=question.id,
            kind=question.kind,
            asked=self._data.asked,
            examples=words.examples,
            prompt_text=text,
            silence_s=question.silence_s,
            patience_s=question.patience,
            about_other=self._asks_about_other(question),
        )

    def read_back(self, moments: Mapping[str, str]) -> Iterator[Event]:
        """The pending answer in words, to be confirmed. moments: `time`, where one was named."""
        pending = self._data.pending
        assert pending is not None
        wording = self._wording
        question = self._script.question(pending.question)
        key, values = self._reading(question, moments)
        again = self._data.confirm_asked
        if again:
            number = len(wording.confirm_again) if self._data.noisy else again
            yield Say(prompt=f"confirm_again.{number}", text=wording.confirm_again[number - 1])
        words = wording.questions[question.id]
        prompt = f"{question.id}.confirm.{key}"
        if self._asks_about_other(question):
            template, values = words.read_back_for[key], {**values, **self._person}
            prompt = f"{question.id}.for.confirm.{key}"
        else:
            template = words.read_back[key]
        text = template.format_map({**self._data.variables, **values})
        yield Say(prompt=with_value(prompt, values), text=text, question=question.id)
        yield Listen(
            question=question.id,
            kind=Kind.YES_NO,
            asked=again + 1,
            examples=wording.confirm_examples,
            prompt_text=text,
            patience_s=0.5,
            reads_back=pending,
            about_other=self._asks_about_other(question),
        )

    def _reading(
        self, question: Question, moments: Mapping[str, str]
    ) -> tuple[str, dict[str, str]]:
        if question.names_time:
            return ("moved" if self._data.callback_moved else "time"), dict(moments)
        pending = self._data.pending
        value = pending.parsed() if pending else None
        assert value is not None
        return reading(value, self._symptom_name, self._wording.list_separator)

    def hold(self) -> Iterator[Event]:
        """Time for the resident, who asked to wait."""
        yield self.prompt(self._script.file.hold)
        yield self.wait()

    def wait(self) -> Listen:
        question = self._script.question(self._data.question)
        return Listen(
            question=question.id,
            kind=question.kind,
            asked=max(1, self._data.asked),
            silence_s=self._script.file.limits.wait_seconds,
        )

    def farewell(
        self, outcome: Outcome, say: str | None, moments: Mapping[str, str]
    ) -> Iterator[Event]:
        """`say` in place of advice and goodbye, where a branch or a request has its own."""
        file = self._script.file
        if say is not None:
            yield self.prompt(say, interruptible=False, moments=moments)
        elif outcome is Outcome.COMPLETED:
            for advice in self._advice():
                yield self.prompt(advice, interruptible=False)
            yield self.prompt(file.goodbye, interruptible=False)
        else:
            yield self.prompt(file.goodbye_short, interruptible=False)

    def _advice(self) -> list[str]:
        """For the resident, whoever was asked about last."""
        file = self._script.file
        fitting = [advice for advice in file.advice if self._fits(advice)]
        others = [advice for advice in fitting if not advice.alone]
        said = dict.fromkeys(advice.say for advice in others or fitting)
        return list(said)[: file.advice_at_most]

    def _fits(self, advice: Advice) -> bool:
        if advice.member:
            asked = [member for member in self._data.members if member.answers]
            return any(advice.if_ is None or advice.if_.holds(member_facts(m)) for m in asked)
        return advice.if_ is None or advice.if_.holds(resident_facts(self._data))

    def _asks_about_other(self, question: Question) -> bool:
        return self._data.about_other and not question.aside and not question.every_call

    @property
    def _person(self) -> dict[str, str]:
        member = self._data.member
        name = self._data.variables["name"] if member is None else self._data.members[member].name
        return {"person": name}

    def _symptom_name(self, code: str) -> str:
        return self._script.symptom_names.get(self._data.locale, {}).get(code, code)
