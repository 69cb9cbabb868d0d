"""Simulated residents of the acceptance tests; their numbers are made up."""

from typing import Any

from callbot.telephony.simulated.residents import SimulatedResident

ANSWERS = {
    "identity": "是我本人",
    "permission": "方便，你说吧",
    "temperature": "三十六度五",
    "symptoms": "没有不舒服",
    "movements": "没有出门，一直在家",
    "contacts": "没有见过人",
    "needs": "不需要",
}

SHORT_ANSWERS = {
    "identity": "是我本人",
    "temperature": "三十六度五",
    "needs": "我要找人工客服",
}
"""In the script `short`, which ends with somebody asking for a person."""


def is_calm(temperature: dict[str, Any]) -> bool:
    """What is made of 三十六度五 in the script `short`, which reads nothing back: on a line that
    loses sound, the decimal may be another."""
    return 36 <= temperature["celsius"] < 37


def resident(number: int, **given: Any) -> SimulatedResident:
    """Someone with nothing to report, but for what is given."""
    says = {**ANSWERS, **given.pop("says", {})}
    return SimulatedResident.model_validate(
        {
            "name": f"居民{number}",
            "phone": f"+86138000{number:05d}",
            "corrects": True,
            "says": says,
            **given,
        }
    )


CALLING_BACK = (
    resident(1, picks_up="busy", says={**SHORT_ANSWERS, "needs": "不需要"}),
    resident(2, picks_up="busy", says={"identity": "以后不要再给我打电话了"}),
)
"""Two who could not be reached: one rings back and answers, one wants no more calls."""
