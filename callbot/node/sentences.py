"""What the bot may say, with names and numbers filled in, so that it can be spoken beforehand."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from callbot.calls.announcement import load_announcements
from callbot.calls.conversation import FILLER
from callbot.calls.turn_taking import PLAIN, TurnTaking, load_turn_taking
from callbot.config import Settings
from callbot.dialog.script import Script, with_value
from callbot.models import Resident
from callbot.speech.synthesizer import Prompt

ANNOUNCEMENT: Final = "callers"

SPOKEN_CELSIUS: Final = [tenths / 10 for tenths in range(340, 426)]
"""Every temperature that can be read back, prepared before the first ring."""


class Sentences:
    """Of one office. Raises DataFileError when made, for what is wrong in its prompts folder."""

    def __init__(self, settings: Settings) -> None:
        self._turn_taking = load_turn_taking(settings.prompts_dir)
        self._announcements = load_announcements(settings.prompts_dir)
        self._settings = settings

    def _office(self, locale: str) -> dict[str, str]:
        return {
            "office": self._settings.office_in(locale),
            "office_phone": " ".join(self._settings.office_phone),
        }

    def turn_taking(self, locale: str) -> TurnTaking:
        return self._turn_taking.get(locale, PLAIN)

    def announcement(self) -> Prompt:
        """To callers whom we have nothing to ask, in the office's own language."""
        locale, template = next(iter(self._announcements.items()))
        return Prompt(ANNOUNCEMENT, locale, template.format_map(self._office(locale)))

    def for_anybody(self, script: Script, locale: str) -> Iterable[Prompt]:
        """What is the same in every call in a language."""
        office = self._office(locale)
        if filler := self.turn_taking(locale).filler:
            yield Prompt(FILLER, locale, filler, script.name)
        for prompt_id, template in script.fixed_prompts(locale):
            filled = _filled(template, office)
            if filled is not None:
                yield Prompt(prompt_id, locale, filled, script.name)
            for celsius in SPOKEN_CELSIUS if "{celsius}" in template else ():
                value = {"celsius": f"{celsius:.1f}"}
                text = _filled(template, {**office, **value})
                if text is not None:
                    yield Prompt(with_value(prompt_id, value), locale, text, script.name)

    def for_one(self, script: Script, resident: Resident, now: datetime) -> Iterable[Prompt]:
        """What names this resident, or a day of theirs."""
        office = self._office(resident.locale)
        variables = self.variables(script, resident, _follow_up_day(resident, now))
        for prompt_id, template in script.fixed_prompts(resident.locale):
            text = _filled(template, variables)
            if text is not None and _filled(template, office) is None:
                yield Prompt(prompt_id, resident.locale, text, script.name)

    def variables(self, script: Script, resident: Resident, day: int) -> dict[str, str]:
        """What may stand in braces in any wording. day: of the follow-up, from 0."""
        release = resident.release_date
        return {
            **self._office(resident.locale),
            "name": resident.name,
            "day": str(day),
            "days_left": str(max(0, resident.last_day_number - day)),
            "release_date": release.strftime(script.wording(resident.locale).date_format),
        }


def _follow_up_day(resident: Resident, now: datetime) -> int:
    local: date = now.astimezone(ZoneInfo(resident.time_zone)).date()
    return (local - resident.exposed_on).days


def _filled(template: str, variables: dict[str, str]) -> str | None:
    """The template with its variables, or None when one of them is not known yet."""
    try:
        return template.format_map(variables)
    except KeyError:
        return None
