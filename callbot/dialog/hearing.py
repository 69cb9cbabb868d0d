"""What was heard, pressed or left unsaid, on its way to what becomes of it."""

from collections.abc import Sequence
from dataclasses import replace

from callbot.dialog.alarming import Alarming
from callbot.dialog.answering import NOISY_CONFIDENCE
from callbot.dialog.answers import (
    ABNORMAL_CELSIUS,
    Hypothesis,
    Intent,
    Kind,
    Status,
    Temperature,
    YesNo,
)
from callbot.dialog.events import Misheard, Outcome
from callbot.dialog.flow import SURE_CONFIDENCE
from callbot.dialog.identity import OF_RESIDENT, Named
from callbot.dialog.keys import PERSON, REPEAT
from callbot.dialog.machine_words import speaks_like_a_machine
from callbot.dialog.reading import is_alarming
from callbot.dialog.state import Phase
from callbot.dialog.understanding import (
    DECISIVE_MARGIN,
    Understanding,
    understand,
    weighed,
    without_subject,
)

FAILURES_LIMIT = 3
"""Our recogniser may break this often in a call before the call is ended with an apology."""

SURELY_YES = 0.8
"""With which a yes is no remnant of a no."""

_WITH_A_NAME = frozenset({Intent.WHO_IS_THIS, Intent.COMPLAINT, Intent.NEED_HELP, Intent.REPEAT})
"""Requests beside which whoever gives the resident's name still says to be the one."""

_SOMEBODY_ELSE = frozenset({Intent.NOT_SELF, Intent.WRONG_NUMBER})

_NOTHING = Understanding(Intent.SILENCE, Status.UNCLEAR, None, "", 0.0, ())


