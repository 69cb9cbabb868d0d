"""Phrases of each request."""

from typing import Annotated

from pydantic import Field

from callbot.dialog.answers import Intent
from callbot.dialog.understanding.words.roles import Role
from callbot.dialog.understanding.words.sections.section import Aside, Plays, Section, Words


class Requests(Section):
    """Phrases of each request; `interrogative` words make a sentence a question."""

    phrases: Annotated[dict[Intent, Words], Plays(Role.REQUEST)] = Field(default_factory=dict)
    alone: Annotated[dict[Intent, Words], Plays()] = Field(default_factory=dict)
    mentioned: Annotated[dict[Intent, Words], Plays(Role.REQUEST, Role.MENTIONED)] = Field(
        default_factory=dict,
        description="a request by what it is about; none beside an answer that speaks of it",
    )
    passing: Words = Field(
        default=(),
        description="how to speak (slower), or a chore that goes on: done with once a yes is given",
    )
    occupied: Words = Field(
        default=(),
        description="of `busy`: what one is at (driving), done with by a yes that stands behind it",
    )
    stays: Words = Field(
        default=(), description="of `wait`: to stay on the line, whatever one is busy with"
    )
    calling_again: Aside = Field(
        default=(),
        description="in `busy`: to be called again, by whoever began with words for waiting",
    )
    whom: Words = Field(
        default=(),
        description="of `who_is_this`: whom we want, to be told again by who did not catch that",
    )
    softening: Aside = Field(
        default=(),
        description="behind words for no more calls: beside being busy, they are of now only",
    )
    infirm: Words = Field(
        default=(),
        description="an emergency, but where it tells why one stayed at home (can't get up)",
    )
    interrogative: Annotated[Words, Plays(Role.ASKING)] = ()
    supposing: Aside = Field(
        default=(), description="begins a clause that belongs to the question beside it (if)"
    )
    wondering: Words = Field(
        default=(), description="asks only whether what is told counts: it is told all the same"
    )
    speaking_for: Aside = Field(
        default=(), description="somebody at home answers in the resident's place"
    )
    fetching: Aside = Field(
        default=(), description="the resident is called to the telephone, and will be on it next"
    )
    told_by: Aside = Field(default=(), description="in a clause that wonders: it was done")
    rhetorical: Words = Field(
        default=(), description="looks like a question, and asks for nothing (is that bad)"
    )
    negated_by: Annotated[Words, Plays(Role.NEGATOR)] = ()
    reasons: Aside = Field(
        default=(), description="between a need and what was done: it was done for that reason"
    )
    because: Aside = Field(
        default=(), description="begins the reason for a way out, told behind it"
    )
    lacked: Aside = Field(
        default=(), description="in such a reason: it was lacked then, and is asked for no more"
    )
    closing: Words = Field(
        default=(), description="ends what is told before it is asked about, without a pause"
    )
    exchanging: Aside = Field(
        default=(), description="begins a request for somebody else; behind goods, for others"
    )
    ignored: Words = ()
    outsider: Words = ()
