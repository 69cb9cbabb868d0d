"""What is told before it is asked for, or beside another answer: kept, doubted, joined.

People tell of their cough when they are asked for their temperature, and are not asked again.
"""

from callbot.dialog.answers import (
    Answer,
    AnyValue,
    Contacts,
    Kind,
    Movements,
    Status,
    Symptoms,
    Temperature,
    is_calm,
)
from callbot.dialog.doubting import HARDLY_TOLD, SURELY_TOLD, Doubting
from callbot.dialog.flow import SURE_CONFIDENCE
from callbot.dialog.reading import is_alarming
from callbot.dialog.understanding import Understanding


class Volunteering(Doubting):
    """What becomes of what was told and not asked for."""

    def _keep_volunteered(self, u: Understanding) -> None:
        """Answers to other questions given in the same breath: later ones are not asked again.

        What is abnormal and was not surely told is asked for all the same, unless it is grave.
        Before anybody was asked about health, that there is nothing to tell is not believed: "it
        does not suit" is no "I do not feel unwell"; nor is a way out or a meeting that was hardly
        heard, or to a place in no list (of 可以的，我在居家办公 "可以等。我在去加反攻"). Signs that
        are told then are joined to what is answered when they are asked about.

        That there is a fever, told when the temperature is asked for, is no answer to what else
        there may be; told once more, it takes back no other symptom. Nor is it news beside a
        temperature that was one ("some fever medicine would help"). Nor do words that the
        recogniser was told to expect, and does not hear without being told, say that all is well or
        take back what was told before, but with danger or a fever ("买药" where needs are asked
        about).
        """
        early = self._asks_who_speaks(self.data.question)
        for value in u.volunteered:
            if early and (is_calm(value) or self._is_whereabouts_doubtful(u, value)):
                continue
            if _is_mere_fever(value) and (self._asks_temperature or self._is_fever_noted):
                continue
            for question in self._order():
                if question.kind.value != value.kind or question.id == self.data.question:
                    continue
                earlier = self._sheet.answers.get(question.id)
                told = earlier.parsed() if earlier else None
                answer = self._answer(question, u, self._of_subject(value))
                grave = self._would_be_urgent(answer) or _is_fever(value)
                if not u.borne_out and not grave and (earlier or is_calm(value)):
                    break
                doubted = not (earlier or grave) and self._is_asked_all_the_same(u, answer)
                if doubted or (early and isinstance(value, Symptoms)):
                    self.data.told_early[question.id] = answer
                elif told != value and not _tells_no_more(value, told):
                    self._sheet.volunteered[question.id] = _beside_earlier_signs(answer, earlier)
                break

    def _is_asked_all_the_same(self, u: Understanding, answer: Answer) -> bool:
        """Whether something abnormal was told, and not surely: of a word misheard a question that
        was never asked would be read back, and people agree to what they hear."""
        value = answer.parsed()
        if answer.member or value is None or not is_alarming(value):
            return False
        return not (u.borne_out and self._is_surely_told(answer))

    def _is_whereabouts_doubtful(self, u: Understanding, value: AnyValue) -> bool:
        """Whether a way out or a meeting was hardly heard, or somewhere that is in no list."""
        if not isinstance(value, Movements | Contacts):
            return False
        listed = self._lexicon.movements.place.keys()
        unknown = isinstance(value, Movements) and not {*value.places} <= listed
        return unknown or u.confidence < SURE_CONFIDENCE

    def _denies_told_early(self, answer: Answer) -> bool:
        """Whether there is nothing of what was told before it was asked for: read back, once."""
        if answer.member or self.data.denied is not None:
            return False
        value = answer.parsed()
        return answer.question in self.data.told_early and value is not None and is_calm(value)

    def _is_early_sign_doubtful(self, answer: Answer) -> bool:
        """Whether there is nothing of the signs that were told, not surely, before anybody asked:
        asked again in other words, and what is told then counts ("罗耳朵有点累。你打点声" of
        我耳朵有点背，你大点声): read back, they would be agreed to. Not what would be urgent."""
        early = self.data.told_early.get(answer.question)
        if (
            early is None
            or self.data.asked > 1
            or early.confidence >= SURELY_TOLD
            or self._would_be_urgent(early)
        ):
            return False
        return self._denies_told_early(answer)

    def _is_danger_faint(self, answer: Answer) -> bool:
        """Whether what would be urgent was heard so faintly that it is as likely another: asked
        for again in other words, once, and read back then unless something else is surely heard.

        As "胸闷" with 0.42 of 没有, and "胸液疼" with 0.16 of 头也疼. (Of five dangers in the calls
        of sixty residents at 10 dB that were heard with less, one was told.)
        """
        if self.data.asked >= self.script.file.limits.asks or answer.member:
            return False
        again = answer.question in self.data.told_early or self.data.denied is not None
        return not again and self._is_danger_hardly_heard(answer)

    def _is_danger_hardly_heard(self, answer: Answer) -> bool:
        hardly = answer.confidence < HARDLY_TOLD and isinstance(answer.parsed(), Symptoms)
        return hardly and self._would_be_urgent(answer)

    def _give_way(self, answer: Answer) -> None:
        """A danger hardly heard is forgotten for what is surely heard in its place."""
        early = self.data.told_early.get(answer.question)
        if early is None or answer.member or answer.confidence < SURE_CONFIDENCE:
            return
        if self._is_danger_hardly_heard(early) and not self._would_be_urgent(answer):
            del self.data.told_early[answer.question]

    def _with_told_early(self, answer: Answer) -> Answer:
        """With the signs that were told before anybody asked about them, or at the first asking
        beside words that were not read, unless what was read back with them was denied."""
        earlier = None if answer.member else self.data.told_early.get(answer.question)
        if earlier is None or self.data.denied is not None:
            return answer
        return _joined(earlier, answer)

    @property
    def _asks_temperature(self) -> bool:
        return self._question.kind is Kind.TEMPERATURE

    @property
    def _is_fever_noted(self) -> bool:
        """Whether the temperature of whoever is asked about was told, and is a fever."""
        told = [a.parsed() for a in self._sheet.answers.values() if a.status is Status.CLEAR]
        return any(value is not None and _is_fever(value) for value in told)

    def _told_in_vain(self) -> AnyValue | None:
        """The signs that were told early, if what was asked in other words then is not understood:
        rather they alone are read back than none."""
        earlier = self.data.told_early.get(self.data.question)
        told = earlier.parsed() if earlier is not None else None
        in_turn = self.data.asked > 1 and self.data.member is None and self.data.denied is None
        return told if in_turn and isinstance(told, Symptoms) else None


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


