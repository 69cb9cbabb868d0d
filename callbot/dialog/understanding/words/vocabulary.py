"""Finding a lexicon's words in a text: the longest word at each place, from left to right."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from callbot.dialog.understanding.words.patterns import (
    GAP,
    first_characters,
    frame_expression,
    gap_expression,
)

PAUSES = {",": "pause", ".": "stop", "?": "asking"}

_GAP_CHARACTERS = r"[^,.?]{0,6}?"
_GAP_WORDS = r"(?: [^ ,.?]+){0,4}? ?"


Choices = tuple[tuple[str, ...], ...]
"""Of a pattern: what can stand in each of its parts."""


class Role(StrEnum):
    """What a word does in a sentence, whatever the language."""

    PAUSE = "pause"
    STOP = "stop"
    ASKING = "asking"
    UNKNOWN = "unknown"
    """Text that no word of the lexicon covers."""
    HARMLESS = "harmless"
    """The same, but known to tell nothing."""
    BODY = "body"
    """May speak of how one is, and of nothing else that is asked about."""
    OUTING = "outing"
    """The same of a way out."""
    COMPANY = "company"
    """The same of other people."""
    PASTIME = "pastime"
    """A clause with one tells how the day is spent, and not how one is."""
    DEFINITE = "definite"
    """Names a symptom anew, as no part of a list denied before it ("no fever the chills")."""
    COMMENT = "comment"
    """Begins a comment on what was told ("it's costing me a fortune")."""
    LIKENESS = "likeness"
    """Beside it a harmless word may paint an illness ("跟火炉子似的")."""
    IGNORED = "ignored"
    LIGHT = "light"
    EVERYDAY = "everyday"
    MOOD = "mood"
    """What people take a denial back with, and no illness ("就是想孙子")."""
    CLOSING = "closing"
    CONTRAST = "contrast"
    RESERVATION = "reservation"
    FORGONE = "forgone"
    """What its clause goes on to tell was not done, though no word denies it ("missed")."""
    EXCEPT = "except"
    JOIN = "join"
    OR = "or"
    LIST_TAIL = "list_tail"
    NEGATOR = "negator"
    TIGHT_NEGATOR = "tight_negator"
    ALL_NEGATOR = "all_negator"
    NOUN_NEGATOR = "noun_negator"
    COMPLETED = "completed"
    AFFIRMER = "affirmer"
    SLIGHT = "slight"
    """Of these, the ones for a little of what follows."""
    ASSENT = "assent"
    """A yes that can be nothing else, wherever it stands."""
    INTENSIFIER = "intensifier"
    DENIAL = "denial"
    WELL = "well"
    """Of the denials one that only tells of health: it denies neither ways out nor meetings."""
    STANDS_FOR = "stands_for"
    """Takes up what was said of somebody else ("but my mother does")."""
    VAGUE = "vague"
    FAIR = "fair"
    """Of these, what is well enough beside a symptom that is denied ("还好,不咳了")."""
    DOUBT = "doubt"
    WHETHER = "whether"
    HEDGE = "hedge"
    CORRECTION = "correction"
    NOT_SO = "not_so"
    """Of negators one that takes back what was said before it ("不是")."""
    UNDENIES = "undenies"
    """Denies the denial that follows it ("it's not like I don't")."""
    BUT_SO = "but_so"
    """Begins what is said in place of it ("是", "而是")."""
    STALL = "stall"
    """Stops in the middle of an answer, to put it right after ("等一下")."""
    SUPPOSING = "supposing"
    """Its clause only supposes, wishes or fears, and asserts nothing."""
    UNLESS = "unless"
    """Supposes away why something was done ("要不是"): what is denied after it was done."""
    NO_ONE = "no_one"
    """Denies of everybody what is felt, if it stands right before it ("家里没人咳")."""
    HABIT = "habit"
    """How often something is done."""
    OBLIGED = "obliged"
    """Of words for what is to come, those that tell what is done if it is done every day."""
    PAST = "past"
    WEEKDAY = "weekday"
    """Past if what is told after it is told of now."""
    NOW = "now"
    RECOVERED = "recovered"
    LATER = "later"
    LONG_AGO = "long_ago"
    """Before the time that is asked about."""
    SINCE = "since"
    """From here on is asked about; a journey told before it belongs to the way home."""
    JOURNEY = "journey"
    DIRECTION = "direction"
    """Before a word of no list it makes a place of it ("to Gregson's")."""
    SELF = "self"
    OWN = "own"
    """What is done or felt, in a phrase that names the resident ("i stayed with")."""
    COPULA = "copula"
    """Tells what the resident is, before anything but an act ("I'm coaching")."""
    STATE = "state"
    """Of these, with a verb that tells no deed ("I look")."""
    POSSESSIVE = "possessive"
    """Tells whose something is, and does nothing ("my")."""
    RECIPIENT = "recipient"
    """The resident as one to whom something is done ("drove me")."""
    CORE = "core"
    CHILD = "child"
    """Of those at home one too young to come to the telephone."""
    FAMILY = "family"
    ELDER = "elder"
    """Of the family one who is often answered for."""
    LIVES_HERE = "lives_here"
    """Whoever it is said of lives with the resident."""
    EVERYONE = "everyone"
    OUTSIDER = "outsider"
    THIRD = "third"
    ADDRESSEE = "addressee"
    FOCUS = "focus"
    COMPANION = "companion"
    OBJECT_MARKER = "object_marker"
    SAYS = "says"
    INVITES = "invites"
    """Of these, the asking to go or to meet, which may be declined."""
    ON_BEHALF = "on_behalf"
    """Of these, what another does in the resident's place."""
    DECLINED = "declined"
    """What was asked for was not done."""
    ALL = "all"
    MEASURE = "measure"
    LIMIT = "limit"
    """After a number: where fever begins, which nobody has measured."""
    BELOW = "below"
    ABOVE = "above"
    NORMAL = "normal"
    ABNORMAL = "abnormal"
    NOT_MEASURED = "not_measured"
    MEDICINE = "medicine"
    INSTRUMENT = "instrument"
    """What measures: a doubt told of it leaves the number told before it standing."""
    AMBIENT = "ambient"
    EARLIER_DAY = "earlier_day"
    SYMPTOM = "symptom"
    LACK = "lack"
    """Of these, one whose phrase holds a negation, so that no other denies it ("no energy")."""
    SEVERE = "severe"
    COMPLAINT = "complaint"
    STRAIN = "strain"
    """A complaint that no word before it denies ("没有上楼得扶着")."""
    PART = "part"
    FEELING = "feeling"
    OUT = "out"
    OUTDOORS = "outdoors"
    ERRAND = "errand"
    SENDING = "sending"
    GO = "go"
    HOME = "home"
    PLACE = "place"
    TRANSPORT = "transport"
    WHEN = "when"
    DAY = "day"
    """Of these, what names a day: what is told of it is told of no other."""
    AFTERWARDS = "afterwards"
    """From what was just told on."""
    MEET = "meet"
    ARRIVE = "arrive"
    """Comes in person; after a word for "nobody" or for keeping apart, it was met after all."""
    TOGETHER = "together"
    """Is done sitting together; after a word for keeping apart, they did not."""
    CROWD = "crowd"
    """Who goes there, or does that, meets people ("church", "my shift")."""
    ALONE = "alone"
    THING = "thing"
    """Keeps company, and is nobody to be met ("nobody but the radio")."""
    APART = "apart"
    CLOSE = "close"
    """Meets in a way that needs nearness ("had coffee with")."""
    DISTANCE = "distance"
    """Tells only how far off somebody was."""
    OPPOSITE = "opposite"
    """The same, or where somebody lives ("the neighbor across the hall")."""
    ONLY = "only"
    NOBODY = "nobody"
    YES = "yes"
    NO = "no"
    WEAK_YES = "weak_yes"
    VERB_ECHO = "verb_echo"
    LACKING = "lacking"
    """A word of needing, that says nothing once it is denied ("没…的需要"), and little alone."""
    HAD = "had"
    """What is told with it is there already ("药也够吃半个月")."""
    NEED = "need"
    """What people ask to be brought or done."""
    WISH = "wish"
    """The asking for it, or that it runs out."""
    BRINGING = "bringing"
    """What is done for the resident: by us, if nobody is named ("给我送")."""
    ABSENT = "absent"
    """Beside goods: they are missing ("药没有了")."""
    REQUEST = "request"
    PASSING = "passing"
    """A request that is done with once a yes is given."""
    MENTIONED = "mentioned"
    """What a request is about, which beside an answer is only spoken of ("the boiler man came")."""
    INFIRM = "infirm"
    """A cry for help that may as well tell why somebody stays at home ("I can't get up")."""
    WONDERING = "wondering"
    """Asks only whether what is told counts."""
    RHETORICAL = "rhetorical"
    """Has the form of a question, and asks for nothing."""


