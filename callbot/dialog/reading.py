"""An answer as it is read back: which wording fits it, and what fills that wording."""

from collections.abc import Callable

from callbot.dialog.answers import (
    ABNORMAL_CELSIUS,
    CALM,
    AnyValue,
    Contacts,
    Kind,
    Movements,
    Open,
    Symptoms,
    Temperature,
    YesNo,
    gist,
    is_calm,
)

READINGS: dict[Kind, frozenset[str]] = {
    Kind.YES_NO: frozenset({"yes", "no"}),
    Kind.TEMPERATURE: frozenset({"celsius", "normal", "fever", "not_measured"}),
    Kind.SYMPTOMS: frozenset({"none", "present", "household"}),
    Kind.MOVEMENTS: frozenset({"no", "yes", "places"}),
    Kind.CONTACTS: frozenset({"no", "yes", "persons"}),
    Kind.OPEN: frozenset({"nothing", "text"}),
}
"""Keys of the wordings a question of each kind needs in order to be read back."""

LEAST_STEP = 0.0999
"""By how many degrees two temperatures on a thermometer differ, and a little less."""

TIME_READINGS = frozenset({"time", "moved"})
"""The same of a question for a time; `moved` when it was put off into the hours for calls."""


def reading(
    value: AnyValue, name_of: Callable[[str], str], separator: str
) -> tuple[str, dict[str, str]]:
    """The wording's key, and its variables; `name_of` gives a symptom code's spoken name."""
    match value:
        case YesNo():
            return ("yes" if value.yes else "no"), {}
        case Temperature():
            if value.celsius is None:
                return value.reported or "not_measured", {}
            return "celsius", {"celsius": f"{value.celsius:.1f}"}
        case Symptoms():
            if value.present:
                return "present", {"present": separator.join(map(name_of, value.present))}
            if value.household:
                return "household", {"household": separator.join(map(name_of, value.household))}
            return "none", {}
        case Movements():
            if value.went_out and value.places:
                return "places", {"places": separator.join(value.places)}
            return ("yes" if value.went_out else "no"), {}
        case Contacts():
            if value.contact and value.persons:
                return "persons", {"persons": separator.join(value.persons)}
            return ("yes" if value.contact else "no"), {}
        case Open():
            return ("nothing" if value.nothing else "text"), {"text": value.text}


def corrects(new: AnyValue, old: AnyValue, *, agreed: bool | None, exactly: bool = False) -> bool:
    """Whether words spoken to a read-back put `new` in the place of `old`.

    agreed: how the words sound as a plain yes or no. exactly: they say that a number has no
    fraction. A "yes" that goes with a calmer answer
    than the one read back ("没错" has the sound of "没") keeps the graver. The number read back
    without its fraction, which is easily lost, corrects it with a "no" only ("是的，三十六度" to
    36.5, or "四。36度" of 嗯，三十六度五), unless it is said to have none. Nor do hundredths with a
    yes ("对。36.23" of 对，三十六度三): they are another way to hear the tenths. What only says a
    part of what was read back puts nothing in its place ("对，流鼻涕", "对，正常").
    """
    lost = agreed is not False and not exactly and _is_without_fraction(new, old)
    if isinstance(new, Open) or lost:
        return False
    if _is_part_of(new, old, agreed=agreed) or (agreed and _is_within_a_tenth(new, old)):
        return False
    if gist(new) == gist(old):
        return agreed is False and new != old and not is_calm(new)
    return not (agreed and is_calm(new))


def with_agreed(new: AnyValue, old: AnyValue) -> AnyValue:
    """What is told with a yes to what was read back: of signs, both ("yes, and a cough, too")."""
    match new, old:
        case Symptoms(), Symptoms() if not {*new.absent} & {*old.present}:
            return new.added_to(old)
    return new


def _is_without_fraction(new: AnyValue, old: AnyValue) -> bool:
    match new, old:
        case Temperature(celsius=float(whole)), Temperature(celsius=float(said)):
            return whole.is_integer() and whole == said // 1
    return False


def _is_within_a_tenth(new: AnyValue, old: AnyValue) -> bool:
    match new, old:
        case Temperature(celsius=float(one)), Temperature(celsius=float(other)):
            return abs(one - other) < LEAST_STEP
    return False


def denies_sign(told: AnyValue | None, read_back: AnyValue) -> bool:
    """Whether a sign that was read back is what is denied by name. With a yes before it that is
    neither: of 对的，流鼻涕 "对的没有鼻涕" was heard, read back as that there is nothing, and
    agreed to.
    """
    match told, read_back:
        case Symptoms(), Symptoms():
            return not {*told.absent}.isdisjoint(read_back.present)
    return False


def _is_part_of(new: AnyValue, old: AnyValue, *, agreed: bool | None) -> bool:
    """Whether all that is told was read back, and more with it, of which nothing is denied.

    Of several signs, one that is named without a yes may be all there is ("只有咳嗽")."""
    match new, old:
        case Temperature(celsius=None, reported=told), Temperature(celsius=float(number)):
            fits = told == ("fever" if number >= ABNORMAL_CELSIUS else "normal")
            return fits and agreed is not False
        case Symptoms(), Symptoms():
            less = new.tells_within(old) and gist(new) != gist(old)
            return bool(agreed) and less and not is_calm(new)
    return False


def affirms(value: AnyValue) -> bool:
    """Whether an answer says of its matter that it is so."""
    match value:
        case YesNo():
            return value.yes
        case Symptoms():
            return bool(value.present or value.household)
        case Movements():
            return value.went_out
        case Contacts():
            return value.contact
        case _:
            return False


def calm_opposite(value: AnyValue) -> AnyValue | None:
    """That there is nothing, where an answer tells of something that may not be."""
    return CALM.get(Kind(value.kind)) if affirms(value) else None


def names_something(value: AnyValue) -> bool:
    """Whether an answer holds more than a yes or no can tell."""
    match value:
        case Temperature():
            return True
        case Symptoms():
            return bool(value.present or value.absent or value.household)
        case Movements():
            return bool(value.places or value.when or value.transport)
        case Contacts():
            return bool(value.persons)
        case _:
            return False


def is_alarming(value: AnyValue) -> bool:
    """Whether an answer tells of what staff look at the same day."""
    if isinstance(value, Temperature):
        return value.reported == "fever" or (value.celsius or 0.0) >= ABNORMAL_CELSIUS
    return not isinstance(value, YesNo | Open) and affirms(value)
