"""Words for whom a statement can be about."""

from typing import Annotated

from pydantic import Field

from callbot.dialog.understanding.words.roles import Role
from callbot.dialog.understanding.words.sections.section import Aside, Plays, Section, Words


class Persons(Section):
    """Whom a statement can be about: `core` live with the resident, `family` may not."""

    self: Words = ()
    copula: Words = Field(default=(), description="tells what the resident is: no deed")
    state: Annotated[Words, Plays(Role.SELF, Role.COPULA)] = Field(
        default=(), description="the resident with a verb that tells no deed"
    )
    possessive: Words = Field(default=(), description="whose something is: does nothing itself")
    recipient: Words = Field(default=(), description="the resident, to whom something is done")
    core: Words = ()
    child: Words = Field(default=(), description="of `core`: too young to come to the telephone")
    elder: Words = Field(default=(), description="of `family`: is often answered for")
    first_person: Annotated[tuple[str, str], Plays()] = Field(
        default=("", ""), description="what stands for whoever is answered for: I, I am"
    )
    family: Words = ()
    lives_here: Words = Field(default=(), description="whoever it is said of lives here")
    lives_apart: Words = Field(
        default=(), description="whoever it is said of does not, and was met if they came"
    )
    everyone: Words = ()
    outsider: Words = ()
    pet: Annotated[Words, Plays(Role.PET, Role.THING)] = Field(
        default=(), description="an animal at home: what it has is no sign of illness of ours"
    )
    title: Words = Field(default=(), description="makes a person of the word of no list after it")
    third: Words = ()
    addressee: Words = Field(default=(), description="who calls; what they do is no doing of ours")
    vocative: Words = Field(
        default=(), description="whom one speaks to, where nothing before it says whose it is"
    )
    focus: Words = Field(default=(), description="before a person: what was said is of that one")
    companion: Words = ()
    object_marker: Words = ()
    says: Words = ()
    invites: Annotated[Words, Plays(Role.INVITES, Role.SAYS)] = Field(
        default=(), description="of `says`: asks the resident to come along"
    )
    on_behalf: Annotated[Words, Plays(Role.ON_BEHALF, Role.SAYS)] = Field(
        default=(), description="of `says`: in the resident's place"
    )
    declined: Words = Field(default=(), description="after an invitation: it came to nothing")
    name_before: Aside = Field(default=(), description="left out before a person's name")
    name_after: Aside = Field(default=(), description="left out after a person's name")