def _beside_earlier_signs(answer: Answer, earlier: Answer | None) -> Answer:
    """Signs that come to mind later, with those told before that are not denied now: "and I am
    tired" takes back no cough, as it did when it was read back in the cough's place."""
    value, told = answer.parsed(), earlier.parsed() if earlier else None
    if not (isinstance(value, Symptoms) and isinstance(told, Symptoms)):
        return answer
    standing = tuple(code for code in told.present if code not in value.absent)
    if earlier is None or is_calm(value) or not (standing or told.household):
        return answer
    left = told.model_copy(update={"present": standing}).model_dump(mode="json")
    return _joined(earlier.model_copy(update={"value": left}), answer)


def _joined(earlier: Answer, answer: Answer) -> Answer:
    """The signs of both, and the words of both."""
    value, told = answer.parsed(), earlier.parsed()
    if not (isinstance(value, Symptoms) and isinstance(told, Symptoms)):
        return answer
    joined = value.added_to(told).model_dump(mode="json")
    heard = f"{earlier.heard}；{answer.heard}"
    return answer.model_copy(update={"value": joined, "heard": heard})


def _is_fever(value: AnyValue) -> bool:
    return isinstance(value, Temperature) and is_alarming(value)


def _is_mere_fever(value: AnyValue) -> bool:
    return value == Symptoms(present=("fever",))
