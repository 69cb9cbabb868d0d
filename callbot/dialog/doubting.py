"""Doubts: which answers are believed, and which are asked for again or read back first.

An answer misheard as calm is worse than one more question, and people agree to what they hear.
"""

from collections.abc import Sequence

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
from callbot.dialog.doubting_numbers import NEARLY_AS_SURE
from callbot.dialog.events import Severity
from callbot.dialog.flow import SURE_CONFIDENCE
from callbot.dialog.leaving import Leaving
from callbot.dialog.reading import calm_opposite, is_alarming
from callbot.dialog.understanding import (
    Understanding,
    begins_like_denial,
    denies_rest,
    denies_throughout,
    may_lose_sign,
    of_resident,
    understand,
)

LEAST_SUPPORT = 0.5
"""How much of what may have been said must tell of something before that is read back: a third of
the signs, ways out and meetings read back wrongly had less, and people agree to what they hear."""

SURELY_TOLD = 0.75
"""With which a way out or a meeting is read back though the words begin by denying it, and signs
are though a clause beside them was not read; and with which "nothing else" means nothing."""

HARDLY_TOLD = 0.45
"""Under this something told is asked for again before it is read back."""

HARDLY_HEARD_NUMBER = 0.5
"""The same of a temperature."""

HARDLY_CALM = 0.4
"""The same of there being nothing, where another guess tells something."""

SURELY_CALM = 0.8
"""The same where something was told before, and no other guess tells anything now."""

SURE_OF_NOTHING = 0.45
"""The least confidence with which "I need nothing" is believed."""


