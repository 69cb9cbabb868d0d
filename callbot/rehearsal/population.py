"""Simulated residents for the people of a roster, and what must come of each."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from callbot.datafile import load
from callbot.errors import BadInput
from callbot.telephony.simulated.residents import SimulatedResident

ARCHETYPES = Path(__file__).with_name("archetypes.yaml")


class Person(Protocol):
    """Whose phone it is; phone: E.164."""

    @property
    def name(self) -> str: ...

    @property
    def phone(self) -> str: ...

    @property
    def locale(self) -> str: ...


class Archetype(BaseModel):
    """A kind of behaviour with its truth.

    answers: parts of the right final values by question; every given part must match. flags:
    rules that must all be flagged; any_flag_of: rules of which one must be.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    resident: dict[str, Any]
    answers: dict[str, dict[str, Any]] = {}
    flags: tuple[str, ...] = ()
    any_flag_of: tuple[str, ...] = ()

    @property
    def abnormal(self) -> bool:
        return bool(self.flags or self.any_flag_of)

    @property
    def clean_line(self) -> bool:
        """Whether their words can be expected to get through."""
        return not {"noise_db", "mumbles"} & self.resident.keys()

    @property
    def hears_all(self) -> bool:
        """Whether they pick up at the first ring and answer to the end."""
        return bool(self.answers) and "picks_up" not in self.resident


@dataclass(frozen=True)
class Inhabitant:
    """A resident at the far end and the truth about them."""

    archetype: Archetype
    resident: SimulatedResident


def populate(people: Sequence[Person], seed: int) -> list[Inhabitant]:
    """One inhabitant a person, in order: each archetype once, then drawn by `seed`.

    They correct what is read back wrongly, as people do.
    """
    archetypes, _ = load(ARCHETYPES, dict[str, list[Archetype]])
    draw = random.Random(seed)
    left: dict[str, list[Archetype]] = {}
    inhabitants = []
    for person in people:
        if person.locale not in archetypes:
            raise BadInput(
                f"no simulated residents speak {person.locale}; "
                f"the roster may have {', '.join(sorted(archetypes))}"
            )
        if person.locale not in left:
            left[person.locale] = list(archetypes[person.locale])
        elif not left[person.locale]:
            left[person.locale] = draw.sample(
                archetypes[person.locale], len(archetypes[person.locale])
            )
        archetype = left[person.locale].pop(0)
        inhabitants.append(Inhabitant(archetype, _resident(person, archetype)))
    return inhabitants


def _resident(person: Person, archetype: Archetype) -> SimulatedResident:
    return SimulatedResident.model_validate(
        {
            "corrects": True,
            **archetype.resident,
            "name": person.name,
            "phone": person.phone,
            "locale": person.locale,
        }
    )