class Hearing(Alarming):
    """Inputs, as answers to the present question or to what was read back."""

    def _heard(self, hypotheses: Sequence[Hypothesis]) -> None:
        self.data.turns += 1
        if self._is_machine(hypotheses):
            self._end(Outcome.VOICEMAIL, farewell=False)
        elif self.data.pending is not None:
            self._heard_confirmation(hypotheses)
        else:
            self._heard_answer(hypotheses)

    def _is_machine(self, hypotheses: Sequence[Hypothesis]) -> bool:
        """Health is never spoken of to a machine: it is looked out for until somebody answers."""
        phrases = self.script.machine_words.get(self.data.locale, ())
        if not self.may_be_machine:
            return False
        return any(speaks_like_a_machine(h.text, phrases) for h in hypotheses)

    def _heard_answer(self, hypotheses: Sequence[Hypothesis]) -> None:
        hypotheses = self._without_denied(hypotheses)
        u = self._understand(self._question.kind, hypotheses)
        if u.intent is Intent.UNCLEAR and self.data.about_other:
            bare = self._understand(self._question.kind, self._said_by_resident(hypotheses))
            u = replace(bare, heard=u.heard) if bare.intent is Intent.ANSWER else u
        if self._is_alarmed(u, hypotheses):
            return
        if self._is_fetching(u):
            self._fetching(u)
            return
        u = self._supposed(u, hypotheses)
        self._keep_volunteered(u)
        if self._is_resident_after_all(u):
            self._enter(next(q.id for q in self.script.order() if q.identifies))
            self._take(self._answer(self._question, u, YesNo(yes=True)))
        elif u.intent is Intent.SILENCE:
            self._silent()
        elif self._is_unsure_who(u, hypotheses) or self._is_no_unsure(u, hypotheses):
            self._missed(u, reason="doubtful")
        elif u.intent in {Intent.ANSWER, Intent.UNCLEAR}:
            self._answered(u, hypotheses)
        else:
            self._react(self._asked_at_identity(u, hypotheses), hypotheses)

    def _without_denied(self, hypotheses: Sequence[Hypothesis]) -> Sequence[Hypothesis]:
        """Guesses without a number that was read back and denied, where they hold another: what is
        heard once more is misheard once more, and the right one mostly stands behind it. A fever
        does not make way for a normal number so: that is left to a person.
        """
        denied = self.data.denied.parsed() if self.data.denied else None
        if not isinstance(denied, Temperature) or denied.celsius is None:
            return hypotheses
        left = [h for h in hypotheses if not self._is_mere_number(h, denied.celsius)]
        other = self._number_of(left)
        fever = denied.celsius >= ABNORMAL_CELSIUS
        if other is None or (fever and other < ABNORMAL_CELSIUS):
            return hypotheses
        return left

    def _is_mere_number(self, heard: Hypothesis, celsius: float) -> bool:
        u = understand(Kind.TEMPERATURE, [heard], self._lexicon)
        alone = u.intent in {Intent.ANSWER, Intent.UNCLEAR} and not u.volunteered
        return alone and isinstance(u.value, Temperature) and u.value.celsius == celsius

    def _supposed(self, u: Understanding, hypotheses: Sequence[Hypothesis]) -> Understanding:
        """Where nothing was understood, what people mean who answer like this: to be read back."""
        if u.intent is not Intent.UNCLEAR or u.contested is not None:
            return u
        examples = self.script.resemblances[self.data.locale]
        return replace(u, contested=examples.supposed(self._question.kind, hypotheses))

    def _is_resident_after_all(self, u: Understanding) -> bool:
        """Whether who was taken for somebody of the family says to be the resident ("不是，我就是王
        秀英", "我就是本人"): who they are was misheard before."""
        names = self.script.personal_names.get(self.data.locale)
        if names is None or self.data.question != self.script.file.answered_by_other:
            return False
        return names.is_itself(u.heard, self.data.variables["name"])

    def _is_unsure_who(self, u: Understanding, hypotheses: Sequence[Hypothesis]) -> bool:
        """Whether who is speaking is asked once more in other words: residents taken for others
        lose the call by it, and others taken for the resident are asked about somebody's health.

        As where a no is heard beside the resident's own name ("不云。许等我是王秀英" for
        嗯，是的，我是王秀英), or a yes beside a guess that is a no. Nor does anybody offer to
        answer for the resident who may have said that they cannot ("能替他回答" and
        "不能替他回答", each with 0.55), nor ever in words that the recogniser was told to expect,
        and does not hear without being told.
        """
        if self._is_consent(u) and not u.borne_out:
            return True
        if self.data.question == self.script.file.answered_by_other:
            if u.value == YesNo(yes=False) or u.intent is Intent.WRONG_NUMBER:
                return self.data.asked == 1 and self._is_called(u)
            return u.for_resident and any(map(self._declines, _rivals(u, hypotheses)))
        named = self._named(hypotheses) if self._question.identifies else Named.SOMEBODY_ELSE
        if self.data.asked > 1 or named is Named.SOMEBODY_ELSE:
            return False
        if u.value == YesNo(yes=False) or u.intent in _SOMEBODY_ELSE:
            return self._is_called(u) or named in OF_RESIDENT
        hardly = u.confidence < SURE_CONFIDENCE
        agreed = u.value == YesNo(yes=True) and named not in OF_RESIDENT
        return hardly and agreed and any(map(self._denies, _rivals(u, hypotheses)))

    def _is_no_unsure(self, u: Understanding, hypotheses: Sequence[Hypothesis]) -> bool:
        """Whether a no would lead away from the questions, and is asked about once more."""
        return u.intent is Intent.ANSWER and self._is_hardly_leaving(u, hypotheses)

    def _is_called(self, u: Understanding) -> bool:
        """Whether the resident has been called to the telephone, who then is more likely on it than
        anybody else."""
        return self.data.fetched and not u.for_resident

    def _is_consent(self, u: Understanding) -> bool:
        """Whether somebody offers to answer for the resident, or says that they will."""
        if self.data.question == self.script.file.answered_by_other:
            return u.for_resident or u.value == YesNo(yes=True)
        return self._question.identifies and u.for_resident

    def _denies(self, text: str) -> bool:
        return self._read(Kind.YES_NO, [Hypothesis(text=text)]).value == YesNo(yes=False)

    def _declines(self, text: str) -> bool:
        u = self._read(Kind.YES_NO, [Hypothesis(text=text)])
        other = u.intent is Intent.NOT_SELF and not u.for_resident
        return u.value == YesNo(yes=False) or (other and u.value is None)

    def _asked_at_identity(
        self, u: Understanding, hypotheses: Sequence[Hypothesis]
    ) -> Understanding:
        """Asked who they are, people ask back what it is about ("我是王秀英,干什么"): they are told
        who we are. Who gives the resident's name has answered besides ("王秀英,天天问")."""
        if not self._question.identifies:
            return u
        if u.intent is Intent.QUESTION and u.topic is None:
            u = replace(u, intent=Intent.WHO_IS_THIS)
        named = u.value is None and self._names_resident(hypotheses)
        return replace(u, value=YesNo(yes=True)) if named and u.intent in _WITH_A_NAME else u

    def _said_by_resident(self, hypotheses: Sequence[Hypothesis]) -> list[Hypothesis]:
        """What is said of the resident by another, in the resident's words."""
        return [
            h.model_copy(update={"text": without_subject(h.text, self._lexicon)})
            for h in hypotheses
        ]

    def _heard_confirmation(self, hypotheses: Sequence[Hypothesis]) -> None:
        verdict = self._understand(Kind.YES_NO, hypotheses)
        plain = self._lexicon.plain_agreement
        agreed = understand(Kind.YES_NO, hypotheses, self._lexicon, agreement=plain)
        if agreed.value == YesNo(yes=True) and self._is_perhaps_denied(agreed, hypotheses):
            verdict = agreed = _left_open(agreed)
        own = self._agreements.get(self.data.question)
        said = understand(self._question.kind, hypotheses, self._lexicon, agreement=own)
        doubted = self._is_agreed_to_another_number(said, hypotheses)
        if agreed.value == YesNo(yes=True) and self._is_number_repeated(said.value, hypotheses):
            said = _left_open(said)
        elif said.value is None and self._is_fever_told_instead(hypotheses):
            verdict, agreed = _left_open(verdict), _left_open(agreed)
        self._keep_volunteered(said)
        # "Wait, I said it wrong, it is 37.8" has waited already.
        told = verdict.intent in {Intent.WAIT, Intent.REPEAT} and said.intent is Intent.ANSWER
        if verdict.intent is Intent.UNCLEAR and self._is_alarmed(verdict, hypotheses):
            return
        if verdict.intent is Intent.SILENCE:
            self._unconfirmed(verdict)
        elif doubted:
            self.data.pending = None
            self._missed(verdict, reason="doubtful")
        elif told or verdict.intent in {Intent.ANSWER, Intent.UNCLEAR}:
            self._confirmation(verdict, agreed, said)
        else:
            self._react(verdict, hypotheses)

    def _is_perhaps_denied(self, agreed: Understanding, hypotheses: Sequence[Hypothesis]) -> bool:
        """Whether a yes to what was read back may be a no.

        As where a no is heard nearly as surely, or one of which only the end was heard, however
        faintly: in noise "不对" is heard as "对" first, with up to 0.69, and as itself behind;
        behind none of 96 "对", "对的", "是的" and "对，没错" a "不对" was. Nor does a yes that no
        guess bears by itself make up for an answer that was unsure too: "好", "对", "好的", each
        hardly heard, were a "不是". (At 10 dB 7 of 48 "不对" and "不是" were a yes, so 1.)
        """
        answers = {h: self._says_yes(h.text) for h in hypotheses}
        agreeing = [h for h, yes in answers.items() if yes]
        pending = self.data.pending
        faint = all(h.confidence < NOISY_CONFIDENCE for h in agreeing)
        if faint and pending is not None and pending.confidence < SURE_CONFIDENCE:
            return True
        ends = tuple(_bare(h.text) for h in agreeing)
        return any(
            agreed.confidence - h.confidence < DECISIVE_MARGIN
            or (agreed.confidence < SURELY_YES and _bare(h.text).endswith(ends))
            for h, yes in answers.items()
            if yes is False
        )

    def _is_agreed_to_another_number(
        self, said: Understanding, hypotheses: Sequence[Hypothesis]
    ) -> bool:
        """Whether a normal temperature that was read back is said again, and a guess nearly as sure
        has other tenths ("네 36.3도요" beside "네 36.4도요", of 네, 삼십육 점 사 도요): people
        agree to what they hear, and say what they measured. While it can be, it is asked once more.
        """
        pending = self.data.pending.parsed() if self.data.pending else None
        if not isinstance(pending, Temperature) or pending.celsius is None:
            return False
        last = self.data.asked >= self.script.file.limits.asks
        if last or is_alarming(pending) or said.value != pending:
            return False
        return self._are_tenths_in_doubt(pending.celsius, hypotheses)

    def _keyed(self, digits: str) -> None:
        self.data.turns += 1
        self.data.silences = 0
        pending = self.data.pending
        if digits.startswith(REPEAT):
            self._repeat(_pressed(Intent.REPEAT, digits))
        elif digits == PERSON:
            self._react(_pressed(Intent.HUMAN, digits))
        elif pending is None:
            self._answered_by_keys(digits)
        elif digits == "1":
            self._settle(pending)
        elif digits == "2":
            self._denied(_pressed(Intent.ANSWER, digits))
        else:
            self._unconfirmed(_pressed(Intent.UNCLEAR, digits))

    def _silent(self) -> None:
        self.data.silences += 1
        if self.data.phase is Phase.HOLDING:
            self._say(self.script.file.hold_over)
            self._ask_once_more(_NOTHING)
        elif self.data.silences >= self.script.file.limits.silences:
            self._events.append(Misheard(question=self.data.question, reason="silence"))
            self._give_up_pending(_NOTHING)
            self._end(Outcome.PARTIAL)
        elif self.data.pending is not None:
            self._unconfirmed(_NOTHING)
        else:
            self._missed(_NOTHING)

    def _recognition_failed(self) -> None:
        """Our fault: an apology, and the same question again in the wording that offers keys."""
        self.data.failures += 1
        self._events.append(Misheard(question=self.data.question, reason="recognition failed"))
        self._say(self.script.file.sorry)
        if self.data.failures > FAILURES_LIMIT:
            self._give_up_pending(_NOTHING)
            self._end(Outcome.PARTIAL)
        elif self.data.pending is not None:
            self.data.confirm_asked = self._confirmations
            self.read_back()
        else:
            self.data.asked = self.script.file.limits.asks
            self.ask()

    def _broken_off(self, *, said: bool) -> None:
        if self.data.pending is not None:
            self._give_up_pending(_NOTHING)
        self._end(Outcome.PARTIAL, farewell=said)

    def _understand(self, kind: Kind, hypotheses: Sequence[Hypothesis]) -> Understanding:
        u = self._read(kind, hypotheses)
        if u.intent is not Intent.SILENCE:
            self.data.silences = 0
        return u

    def _read(self, kind: Kind, hypotheses: Sequence[Hypothesis]) -> Understanding:
        asking = self.data.pending is None
        agreement = self._agreements.get(self.data.question) if asking else None
        found = understand(kind, hypotheses, self._lexicon, known=self._known, agreement=agreement)
        examples = self.script.resemblances[self.data.locale]
        return weighed(found, kind, hypotheses, self._lexicon, examples)

    def _names_resident(self, hypotheses: Sequence[Hypothesis]) -> bool:
        """The resident's name is said in answer to who is speaking, and nobody else's."""
        return self._question.identifies and self._named(hypotheses) in OF_RESIDENT

    @property
    def may_be_machine(self) -> bool:
        """Nobody has shown yet to be a person. Machines ring nobody back."""
        begun = bool(self.data.answers) and not self.data.resumed
        return not begun and not self.data.rang_back


def _left_open(u: Understanding) -> Understanding:
    """The same words, taken for neither yes nor no and for no answer."""
    return replace(u, intent=Intent.UNCLEAR, status=Status.UNCLEAR, value=None)


def _rivals(u: Understanding, hypotheses: Sequence[Hypothesis]) -> list[str]:
    """What may have been said as well: guesses at least half as sure as what was believed."""
    return [h.text for h in hypotheses if 2 * h.confidence >= u.confidence]


def _bare(text: str) -> str:
    return text.casefold().strip(" .。!！")


def _pressed(intent: Intent, digits: str) -> Understanding:
    status = Status.UNCLEAR if intent is Intent.UNCLEAR else Status.CLEAR
    return Understanding(intent, status, None, digits, 1.0, ())
