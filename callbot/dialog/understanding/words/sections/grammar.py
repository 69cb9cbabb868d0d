"""Words that shape a sentence, whatever it is about."""

from typing import Annotated

from pydantic import Field

from callbot.dialog.understanding.words.roles import Role
from callbot.dialog.understanding.words.sections.section import Aside, Plays, Section, Words


class Grammar(Section):
    """Words that shape a sentence, whatever it is about."""

    ignored: Words = ()
    light: Words = ()
    closing: Words = Field(default=(), description="ends what is said of a person")
    broken_off: Aside = Field(
        default=(), description="nothing ends so: what the last words tell of was to follow (the)"
    )
    everyday: Words = Field(default=(), description="daily life; tells nothing about health")
    mood: Words = Field(default=(), description="boredom and longing, which are no illness")
    harmless: Aside = Field(
        default=(), description="may stand beside a no; looked at only where nothing else is read"
    )
    body: Aside = Field(default=(), description="harmless but where health is asked about")
    outing: Aside = Field(default=(), description="harmless but where going out is asked about")
    company: Aside = Field(default=(), description="harmless but where visitors are asked about")
    deed: Aside = Field(
        default=(), description="an act: harmless but where going out and visitors are asked about"
    )
    pastime: Aside = Field(
        default=(), description="after a denial of illness its clause tells how the day is spent"
    )
    usually: Aside = Field(
        default=(), description="before an act: a habit, that a but may tell was left out"
    )
    minds: Aside = Field(
        default=(), description="before the resident: what others know, or feel, of them"
    )
    was: Aside = Field(default=(), description="behind a place it tells how it was there")
    having: Aside = Field(default=(), description="before a sign: it is had (got a cough)")
    indefinite: Aside = Field(default=(), description="articles of what one is (a worrier)")
    definite: Words = Field(default=(), description="after it a symptom is no part of a list")
    comment: Words = Field(
        default=(), description="after a denial it begins a sentence of its own, without a pause"
    )
    likeness: Words = Field(default=(), description="beside it no word is harmless")
    event: Aside = Field(
        default=(), description="in a clause without one, words of no list tell of no way out"
    )
    aspect: Aside = Field(default=(), description="follows what was done")
    perfective: Aside = Field(default=(), description="in a word for an act: it was done")
    ceasing: Aside = Field(
        default=(), description="right before such a word: it is done no more (没去了)"
    )
    afield: Aside = Field(
        default=(),
        description="in a word of no list: went out or met after all, denied outright or not",
    )
    contrast: Words = ()
    reservation: Words = ()
    forgone: Aside = Field(default=(), description="after it an act was not done (missed)")
    out_of_reach: Aside = Field(
        default=(), description="after a denial its clause tells why, of a thing or somebody away"
    )
    except_: Words = Field(default=(), alias="except")
    join: Words = ()
    or_: Words = Field(default=(), alias="or")
    list_tail: Words = ()
    taking_up: Aside = Field(
        default=(), description="begins a negation of all that was listed before it"
    )
    negator: Words = ()
    tight_negator: Words = ()
    all_negator: Words = ()
    noun_negator: Words = ()
    concord: Aside = Field(
        default=(), description="denies, and is denied by no word before it (ain't been nowhere)"
    )
    topic: Aside = Field(
        default=(), description="particles that set a word against what was told before"
    )
    subject: Aside = Field(default=(), description="particles after what a sentence tells of")
    undergone: Aside = Field(
        default=(), description="begins a verb for having a sign, after the person who has it"
    )
    linking: Aside = Field(default=(), description="endings that join a sentence to the next")
    concluding: Aside = Field(
        default=(), description="endings of verbs in which a sign is told, before another is denied"
    )
    scene: Aside = Field(default=(), description="particles after where something is done")
    as_well: Aside = Field(
        default=(), description="particles after what is added to what was said before"
    )
    not_gone: Aside = Field(
        default=(), description="words for having stayed in which deny the way out before them"
    )
    along: Aside = Field(default=(), description="particles after who went along (아내하고)")
    trailing: Aside = Field(
        default=(), description="endings of a sentence that the next may take back"
    )
    causal: Aside = Field(default=(), description="words, or endings, of a reason")
    completed: Aside = ()
    affirmer: Words = ()
    slight: Words = Field(default=(), description="affirmers for a little of what follows")
    assent: Words = Field(
        default=(), description="a yes that can be nothing else, wherever it stands"
    )
    intensifier: Words = ()
    denial: Words = ()
    well: Annotated[Words, Plays(Role.DENIAL, Role.WELL)] = Field(
        default=(), description="a denial of illness, and of nothing else: that one is well"
    )
    stands_for: Words = Field(
        default=(), description="after a person: what was just said is true of that one, or is not"
    )
    likewise: Aside = Field(
        default=(), description="begins one of `stands_for`: what was done is true of that one, too"
    )
    fair: Words = Field(default=(), description="of `vague`: well enough beside a denied symptom")
    vague: Words = ()
    doubt: Words = ()
    whether: Words = ()
    hedge: Words = ()
    correction: Words = ()
    not_so: Words = Field(default=(), description="negators that take back what stands before")
    undenies: Words = Field(default=(), description="denies the denial that follows it")
    but_so: Words = Field(default=(), description="begins what is said in its place")
    stall: Words = Field(default=(), description="stops an answer that is then put right")
    supposing: Words = Field(default=(), description="what its clause tells is not asserted")
    consequence: Aside = Field(default=(), description="begins what would follow from it")
    mistaken: Aside = Field(
        default=(), description="what is thought to be felt: it was not, if that is said after it"
    )
    unless: Words = Field(default=(), description="supposes away why an act was done")
    all_but: Aside = Field(default=(), description="before an act: it all but happened (差点)")
    no_one: Words = Field(default=(), description="right before a symptom it denies it of all")
    habit: Words = ()
    obliged: Words = Field(default=(), description="of `later`: told with a habit, it is done")
    past: Words = ()
    weekday: Words = Field(default=(), description="past beside what is told of now")
    last_night: Words = Field(
        default=(), description="since the last call: what was felt then counts, though it is over"
    )
    now: Words = ()
    just: Aside = Field(
        default=(), description="before an act: it is done, whatever negation stands before"
    )
    recovered: Words = ()
    later: Words = ()
    long_ago: Words = Field(
        default=(), description="before the time asked about: what was done then does not count"
    )
    last_week: Words = Field(default=(), description="long ago, beside what was since then")
    before_asked: Words = Field(default=(), description="names a day before the time asked about")
    asked_since: Words = Field(
        default=(), description="the whole time asked about: denied of it, no day before counts"
    )
    lasting: Aside = Field(
        default=(), description="told of such a day: it may have gone on since (moved in)"
    )
    afterwards: Words = Field(default=(), description="from what was just told on")
    until: Words = Field(default=(), description="before a time: denied until then, and not after")
    since: Words = Field(
        default=(), description="from here on is asked about; a journey before it led home"
    )
    homecoming: Aside = Field(
        default=(), description="behind `since`: how the resident came to be at home, or long ago"
    )
    time_from: Aside = Field(default=(), description="from: before a time, closed by `time_begun`")
    time_begun: Aside = Field(default=(), description="on: behind the time since when it is so")
    only: Words = ()
    all: Words = ()
    even: Aside = Field(default=(), description="before an act that nobody would do")
    exclaimed: Aside = Field(default=(), description="ends the clause that exclaims about it")
