"""Requests: what a resident asks for in place of an answer, and what the script does then."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from callbot.dialog.answers import Answer, Hypothesis, Intent, Kind, Open, Status, YesNo, gist
from callbot.dialog.conditions import Facts
from callbot.dialog.confirming import Confirming
from callbot.dialog.doubting import SURE_OF_NOTHING
from callbot.dialog.events import OptedOut, Transfer
from callbot.dialog.reading import is_alarming
from callbot.dialog.script_file import Reaction
from callbot.dialog.spoken_time import rounded, within_hours
from callbot.dialog.understanding import Understanding, callback_time, informs, last_clause

_ABOUT_A_TIME = frozenset({Intent.BUSY, Intent.WAIT, Intent.NEED_HELP, Intent.UNCLEAR})
"""What "call in an hour" and the like may be taken for when a time was asked for."""

_NO_TIME = frozenset({Intent.BUSY, Intent.QUESTION})
"""What having little time may be taken for."""

_BESIDE_FETCHING = frozenset({Intent.NOT_SELF, Intent.WAIT, Intent.UNCLEAR})
"""What whoever fetches the resident may be taken to ask for."""


class Requesting(Confirming):
    """Reactions by the script's `requests`; to repeat and to wait are the same in every script."""

    def _react(self, u: Understanding, hypotheses: Sequence[Hypothesis] = ()) -> None:
        self.data.silences = 0
        if u.intent is Intent.BUSY and self._question.names_time:
            self.data.put_off_at = ""
        if self._is_time(u):
            self._answered(u, ())
        elif self._is_unsure(u, hypotheses):
            if self.data.pending is None:
                self._missed(u)
            else:
                self._unconfirmed(u)
        else:
            self.data.intents.setdefault(u.intent, u.heard)
            self._requested(u)

    def _requested(self, u: Understanding) -> None:
        meant = self._answer_meant(u)
        if meant is not None:
            self._answered(meant, ())
        elif u.intent is Intent.REPEAT:
            self._repeat(u)
        elif u.intent is Intent.WAIT:
            self._wait(u)
        elif u.perhaps is not None and self._is_busy_in_mid_call(u.intent):
            answer = self._answer(self._question, u, self._of_subject(u.perhaps))
            self._take(answer, surely_read_back=True)
        else:
            self._carry_out(u)

    def _answer_meant(self, u: Understanding) -> Understanding | None:
        """The answer that words give which elsewhere in a call ask for something."""
        if self._is_answer_of_family(u):
            return self._answer_of_family(u)
        if u.intent is Intent.REPEAT and self._answers_besides(u):
            return replace(u, intent=Intent.ANSWER)
        if u.perhaps is not None and self._speaks_of_another(u.intent):
            return replace(u, intent=Intent.ANSWER, value=u.perhaps)
        if self._is_busy_besides(u):
            return replace(u, intent=Intent.ANSWER, value=u.perhaps)
        on_hold = u.intent is Intent.WAIT and self._has_time(u)
        if on_hold or (u.intent in _NO_TIME and self._is_to_go_on(u)):
            return replace(u, intent=Intent.ANSWER, value=YesNo(yes=True))
        return None

    def _is_busy_besides(self, u: Understanding) -> bool:
        """Whether the resident says to be speaking, and something that may keep them from it
        ("我是，声音小点，宝宝刚睡着"): whether it is a good time is asked next, unless another is
        named."""
        who = self._question.identifies and u.intent is Intent.BUSY and u.perhaps is not None
        return who and callback_time(u.heard, self._lexicon, self._local) is None

    def _has_time(self, u: Understanding) -> bool:
        """Whether words for waiting come with a yes from who was waited for already ("行,我先停
        一下"), or where it is asked whether this is a good time with what would be asked next."""
        if self.data.pending is not None or self._question.kind is not Kind.YES_NO:
            return False
        waited = self.data.waits > 0 and u.perhaps == YesNo(yes=True)
        return waited or (self._puts_off and any(map(informs, u.volunteered)))

    def _is_to_go_on(self, u: Understanding) -> bool:
        """Whether the last words tell us to go on, whatever is said of having no time before
        ("我手上有面，你快点"): words that are a yes to this question, and to no other."""
        if self.data.pending is not None or not self._puts_off:
            return False
        last = Hypothesis(text=last_clause(u.heard, self._lexicon))
        return self._read_alone(last).value == YesNo(yes=True) and not self._says_yes(last.text)

    def _wait(self, u: Understanding) -> None:
        """Time, as often as the script grants it at one question; then what its `requests` say of
        `wait`, or as what was not understood."""
        self.data.waits += 1
        reaction = self.script.file.requests.get(Intent.WAIT)
        if self.data.waits <= self.script.file.limits.waits:
            self.hold()
        elif reaction is not None and self.data.question != reaction.go_to:
            waited_at = self.data.question
            self._carry_out(u)
            self.data.waited_at = waited_at
        elif self.data.pending is not None:
            self._unconfirmed(u)
        else:
            self._missed(u)

    def _is_fetching(self, u: Understanding) -> bool:
        """Whether somebody calls the resident to the telephone ("您等一下，我叫她来接")."""
        who = self._question.identifies or self.data.question == self.script.file.answered_by_other
        return u.fetches and u.intent in _BESIDE_FETCHING and who and self.data.pending is None

    def _fetching(self, u: Understanding) -> None:
        """The resident is waited for, and asked who they are when they come: not whether they would
        answer for somebody."""
        self.data.fetched = True
        if not self._question.identifies:
            self._enter(next(q.id for q in self.script.order() if q.identifies))
        self._wait(u)

    def _carry_out(self, u: Understanding) -> None:
        """What the script does on such a request."""
        reaction = self.script.file.requests.get(u.intent)
        if reaction is None:
            self._missed(u)
            return
        self._keep_what_was_told(u, goes_on=reaction.outcome is None and reaction.go_to is None)
        self._promise(u.intent, reaction)
        self._judge(urgent_only=True)
        if u.intent is Intent.OPT_OUT:
            self._events.append(OptedOut())
        if reaction.outcome is not None:
            self._end(reaction.outcome, reaction.say)
        elif reaction.transfer is not None and self.data.can_transfer:
            self._transfer(reaction.transfer)
        elif reaction.go_to is not None:
            self._go_aside(u, reaction, reaction.go_to)
        else:
            self._respond(u, reaction)

    def _is_unsure(self, u: Understanding, hypotheses: Sequence[Hypothesis]) -> bool:
        """A request that is asked about once more before the call takes another way for it."""
        if self._is_need_unsure(u) or self._answer_meant(u) is not None:
            return self._is_need_unsure(u)
        within = u.perhaps is not None and self._is_busy_in_mid_call(u.intent)
        return not within and self._is_hardly_leaving(u, hypotheses)

    def _is_busy_in_mid_call(self, intent: Intent) -> bool:
        """Whoever has answered questions has the time for them, as a rule: "I was asleep"."""
        told = any(not self._asks_who_speaks(question) for question in self._sheet.answers)
        return intent is Intent.BUSY and told and self.data.pending is None

    def _is_need_unsure(self, u: Understanding) -> bool:
        """A need heard as unsurely as none is believed is asked about once more, then taken:
        of "不需要，谢谢" in noise "需要点蔬菜" is made."""
        named = self._question.names_need and self.data.pending is None and self.data.asked == 1
        return named and u.intent is Intent.NEED_HELP and u.confidence < SURE_OF_NOTHING

    def _speaks_of_another(self, intent: Intent) -> bool:
        """Whether whoever is not there is another, since the resident has said to be speaking."""
        if (
            intent is not Intent.NOT_SELF
            or self._question.identifies
            or self.data.answered_by_other
        ):
            return False
        return self.data.pending is None and any(
            self.script.question(question).identifies and answer.parsed() == YesNo(yes=True)
            for question, answer in self._sheet.answers.items()
        )

    def _answers_besides(self, u: Understanding) -> bool:
        """ "Yes, but speak slower": that answer is given, what is to be slower is what follows."""
        return self.data.pending is None and u.value == YesNo(yes=True)

    def _is_answer_of_family(self, u: Understanding) -> bool:
        """Once somebody answers for the resident, "I am her daughter" is no way out."""
        if u.intent is not Intent.NOT_SELF or self.data.pending is not None:
            return False
        asked = self.data.question == self.script.file.answered_by_other
        return self.data.answered_by_other or (asked and (u.value is not None or u.for_resident))

    def _answer_of_family(self, u: Understanding) -> Understanding:
        if u.value is not None:
            return u
        if u.for_resident and self.data.question == self.script.file.answered_by_other:
            return replace(u, intent=Intent.ANSWER, value=YesNo(yes=True))
        if u.perhaps is not None:
            return replace(u, intent=Intent.ANSWER, value=u.perhaps)
        if self._question.kind is Kind.OPEN:
            return replace(u, intent=Intent.ANSWER, value=Open(text=u.heard))
        return u

    def _is_time(self, u: Understanding) -> bool:
        if not self._question.names_time or u.intent not in _ABOUT_A_TIME:
            return False
        return callback_time(u.heard, self._lexicon, self._local) is not None

    def _keep_what_was_told(self, u: Understanding, *, goes_on: bool) -> None:
        """An answer in the same breath; to an open question the request itself is the answer.

        What has to be read back waits for it, if the call goes on. A cry for help that tells what
        was read back agrees to it ("yes, I can't catch my breath").
        """
        pending = self.data.pending
        old = pending.parsed() if pending else None
        if pending and old and any(gist(told) == gist(old) for told in u.volunteered):
            self._record(pending)
            self.data.pending = None
            return
        if pending is not None or u.value is None or u.intent is Intent.NOT_SELF:
            return
        answer = self._answer(self._question, u, self._of_subject(u.value))
        if goes_on and self._leads_elsewhere(answer):
            # "不是，你是谁": whoever is not the resident is asked again, not about their health.
            return
        if goes_on and self._needs_reading_back(answer):
            self._sheet.volunteered[answer.question] = answer
        elif u.status is Status.CLEAR:
            self._record(answer)

    def _leads_elsewhere(self, answer: Answer) -> bool:
        facts = Facts(answers={**self._sheet.answers, answer.question: answer})
        branch = next((b for b in self._question.branches if b.if_.holds(facts)), None)
        return branch is not None and (branch.go_to is not None or branch.end is not None)

    def _promise(self, intent: Intent, reaction: Reaction) -> None:
        if reaction.promise_minutes is not None and intent not in self.data.promised:
            by = rounded(self._local + timedelta(minutes=reaction.promise_minutes))
            self.data.promised[intent] = within_hours(by, self.data.opens, self.data.closes)

    def _respond(self, u: Understanding, reaction: Reaction) -> None:
        """Said in passing; then the question stands, or is left."""
        if u.intent is Intent.QUESTION:
            if u.topic is None and Intent.HUMAN in self.data.intents and u.value is None:
                # A person will answer what they want to know; perhaps it is no question at all.
                self._missed(u)
                return
            self._answer_question(u.topic, u.heard)
        elif reaction.say is not None:
            by = self.data.promised.get(u.intent)
            moments = {"promised": self._composer.spoken(by, self._local)} if by else {}
            self._events.append(self._composer.prompt(reaction.say, moments=moments))
        if reaction.then == "next":
            self._refused(u)
        elif self._is_answered() and self.data.pending is None:
            self._next()
        else:
            self._ask_once_more(u)

    def _is_answered(self) -> bool:
        question = self.data.question
        return question in self._sheet.answers or question in self._sheet.volunteered

    def _answer_question(self, topic: str | None, heard: str) -> None:
        """What the office has no answer for, a person answers: as if one had been asked for."""
        self._events.append(self._composer.known_answer(topic))
        if topic is None:
            self.data.intents.setdefault(Intent.HUMAN, heard)

    def _transfer(self, prompt: str) -> None:
        """The line is the carrier's now; should it fail, the question still stands."""
        self._say(prompt, interruptible=False)
        self._events += [Transfer(), self._composer.wait()]

    def _transfer_failed(self) -> None:
        self.data.can_transfer = False
        self._react(Understanding(Intent.HUMAN, Status.CLEAR, None, "", 1.0, ()))

    def _go_aside(self, u: Understanding, reaction: Reaction, question_id: str) -> None:
        if self.data.question == question_id:
            self._missed(u)
            return
        self._note_put_off(question_id, u.confidence)
        self._keep_alarming_pending()
        if self.script.question(question_id).names_time:
            self.data.callback_words = u.heard
            named = callback_time(u.heard, self._lexicon, self._local) is not None
            if named and u.intent is not Intent.WAIT:
                # The time was named at once: as if it had been asked for.
                self.data.pending = None
                self._enter(question_id)
                self._answered(u, ())
                return
        if question_id == self.script.file.answered_by_other and u.for_resident:
            # Who offers to answer for the resident is not asked whether they would.
            self.data.pending = None
            self._enter(question_id)
            self._answered(self._answer_of_family(u), ())
            return
        if reaction.say is not None:
            self._say(reaction.say)
        self._go_to(question_id)

    def _keep_alarming_pending(self) -> None:
        """A fever read back and not agreed to is evidence, should the call end in another way; else
        it is read back when its question comes."""
        pending = self.data.pending
        value = pending.parsed() if pending else None
        if pending is not None and value is not None and is_alarming(value):
            self._sheet.volunteered[pending.question] = pending

    def _refused(self, u: Understanding) -> None:
        self.data.pending = None
        answer = self._answer(self._question, u, None)
        self._record(answer.model_copy(update={"status": Status.REFUSED}))
        if self._question.refused is not None:
            self._end(self._question.refused)
        else:
            self._next()

    def _repeat(self, u: Understanding) -> None:
        if self.data.repeats < self.script.file.limits.repeats:
            self._ask_once_more(u)
        elif self.data.pending is not None:
            self._unconfirmed(u)
        else:
            self._missed(u)

    def _ask_once_more(self, u: Understanding) -> None:
        """The same question in the same words: it was not the resident's answer that failed.

        Whoever goes on asking in place of answering is not understood: the rounds are counted for
        the question as a whole, whatever is asked.
        """
        self.data.repeats += 1
        if self.data.repeats > self.script.file.limits.repeats:
            self._missed(u)
        elif self.data.pending is not None:
            self.read_back()
        else:
            self.ask()
