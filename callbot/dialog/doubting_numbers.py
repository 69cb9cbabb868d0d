"""Doubts about temperatures: which numbers may be others misheard.

One digit misheard makes a fever of 37.8 a normal 37, and people agree to the number they hear.
"""

from collections.abc import Mapping, Sequence

from callbot.dialog.answers import (
    ABNORMAL_CELSIUS,
    AnyValue,
    Hypothesis,
    Kind,
    Temperature,
)
from callbot.dialog.flow import Flow
from callbot.dialog.reading import is_alarming
from callbot.dialog.understanding import Understanding, behind_whole, number_heard, understand

NEARLY_AS_SURE = 0.8
"""The share of a number's confidence with which a guess at another number speaks against it."""
HALF_AS_SURE = 0.5
"""The same where the other number is degrees away."""

SURELY_WHOLE = 0.95
"""The least confidence with which a normal temperature is believed to have no tenths at the first
asking: one heard so with 0.62 had some. What is typed has 1."""

DEGREES_APART = 0.5
"""In °C, nearly a degree Fahrenheit: two numbers so far apart differ in more than their tenths."""

ON_A_SCALE = (25.0, 45.0)
"""In °C, what may be a temperature misheard in its first digit; "1999.2" is one written oddly."""


class DoubtingNumbers(Flow):
    """What speaks against a temperature in answer to the present question."""

    def _is_number_doubtful(
        self, u: Understanding, value: AnyValue | None, hypotheses: Sequence[Hypothesis]
    ) -> bool:
        """Whether a temperature, believed or the likeliest of several, may be another misheard."""
        if not isinstance(value, Temperature):
            return False
        if value.celsius is not None and self._are_degrees_in_doubt(value.celsius, hypotheses):
            return True
        if is_alarming(value):
            return False
        if value.celsius is None:
            return self._is_fever_passed_over(hypotheses)
        lost = self._is_fraction_lost(u, value.celsius)
        return lost or self._are_tenths_in_doubt(value.celsius, hypotheses)

    def _is_fraction_lost(self, u: Understanding, celsius: float) -> bool:
        """A whole number of degrees: its tenths are sooner lost than left out ("三十六度" for
        三十六度五, "삼십육도, 요삼요" for 36.3), and 37 may be 37.8. Asked for once more, and as
        long as words stand behind it: they may be the tenths ("三十七度，早上亮灯" of
        三十七度，早上量的), or have covered them ("三十六度正常" of 三十六度五，正常, three times).
        What is typed is believed the second time. A fever is read back as it is. (Of some 200
        temperatures heard clean and at 20 to 5 dB, 6 were heard as whole; one of them was.)
        """
        behind = behind_whole(u.heard, self._lexicon)
        if behind is None or not celsius.is_integer():
            return False
        surely = u.confidence >= SURELY_WHOLE
        before, self.data.whole_celsius = self.data.whole_celsius, celsius
        if self.data.asked > 1:
            return bool(behind) and not (surely and before == celsius)
        return bool(behind) or not surely

    def _are_tenths_in_doubt(self, celsius: float, hypotheses: Sequence[Hypothesis]) -> bool:
        """Whether a guess nearly as sure tells other tenths of a normal temperature: people agree
        to whichever is read back. (So 18 of 96 temperatures at 10 and 5 dB, 6 of them wrong, and
        one of 31 at 20 dB and clean.)"""
        told = {h: self._number_of([h]) for h in hypotheses}
        return any(
            other not in (celsius, int(other)) and other < ABNORMAL_CELSIUS
            for other in _told_nearly_as_surely(celsius, told, NEARLY_AS_SURE)
        )

    def _are_degrees_in_doubt(self, celsius: float, hypotheses: Sequence[Hypothesis]) -> bool:
        """Whether a guess at least half as sure tells another number of degrees, be it none that
        a body has ("39.1" beside "99.1", or "29.1"): asked once more, be it a fever, before either
        is read back."""
        if self.data.asked > 1:
            return False
        told = {h: self._number_of([h]) or number_heard(h.text, self._lexicon) for h in hypotheses}
        return any(
            ON_A_SCALE[0] <= other <= ON_A_SCALE[1] and abs(other - celsius) >= DEGREES_APART
            for other in _told_nearly_as_surely(celsius, told, HALF_AS_SURE)
        )

    def _is_number_repeated(self, said: AnyValue | None, hypotheses: Sequence[Hypothesis]) -> bool:
        """Whether a guess nearly as sure repeats the temperature read back, where another is told:
        "没错。36.29度" beside "没错。36.9度", of 没错，三十六度九. A fever is never passed over."""
        old = self._celsius_read_back
        if old is None or not isinstance(said, Temperature):
            return False
        told = self._numbers_told(hypotheses)
        return old in told and not _is_fever_beside(old, told)

    def _is_fever_told_instead(self, hypotheses: Sequence[Hypothesis]) -> bool:
        """Whether a guess nearly as sure as any tells a fever, a normal number being read back."""
        old = self._celsius_read_back
        return old is not None and _is_fever_beside(old, self._numbers_told(hypotheses))

    @property
    def _celsius_read_back(self) -> float | None:
        old = self.data.pending.parsed() if self.data.pending else None
        return old.celsius if isinstance(old, Temperature) else None

    def _numbers_told(self, hypotheses: Sequence[Hypothesis]) -> list[float]:
        """The temperatures of the guesses nearly as sure as the surest that tells one, in °C."""
        told = {h: number for h in hypotheses if (number := self._number_of([h])) is not None}
        surest = max((h.confidence for h in told), default=0.0)
        return [n for h, n in told.items() if h.confidence >= NEARLY_AS_SURE * surest]

    def _is_fever_passed_over(self, hypotheses: Sequence[Hypothesis]) -> bool:
        """Whether the number of a fever stands in a guess, and what was understood has none
        ("三十八度吃没有也没测", of 三十八度五，吃了药也没退, was read back as not measured)."""
        heard = any(number_heard(h.text, self._lexicon) >= ABNORMAL_CELSIUS for h in hypotheses)
        return heard and self.data.asked < self.script.file.limits.asks

    def _number_of(self, hypotheses: Sequence[Hypothesis]) -> float | None:
        """The temperature that guesses tell, or the likeliest of several, in °C."""
        u = understand(Kind.TEMPERATURE, hypotheses, self._lexicon)
        told = u.value or u.contested
        return told.celsius if isinstance(told, Temperature) else None

    def _may_be_fever(self, likely: AnyValue, hypotheses: Sequence[Hypothesis]) -> bool:
        """Whether a fever stands among guesses of which a normal temperature is the likeliest
        ("삼십육 점 삼도" beside "삼십칠 점 삼도"): read back, it would be agreed to. It is asked
        again, and left to a person at last."""
        if not isinstance(likely, Temperature) or is_alarming(likely):
            return False
        told = (understand(Kind.TEMPERATURE, [h], self._lexicon).value for h in hypotheses)
        return any(isinstance(value, Temperature) and is_alarming(value) for value in told)


def _is_fever_beside(normal: float, told: Sequence[float]) -> bool:
    return normal < ABNORMAL_CELSIUS and any(other >= ABNORMAL_CELSIUS for other in told)


def _told_nearly_as_surely(
    celsius: float, told: Mapping[Hypothesis, float | None], share: float
) -> list[float]:
    """Of the numbers that guesses tell, in °C, those with at least that share of the confidence
    with which `celsius` is told."""
    surest = max((h.confidence for h in told if told[h] == celsius), default=0.0)
    return [
        other for h, other in told.items() if other is not None and h.confidence >= share * surest
    ]