class Doubting(Leaving):
    """What speaks against an answer to the present question."""

    def _is_in_doubt(
        self, u: Understanding, answer: Answer, hypotheses: Sequence[Hypothesis]
    ) -> bool:
        misheard = self._is_number_doubtful(u, answer.parsed(), hypotheses)
        only_prompted = self._is_only_prompted(u, answer)
        denied = self._is_told_behind_denial(u, answer.parsed())
        self.data.told |= denied
        rest = self._is_only_rest_denied(u, answer.parsed())
        return misheard or only_prompted or denied or rest or self._is_doubtful(answer)

    def _is_only_rest_denied(self, u: Understanding, value: AnyValue | None) -> bool:
        """Whether "nothing else" is all that was heard of an answer, and not surely: what it was
        left of is lost ("用是房子层，别的都没有" of 就是嗓子疼，别的都没有)."""
        calm = value is not None and is_calm(value)
        return calm and u.confidence < SURELY_TOLD and self._is_rest_denied(u.heard)

    def _is_rest_denied(self, heard: str) -> bool:
        return denies_rest(self._question.kind, heard, self._lexicon)

    def _is_told_behind_denial(self, u: Understanding, value: AnyValue | None) -> bool:
        """Whether words that begin by denying a way out or a meeting, and take nothing back, go on
        to tell of one, not surely heard or to no place and with nobody that is known: asked again
        in other words ("没有。还会终于吃饭" of 没有，开会都是视频, "没出门。上了一天的网客")."""
        if not isinstance(value, Movements | Contacts) or is_calm(value):
            return False
        if self.data.asked >= self.script.file.limits.asks:
            return False
        hardly = u.confidence < SURELY_TOLD or not self._is_known_by_name(value)
        return hardly and denies_throughout(u.heard, self._lexicon)

    def _is_known_by_name(self, value: Movements | Contacts) -> bool:
        if isinstance(value, Contacts):
            return bool(value.persons)
        listed = self._lexicon.movements.place.keys()
        return bool(value.places) and {*value.places} <= listed

    def _may_lose_sign(self, u: Understanding, answer: Answer) -> bool:
        """Whether signs are told beside a clause that may be another one misheard: read back by
        themselves they would be agreed to, and the other lost ("从左软开始发烧,反自夜彤" of
        从昨晚开始发烧，嗓子也疼). What would be urgent is read back at once."""
        value = answer.parsed()
        if not isinstance(value, Symptoms) or is_calm(value) or self._would_be_urgent(answer):
            return False
        if self.data.asked > 1 or self.script.file.limits.asks == 1 or answer.member:
            return False
        return may_lose_sign(u.heard, self._lexicon, surely=u.confidence >= SURELY_TOLD)

    def _is_doubtful(self, answer: Answer) -> bool:
        """Asked once more in other words before it is believed."""
        doubt = self._question.ask_again_if
        if doubt is None or self.data.asked > 1:
            return False
        return doubt.holds(Facts(answers={answer.question: answer}))

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

    def _is_hardly_heard(self, answer: Answer, support: float) -> bool:
        """Something to tell, in the lesser part of what may have been said: more likely misheard.
        What would be urgent is read back nevertheless."""
        value = answer.parsed()
        told = isinstance(value, Symptoms | Movements | Contacts) and not is_calm(value)
        return told and support < LEAST_SUPPORT and not self._would_be_urgent(answer)

    def _is_faint(self, u: Understanding, answer: Answer, hypotheses: Sequence[Hypothesis]) -> bool:
        """Whether an answer was heard so faintly that it is as likely another: asked again in other
        words until the same is heard so once more. What would be urgent is read back nevertheless.

        As "医院" with 0.39 of 没有, a fever of 38.1 with 0.23 of 三十八度五, and "没有不舒服"
        beside "没劲", of 没力气: people agree to what is read back. (Of 738 answers at 10 dB,
        under these bars two in three of those that told something were wrong, one number in three,
        and, all of people with something to tell, one calm one in four.)
        """
        value = answer.parsed()
        if value is None or self.data.denied is not None or self._would_be_urgent(answer):
            return False
        if u.confidence >= self._least_confidence(u, value, hypotheses):
            return False
        before = self.data.faint
        self._note_faint(u, answer)
        old = before.parsed() if before else None
        return old is None or gist(old) != gist(value)

    def _note_faint(self, u: Understanding, answer: Answer) -> None:
        """Unclear where guesses were at odds."""
        status = answer.status if u.value is not None else Status.UNCLEAR
        self.data.faint = answer.model_copy(update={"status": status})

    def _least_confidence(
        self, u: Understanding, value: AnyValue, hypotheses: Sequence[Hypothesis]
    ) -> float:
        """With which an answer is taken, or read back, when it is heard for the first time."""
        match value:
            case Temperature(celsius=float()):
                return HARDLY_HEARD_NUMBER
            case Symptoms() | Movements() | Contacts() if not is_calm(value):
                like_denial = begins_like_denial(u.heard, self._lexicon)
                return SURELY_TOLD if like_denial else HARDLY_TOLD
            case Symptoms() | Movements() | Contacts() if u.value is None:
                return HARDLY_CALM if self._is_told_in_guess(hypotheses) else 0.0
        return SURELY_CALM if is_calm(value) and self._is_told_before else 0.0

    def _is_told_in_guess(self, hypotheses: Sequence[Hypothesis]) -> bool:
        """Whether a guess nearly as sure as any tells of something. One that begins like a denial
        does only where it is the surest: "没劲" beside "没有不舒服", but not "没有劲,可不舒服"
        beside "没有任何不舒服", of which it is another guess."""
        surest = max((h.confidence for h in hypotheses), default=0.0)
        rivals = [
            h for h in hypotheses
            if h.confidence >= NEARLY_AS_SURE * surest
            and (h.confidence == surest or not begins_like_denial(h.text, self._lexicon))
        ]  # fmt: skip
        read = (understand(self._question.kind, [h], self._lexicon).value for h in rivals)
        return any(value is not None and is_alarming(value) for value in read)

    @property
    def _is_told_before(self) -> bool:
        """Whether guesses of which the surest told something were too much at odds to believe:
        "我妹妹来看过我" with 0.85 beside "我没没来看过我", then "没没来过"."""
        before = self.data.faint
        value = before.parsed() if before else None
        if before is None or value is None or before.status is not Status.UNCLEAR:
            return False
        return is_alarming(value) and before.confidence >= HARDLY_CALM

    def _would_be_urgent(self, answer: Answer) -> bool:
        facts = Facts(answers={answer.question: answer})
        rules = self.script.file.rules
        return any(r.severity is Severity.URGENT and r.if_.holds(facts) for r in rules)

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

    def _agreed_again(self, hypotheses: Sequence[Hypothesis]) -> bool:
        """Whether a yes stands among the guesses for the second time, however faint, and nothing
        that speaks against it: of "啊，是，是我" one voice makes "爱去去我", and "是我" behind it.
        Guesses that tell both, or nothing, leave the first yes standing. Behind a yes that is the
        surest guess, "what?" does not speak against it ("네"
        beside "뭐", of 네).

        Not where somebody offers to answer for the resident: who only may have is not asked about
        another's health.
        """
        asks_family = self.data.question == self.script.file.answered_by_other
        if self._question.kind is not Kind.YES_NO or asks_family:
            return False
        read = self._read_as_if_sure(hypotheses)
        told = [u for u in read if u.intent is not Intent.UNCLEAR]
        surest = max(hypotheses, key=lambda h: h.confidence, default=None)
        if surest is not None and self._read_as_if_sure([surest])[0].value == YesNo(yes=True):
            told = [u for u in told if u.intent is not Intent.REPEAT]
        agree = [u.value == YesNo(yes=True) for u in told]
        yes = bool(agree) and all(agree)
        again = self.data.perhaps_agreed and yes
        if yes or (agree and not any(agree)):
            self.data.perhaps_agreed = yes
        return again

    def _denied_again(self, heard: str) -> AnyValue | None:
        """That there is nothing, if two answers to the question began by saying so and went on in
        words that were not understood and take nothing back: most who deny explain themselves."""
        if not denies_throughout(heard, self._lexicon) or self._is_rest_denied(heard):
            return None
        again, self.data.told_of_nothing = self.data.told_of_nothing, True
        return CALM.get(self._question.kind) if again else None

    def _opposite_of_denied(self, value: AnyValue) -> AnyValue | None:
        """What to read back in place of an answer that was read back already and denied, and is
        heard once more: it is misheard again, and a third time would not be heard better."""
        denied = self.data.denied.parsed() if self.data.denied else None
        return calm_opposite(value) if denied == self._of_subject(value) else None

    def _says_yes(self, text: str) -> bool | None:
        """What words surely heard say to what was read back; None where they do neither."""
        plain = self._lexicon.plain_agreement
        heard = [Hypothesis(text=text)]
        value = understand(Kind.YES_NO, heard, self._lexicon, agreement=plain).value
        return value.yes if isinstance(value, YesNo) else None

    def _of_subject(self, value: AnyValue) -> AnyValue:
        return of_resident(value) if self.data.about_other else value
