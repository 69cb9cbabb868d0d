"""Answers by telephone keys: 1 yes, 2 no, a temperature as 3 6 5."""

from callbot.dialog.answers import (
    BELIEVED_CELSIUS,
    AnyValue,
    Contacts,
    Kind,
    Movements,
    Open,
    Symptoms,
    Temperature,
    YesNo,
)

REPEAT = "*"
PERSON = "0"


def value_of_keys(kind: Kind, digits: str) -> AnyValue | None:
    """The answer that keys give to a kind of question; None when they give none.

    Pressing 1 at symptoms says that there are some but not which: that is no answer either, and
    the question stays with a person. At an open question 1 is a yes without words.
    """
    if kind is Kind.TEMPERATURE:
        return _temperature(digits)
    if digits not in {"1", "2"}:
        return None
    yes = digits == "1"
    match kind:
        case Kind.YES_NO:
            return YesNo(yes=yes)
        case Kind.MOVEMENTS:
            return Movements(went_out=yes)
        case Kind.CONTACTS:
            return Contacts(contact=yes)
        case Kind.SYMPTOMS:
            return None if yes else Symptoms()
        case Kind.OPEN:
            return Open(text="", nothing=not yes)


def _temperature(digits: str) -> Temperature | None:
    if not digits.isdigit() or len(digits) not in {2, 3}:
        return None
    celsius = int(digits[:2]) + int(digits[2:] or "0") / 10
    low, high = BELIEVED_CELSIUS
    return Temperature(celsius=celsius) if low <= celsius <= high else None