UNREAD = (Role.UNKNOWN, Role.BODY, Role.OUTING, Role.COMPANY)
"""What may be the thing that matters, at some question or at all."""


@dataclass(frozen=True)
class Mark:
    """A word's part, with a code where the part has several (a symptom's, a place's name)."""

    role: Role
    code: str = ""


@dataclass(frozen=True)
class Token:
    """A stretch of the text, `start` to `end`, and the parts its word can play."""

    start: int
    end: int
    text: str
    marks: tuple[Mark, ...]

    @cached_property
    def roles(self) -> frozenset[Role]:
        return frozenset(mark.role for mark in self.marks)

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    def codes(self, role: Role) -> tuple[str, ...]:
        return tuple(mark.code for mark in self.marks if mark.role is role)


class Vocabulary:
    """Words with their marks, ready to be found.

    spaced: words are separated by spaces, and are only found whole (English). frames: patterns
    with more phrases than are listed, as the choices of their parts, with their marks.
    """

    def __init__(
        self,
        entries: Iterable[tuple[str, Mark]],
        *,
        spaced: bool,
        frames: Iterable[tuple[Choices, Mark]] = (),
    ) -> None:
        self._spaced = spaced
        self._words: dict[str, dict[Mark, None]] = {}
        gapped: dict[str, dict[Mark, None]] = {}
        for written, mark in entries:
            phrase = written.rstrip(GAP + " ") if GAP in written else written
            (gapped if GAP in phrase else self._words).setdefault(phrase, {})[mark] = None
        lengths: dict[str, set[int]] = {}
        for word in self._words:
            lengths.setdefault(word[0], set()).add(len(word))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}
        tails: dict[tuple[str, tuple[Mark, ...]], list[str]] = {}
        for phrase, marks in gapped.items():
            head, tail = phrase.split(GAP, 1)
            tails.setdefault((head, tuple(marks)), []).append(tail)
        gap = _GAP_WORDS if spaced else _GAP_CHARACTERS
        self._gapped: dict[str, list[tuple[re.Pattern[str], tuple[Mark, ...]]]] = {}
        for (head, marked), ends in tails.items():
            expression = (gap_expression(head, ends, gap), marked)
            self._gapped.setdefault(head[0], []).append(expression)
        framed: dict[Choices, dict[Mark, None]] = {}
        for choices, mark in frames:
            framed.setdefault(choices, {})[mark] = None
        for choices, given in framed.items():
            expression = (frame_expression(choices, gap, spaced=spaced), tuple(given))
            for character in first_characters(choices):
                self._gapped.setdefault(character, []).append(expression)

    @property
    def words(self) -> Iterable[str]:
        return self._words

    def marks(self, word: str) -> tuple[Mark, ...]:
        return tuple(self._words.get(word, ()))

    def tokens(self, text: str, known: Sequence[Token] = ()) -> list[Token]:
        """The whole text as tokens; `known` are stretches already read (numbers)."""
        found: list[Token] = []
        starts = {token.start: token for token in known}
        next_known = sorted(starts)
        at = unread = 0
        while at < len(text):
            limit = next((start for start in next_known if start > at), len(text))
            token = starts.get(at) or self._at(text, at, limit)
            if token is None:
                at += 1
                continue
            found += _gap(text, unread, at)
            found.append(token)
            at = unread = token.end
        return found + _gap(text, unread, len(text))

    def _at(self, text: str, at: int, limit: int) -> Token | None:
        character = text[at]
        if character in PAUSES and not _inside_number(text, at):
            return Token(at, at + 1, character, (Mark(Role(PAUSES[character])),))
        if self._spaced and at and text[at - 1].isalnum():
            return None
        best: Token | None = None
        for length in self._lengths.get(character, ()):
            end = at + length
            word = text[at:end]
            if end <= limit and word in self._words and self._ends(text, end):
                best = Token(at, end, word, tuple(self._words[word]))
                break
        for expression, marks in self._gapped.get(character, ()):
            match = expression.match(text, at, limit)
            if match and self._ends(text, match.end()) and (not best or match.end() > best.end):
                best = Token(at, match.end(), match[0], marks)
        return best

    def _ends(self, text: str, end: int) -> bool:
        return not self._spaced or end == len(text) or not text[end].isalnum()


def _gap(text: str, start: int, end: int) -> list[Token]:
    if text[start:end].strip():
        return [Token(start, end, text[start:end], (Mark(Role.UNKNOWN),))]
    return []


def _inside_number(text: str, at: int) -> bool:
    return text[at] == "." and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()
