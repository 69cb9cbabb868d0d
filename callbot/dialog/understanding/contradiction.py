"""Whether two answers to one question contradict each other, and how much surer one must be."""

from callbot.dialog.answers import ABNORMAL_CELSIUS, AnyValue, Symptoms, Temperature, gist, is_calm

DECISIVE_MARGIN = 0.25
"""How much more confident a hypothesis must be than one that says the opposite."""

NUMBER_MARGIN = 0.1
"""The same between two numbers on the same side of the threshold of fever."""


def agree(one: AnyValue | None, other: AnyValue | None) -> bool:
    """Whether two answers say the same on what matters, with whatever particulars."""
    if one is None or other is None:
        return one is other
    return one.kind == other.kind and gist(one) == gist(other)


def as_calm(one: AnyValue | None, other: AnyValue) -> bool:
    """Whether both have something to tell, or neither."""
    return one is not None and is_calm(one) == is_calm(other)


def differ_on_one_side(one: AnyValue | None, other: AnyValue | None) -> bool:
    """Whether two answers differ in a number alone, on the same side of the threshold, and the
    other is not the same number with its fraction."""
    return needed_margin(one, other) == NUMBER_MARGIN and not lost_fraction(one, other)


def needed_margin(one: AnyValue | None, other: AnyValue | None) -> float:
    """0 where two answers do not contradict each other on what matters."""
    match one, other:
        case Symptoms(), Symptoms():
            opposed = _denied(one, other) or _denied(other, one)
        case Temperature(), Temperature() if _abnormal(one) == _abnormal(other):
            said = _differ(one, other) and not lost_fraction(other, one)
            return NUMBER_MARGIN if said else 0.0
        case None, _:
            opposed = False
        case _:
            opposed = other is not None and one.kind == other.kind and gist(one) != gist(other)
    return DECISIVE_MARGIN if opposed else 0.0


def _denied(one: Symptoms, other: Symptoms) -> bool:
    """Whether the other denies what one has: by name, or by having nothing at all."""
    return bool(set(one.present) & set(other.absent)) or bool(one.present and not other.present)


def _abnormal(value: Temperature) -> bool | None:
    if value.celsius is not None:
        return value.celsius >= ABNORMAL_CELSIUS
    return {"fever": True, "normal": False}.get(value.reported or "")


def is_whole(value: AnyValue | None) -> bool:
    """A temperature without its decimal: "thirty-six" may go on with "point five"."""
    celsius = value.celsius if isinstance(value, Temperature) else None
    return celsius is not None and celsius.is_integer()


def lost_fraction(one: AnyValue | None, fuller: AnyValue | None) -> bool:
    """Whether one is the other without its tenths, as 36 of 36.5."""
    match one, fuller:
        case Temperature(celsius=float(whole)), Temperature(celsius=float(said)):
            return whole.is_integer() and whole < said < whole + 1
    return False


def _differ(one: Temperature, other: Temperature) -> bool:
    return None not in (one.celsius, other.celsius) and one.celsius != other.celsius
