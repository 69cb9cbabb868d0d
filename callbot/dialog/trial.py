"""What it takes to try a script by typing: inputs from typed lines, values to fill in."""

from collections.abc import Sequence
from datetime import date, timedelta

from callbot.dialog.answers import Hypothesis
from callbot.dialog.events import Digits, Heard, Input, Silence
from callbot.dialog.script import Script

EXAMPLE_NAME = "王秀英"
KEYS_PREFIX = "#"
"""What is typed behind it is pressed: `#1`, `#365`, `#*`."""


def typed(line: str) -> Input:
    """What a typed line does: words are said, keys are pressed, nothing is silence."""
    line = line.strip()
    keys = line.removeprefix(KEYS_PREFIX).strip()
    if line.startswith(KEYS_PREFIX) and keys and set(keys) <= set("0123456789*"):
        return Digits(digits=keys)
    return Heard(hypotheses=(Hypothesis(text=line),)) if line else Silence()


def third_day(
    script: Script,
    locale: str,
    today: date,
    *,
    resident: str,
    office: str,
    office_phone: Sequence[str],
) -> dict[str, str]:
    """What a call on the third day of fourteen would fill in."""
    release = today + timedelta(days=11)
    return {
        "office": office,
        "office_phone": " ".join(office_phone),
        "name": resident,
        "day": "3",
        "days_left": "11",
        "release_date": release.strftime(script.wording(locale).date_format),
    }
