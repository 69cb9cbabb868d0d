"""Answers: which words are one, what is read back, and what happens when none was understood."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from callbot.dialog.answers import (
    CALM,
    Answer,
    AnyValue,
    Contacts,
    Hypothesis,
    Intent,
    Kind,
    Movements,
    Open,
    Status,
    Symptoms,
    Temperature,
    YesNo,
    gist,
    is_calm,
)
from callbot.dialog.conditions import Facts
from callbot.dialog.events import Misheard, Severity
from callbot.dialog.flow import SURE_CONFIDENCE, Flow
from callbot.dialog.identity import OF_RESIDENT, Named, PersonalNames
from callbot.dialog.keys import value_of_keys
from callbot.dialog.reading import calm_opposite
from callbot.dialog.script_file import ReadBack
from callbot.dialog.spoken_time import rounded, within_hours
from callbot.dialog.understanding import (
    Understanding,
    callback_time,
    denies_throughout,
    of_resident,
    understand,
)
from callbot.dialog.understanding.answers.temperature import ABNORMAL_CELSIUS

NOISY_CONFIDENCE = 0.35
"""Words less sure than this are noise: keys are offered the next time something is asked."""

LEAST_SUPPORT = 0.5
"""How much of what may have been said must tell of something before that is read back: a third of
the signs, ways out and meetings read back wrongly had less, and people agree to what they hear."""

SURE_OF_NOTHING = 0.45
"""The least confidence with which "I need nothing" is believed."""


_NO_ANSWER = (None, YesNo(yes=False))
"""What brings nobody back who has asked to wait: a "no" may be to another time."""


class Answering(Flow):
    """What becomes of an answer to the present question."""

    # -- understood ------------------------------------------------------------------------

    def _answered(self, u: Understanding, hypotheses: Sequence[Hypothesis]) -> None:
        """An utterance that is an answer, or should have been one."""
        if self._question.identifies:
            named = self._named(hypotheses)
            another = named is Named.SOMEBODY_ELSE and u.value != YesNo(yes=False)
            if another and not self.data.another_name:
                self.data.another_name = True
                self._missed(u, reason="another name")
                return
            u = _identified(u, named)
            self._keep_unasked(u)
        if self._question.names_time:
            back = self._back_from_waiting(u, hypotheses)
            if back is None:
                self._time_named(u)
            else:
                self._enter(self.data.waited_at)
                self.data.waited_at = ""
                self._sheet.volunteered.pop(self.data.question, None)
                self._answered(back, hypotheses)
        elif u.intent is Intent.UNCLEAR and self._sheet.volunteered.keys() & self._sheet.answers:
            # "I said it wrong before": that is read back first, then this question is asked again.
            self._next()
        elif u.intent is Intent.UNCLEAR and self._agreed_again(hypotheses):
            self._take(self._answer(self._question, u, YesNo(yes=True)))
        elif u.intent is Intent.UNCLEAR:
            self._unclear(u, hypotheses)
        elif u.status is Status.CLEAR and u.value is not None:
            answer = self._answer(self._question, u, self._of_subject(u.value))
            if self._question.names_need and not self._is_sure_of_need(u):
                self._missed(u, reason="no need named")
            elif self._is_hardly_heard(answer, u.support):
                self._hardly_heard(u, answer, hypotheses)
            elif self._is_in_doubt(u, answer):
                self._missed(u, reason="doubtful")
            elif (opposite := self._opposite_of_denied(u.value)) is not None:
                self._take(self._answer(self._question, u, opposite), surely_read_back=True)
            else:
                self._take(answer)
        else:
            self._missed(u)

    def _back_from_waiting(
        self, u: Understanding, hypotheses: Sequence[Hypothesis]
    ) -> Understanding | None:
        """The answer to the question that was waited at, given in place of another time."""
        if not self.data.waited_at or not hypotheses:
            return None
        kind = self.script.question(self.data.waited_at).kind
        if kind is Kind.OPEN or callback_time(u.heard, self._lexicon, self._local) is not None:
            return None
        said = understand(kind, hypotheses, self._lexicon, known=self._known)
        return said if said.status is Status.CLEAR and said.value not in _NO_ANSWER else None

    def _is_in_doubt(self, u: Understanding, answer: Answer) -> bool:
        put_off = u.value == YesNo(yes=False) and self._is_hardly_put_off(u)
        lost = self._is_fraction_lost(u)
        only_prompted = self._is_only_prompted(u, answer)
        return put_off or lost or only_prompted or self._is_doubtful(answer)

    def _is_doubtful(self, answer: Answer) -> bool:
        """Asked once more in other words before it is believed."""
        doubt = self._question.ask_again_if
        if doubt is None or self.data.asked > 1:
            return False
        return doubt.holds(Facts(answers={answer.question: answer}))

    def _is_hardly_heard(self, answer: Answer, support: float) -> bool:
        """Something to tell, in the lesser part of what may have been said: more likely misheard.
        What would be urgent is read back nevertheless."""
        value = answer.parsed()
        told = isinstance(value, Symptoms | Movements | Contacts) and not is_calm(value)
        return told and support < LEAST_SUPPORT and not self._would_be_urgent(answer)

    def _is_only_prompted(self, u: Understanding, answer: Answer) -> bool:
        """An answer that the recogniser was told to expect, of sound in which it does not hear the
        like without being told: asked again. What would be urgent is read back nevertheless, and
        what tells something when keys have been offered; that all is well is never believed so. Of
        a yes or no too little is said to tell.
        """
        if u.borne_out or self._question.kind is Kind.YES_NO or self._would_be_urgent(answer):
            return False
        value = answer.parsed()
        calm = value is not None and is_calm(value)
        return calm or self.data.asked < self.script.file.limits.asks

    def _would_be_urgent(self, answer: Answer) -> bool:
        facts = Facts(answers={answer.question: answer})
        rules = self.script.file.rules
        return any(r.severity is Severity.URGENT and r.if_.holds(facts) for r in rules)

    def _is_fraction_lost(self, u: Understanding) -> bool:
        """A whole number of degrees, hardly heard: its tenths are sooner lost than left out
        ("삼십육도, 요삼요" for 36.3), and 37 may be 37.8. A fever is read back as it is."""
        value = u.value
        if not isinstance(value, Temperature) or value.celsius is None:
            return False
        whole = value.celsius.is_integer() and value.celsius < ABNORMAL_CELSIUS
        return whole and self.data.asked == 1 and u.confidence < SURE_CONFIDENCE

    def _is_hardly_put_off(self, u: Understanding) -> bool:
        """Whether the call would be put off for words that were not surely heard: the question that
        leads there is asked once more ("布蒙西威" for 不忙，你问)."""
        return self._puts_off and self.data.asked == 1 and u.confidence < SURE_CONFIDENCE

    @property
    def _puts_off(self) -> bool:
        """Whether an answer to the present question may put the call off."""
        asides = {b.go_to for b in self._question.branches if b.go_to is not None}
        return any(self.script.question(each).names_time for each in asides)

    def _is_sure_of_need(self, u: Understanding) -> bool:
        """Whether words say what is needed, or that nothing is.

        "没菜要点" and other words misheard were filed as needs that nobody has. A need is not read
        back, so it must be surely heard; that there is none is what nearly everybody says, and
        heard twice running it is heard.
        """
        if not isinstance(u.value, Open) or not u.value.tells:
            return False
        if not u.value.nothing:
            return u.confidence >= SURE_CONFIDENCE
        again, self.data.told_of_nothing = self.data.told_of_nothing, True
        return again or u.confidence >= SURE_OF_NOTHING

    def _opposite_of_denied(self, value: AnyValue) -> AnyValue | None:
        """What to read back in place of an answer that was read back already and denied, and is
        heard once more: it is misheard again, and a third time would not be heard better."""
        denied = self.data.denied.parsed() if self.data.denied else None
        return calm_opposite(value) if denied == self._of_subject(value) else None

    def _named(self, hypotheses: Sequence[Hypothesis]) -> Named | None:
        """Who gives a name, by all hypotheses together."""
        names = self.script.personal_names.get(self.data.locale)
        if names is None:
            return None
        resident = self.data.variables["name"]
        named = {names.named(h.text, resident) for h in hypotheses}
        who = next((who for who in Named if who in named), None)
        if who is Named.SOMEBODY_ELSE and self._is_surely_it(names, hypotheses):
            return None
        return who

    def _is_surely_it(self, names: PersonalNames, hypotheses: Sequence[Hypothesis]) -> bool:
        """Whether the surest guess says yes and names nobody, whatever name lesser ones make of it:
        "this is she" is heard as "this is Xi", too."""
        surest = max(hypotheses, key=lambda h: h.confidence)
        if surest.confidence < SURE_CONFIDENCE:
            return False
        unnamed = names.named(surest.text, self.data.variables["name"]) is None
        return unnamed and self._read_alone(surest).value == YesNo(yes=True)

    def _read_alone(self, guess: Hypothesis) -> Understanding:
        agreement = self._agreements.get(self.data.question)
        return understand(Kind.YES_NO, [guess], self._lexicon, agreement=agreement)

    def _of_subject(self, value: AnyValue) -> AnyValue:
        return of_resident(value) if self.data.about_other else value

    def _time_named(self, u: Understanding) -> None:
        """A time to call back, kept to the hours in which a phone may ring."""
        wanted = callback_time(u.heard, self._lexicon, self._local)
        if wanted is None:
            self._missed(u, reason="no time")
            return
        at = self._kept_to_hours(wanted)
        self.data.callback_at, self.data.callback_words = at, u.heard
        self.data.callback_moved = at != rounded(wanted)
        self._take(self._answer(self._question, u, Open(text=u.heard)))

    def _kept_to_hours(self, wanted: datetime) -> datetime:
        return within_hours(rounded(wanted), self.data.opens, self.data.closes)

    def _unclear(self, u: Understanding, hypotheses: Sequence[Hypothesis]) -> None:
        """Hypotheses that contradict each other are settled by reading the likeliest back, words
        that no rule reads by reading back what they resemble, or that there is nothing if they
        begin with a no for the second time.

        Nothing is believed by that: only a "yes" to what is read back makes it an answer.
        """
        likely = u.contested
        if likely is not None:
            answer = self._answer(self._question, u, self._of_subject(likely))
            if self._is_only_prompted(u, answer):
                self._missed(u, reason="doubtful")
                return
            if self._is_hardly_heard(answer, u.support):
                self._hardly_heard(u, answer, hypotheses)
                return
        self._settle_unclear(u, likely or self._denied_again(u.heard))

    def _hardly_heard(
        self, u: Understanding, answer: Answer, hypotheses: Sequence[Hypothesis]
    ) -> None:
        """Something to tell stands in the lesser part of the guesses: what the surest begins with
        counts, or, heard again, what it tells where no guess speaks against it ("鼻子有点塞" beside
        "鼻子有点腮", "鼻子有点虽")."""
        surest = max(hypotheses, key=lambda h: h.confidence, default=None)
        words = u.heard if surest is None else surest.text
        told_again = self.data.asked > 1 and self._is_told_by(surest, answer, hypotheses)
        likely = answer.parsed() if told_again else self._denied_again(words)
        self._settle_unclear(u, likely, reason="doubtful")

    def _is_told_by(
        self, surest: Hypothesis | None, answer: Answer, hypotheses: Sequence[Hypothesis]
    ) -> bool:
        if surest is None or surest.confidence < SURE_CONFIDENCE:
            return False
        kind, meant = self._question.kind, answer.parsed()
        read = {h: understand(kind, [h], self._lexicon).value for h in hypotheses}
        told = read[surest]
        if told is None or meant is None or gist(self._of_subject(told)) != gist(meant):
            return False
        return not any(value is not None and is_calm(value) for value in read.values())

    def _settle_unclear(
        self, u: Understanding, likely: AnyValue | None, reason: str | None = None
    ) -> None:
        if likely is None or self._question.read_back is ReadBack.NEVER:
            self._missed(u, reason)
            return
        value = self._opposite_of_denied(likely) or self._of_subject(likely)
        self._take(self._answer(self._question, u, value), surely_read_back=True)

    def _agreed_again(self, hypotheses: Sequence[Hypothesis]) -> bool:
        """Whether a yes stands among the guesses for the second time, however faint, and nothing
        that speaks against it: of "啊，是，是我" one voice makes "爱去去我", and "是我" behind it.

        Not where somebody offers to answer for the resident: who only may have is not asked about
        another's health.
        """
        asks_family = self.data.question == self.script.file.answered_by_other
        if self._question.kind is not Kind.YES_NO or asks_family:
            return False
        alone = [h.model_copy(update={"confidence": 1.0}) for h in hypotheses]
        told = [u for u in map(self._read_alone, alone) if u.intent is not Intent.UNCLEAR]
        yes = bool(told) and all(u.value == YesNo(yes=True) for u in told)
        again, self.data.perhaps_agreed = self.data.perhaps_agreed and yes, yes
        return again

    def _denied_again(self, heard: str) -> AnyValue | None:
        """That there is nothing, if two answers to the question began by saying so and went on in
        words that were not understood and take nothing back: most who deny explain themselves."""
        if not denies_throughout(heard, self._lexicon):
            return None
        again, self.data.told_of_nothing = self.data.told_of_nothing, True
        return CALM.get(self._question.kind) if again else None

    def _keep_volunteered(self, u: Understanding) -> None:
        """Answers to other questions given in the same breath: later ones are not asked again.

        Before anybody was asked about health, that there is nothing to tell is not believed: "it
        does not suit" is no "I do not feel unwell". That there is a fever, told when the
        temperature is asked for, is no answer to what else there may be; told once more, it takes
        back no other symptom.
        """
        early = self._asks_who_speaks(self.data.question)
        for value in u.volunteered:
            if early and is_calm(value):
                continue
            if self._question.kind is Kind.TEMPERATURE and _is_mere_fever(value):
                continue
            for question in self._order():
                if question.kind.value != value.kind or question.id == self.data.question:
                    continue
                answer = self._answer(question, u, self._of_subject(value))
                earlier = self._sheet.answers.get(question.id)
                told = earlier.parsed() if earlier else None
                if told != value and not _tells_no_more(value, told):
                    self._sheet.volunteered[question.id] = answer
                break

    def _keep_unasked(self, u: Understanding) -> None:
        """ "Speaking, go ahead": that it is a good time is said already."""
        if u.value == YesNo(yes=True):
            for question_id in self.script.unasked[self.data.locale].answered(u.heard):
                answer = self._answer(self.script.question(question_id), u, YesNo(yes=True))
                self._sheet.volunteered[question_id] = answer

    def _answered_by_keys(self, digits: str) -> None:
        value = value_of_keys(self._question.kind, digits)
        u = Understanding(Intent.ANSWER, Status.CLEAR, value, digits, 1.0, ())
        if value is None or self._question.names_time:
            self._missed(u)
        else:
            self._take(self._answer(self._question, u, value))

    # -- not understood --------------------------------------------------------------------

    def _missed(self, u: Understanding, reason: str | None = None) -> None:
        """No usable answer: asked in other words, then left unclear for a person."""
        reason = reason or u.intent.value
        self._events.append(Misheard(question=self.data.question, reason=reason, heard=u.heard))
        self._listen_for_noise(u)
        if self.data.asked < self.script.file.limits.asks:
            self.data.asked += 1
            self.ask()
            return
        self._record(self._answer(self._question, u, None))
        self._leave()

    def _listen_for_noise(self, u: Understanding) -> None:
        self.data.noisy |= bool(u.heard) and u.confidence < NOISY_CONFIDENCE

    def _leave(self) -> None:
        """The present question is left unclear; some questions end the call by that."""
        if self._question.unresolved is not None:
            self._end(self._question.unresolved)
        else:
            self._next()


def _tells_no_more(value: AnyValue, told: AnyValue | None) -> bool:
    """Whether of what was told before some is told again, and nothing else: asking for something
    against the fever takes back no cough, and who met nobody on the way has told of it before
    ("没有，拿了药就回来了")."""
    if told is None or is_calm(value) or value.kind != told.kind:
        return False
    match value, told:
        case Symptoms(), Symptoms():
            return value.tells_within(told)
        case Movements(), Movements():
            return told.went_out and {*value.places} <= {*told.places}
    return False


def _is_mere_fever(value: AnyValue) -> bool:
    return value == Symptoms(present=("fever",))


def _identified(u: Understanding, named: Named | None) -> Understanding:
    """Whoever gives another name twice is somebody else, whatever they say with it, and whoever
    introduces themselves twice as the resident is the resident, whatever is heard before it
    ("不准。我是滕建国" for 嗯，准，我是滕建国)."""
    if named is Named.SOMEBODY_ELSE:
        return _read_as(u, YesNo(yes=False))
    if named in OF_RESIDENT and u.intent is Intent.UNCLEAR:
        return _read_as(u, YesNo(yes=True))
    if named is Named.INTRODUCED and u.value == YesNo(yes=False):
        return _read_as(u, YesNo(yes=True))
    return u


def _read_as(u: Understanding, value: AnyValue) -> Understanding:
    """The same words with another meaning."""
    return replace(u, intent=Intent.ANSWER, status=Status.CLEAR, value=value)
