"""English numbers: words written as digits, with each place's origin in the text, and what they
measure."""

import re

from callbot.dialog.understanding.numerals.measure import FAHRENHEIT, Measure

_UNITS = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
} | {"oh": 0, "o": 0, "nought": 0}
_TENS = {
    word: value
    for value, word in zip(
        range(20, 100, 10),
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"],
        strict=True,
    )
}
_SPLIT_TENS = ("30", "40", "90")
"""Tens of a temperature, in degrees Celsius or Fahrenheit."""

_BELIEVED_WHOLE = range(34, 43)
"""Degrees after which a nought that ends the sentence is the fraction ("thirty-seven oh")."""

_LEADING = ("and", "then", "a", "an", "it", "says")
"""What people say between the degrees on a display and the tenth."""

_SOUND_ALIKE = {"won": 1, "to": 2, "too": 2, "for": 4, "fore": 4, "ate": 8}
"""Words that a recogniser writes for a digit: of the degrees, or of the tenth that ends it."""

_ALIKE_BEHIND_POINT = {"won": 1, "to": 2, "too": 2, "for": 4, "fore": 4, "ate": 8, "nothing": 0,
                        "nil": 0}  # fmt: skip

_AFTER_TENTH = (
    "took", "taken", "it", "its", "i", "im", "just", "and", "that", "thats", "so", "doctor", "sir",
    "maam", "dear", "love", "honey", "now", "today", "fresh", "straight",
)  # fmt: skip
"""What may follow a tenth without a pause; "for" before another word is no four."""

_AFTER_ALIKE = (
    "degree", "degrees", "celsius", "centigrade", "c", "fahrenheit", "f", "this", "last", "when",
)  # fmt: skip

_NOUGHT = ("oh", "o", "nought", "zero")
_HUNDRED_AND = re.compile(r"100\.(\d)")
_LIKE_AND = (" in", " at", " an", " end", " is")
"""What a recogniser writes for "and" between a hundred and its degrees."""
_OR_NOT = (" at", " is")
"""Of these, what is one only before degrees with their tenths: the rest may be an hour."""

_TORN = re.compile(
    r" ?(?:(?:[a-z]+ |, )?\d\.\d(?![\d.])"
    r"|(?:(?:and|in|at|with) \. \d|(?<=100 )at [1-6])(?= *$| *[,.?]))"
)
"""What follows a whole number whose rest was misheard: "99 with 1.4", "100 and .3", since no figure
below ten is a temperature by itself, and "100 at 1", which may be a hundred and one."""
_REST = re.compile(r"\d(?:\.\d{1,2})?")
_POINT = ("point", "dot", "decimal", "comma")
_WORD = re.compile(r"[a-z]+|\d+(?:\.\d+)?|[^a-z\d]")


def words_to_digits(text: str) -> tuple[str, list[int]]:
    """`it is thirty six point five` → `it is 36.5`, and for each place of the result its place
    in the text (one more than the result's length, the last being the text's end)."""
    words = [(match[0], match.start(), match.end()) for match in _WORD.finditer(text)]
    out: list[str] = []
    origin: list[int] = []
    at = 0
    while at < len(words):
        taken, spelled = _number(words, at)
        start = words[at][1]
        if not taken:
            taken, spelled = 1, words[at][0]
            origin += range(start, start + len(spelled))
        else:
            origin += [start] * len(spelled)
        out.append(spelled)
        at += taken
    return "".join(out), [*origin, len(text)]


def _number(words: list[tuple[str, int, int]], at: int) -> tuple[int, str]:
    """How many words make a number at this place, and the number in digits; (0, "") if none."""
    in_two, taken = _in_two(words, at)
    if "." in in_two:
        return taken, in_two
    whole, taken = (int(in_two), taken) if in_two else _whole(words, at)
    if not taken:
        return 0, ""
    fraction, end = "", at + taken
    point = _point(words, end)
    if point and (sounded := _alike_behind_point(words, point)):
        return point + 3 - at, f"{whole}.{sounded}"
    if point:
        digit_at = point + 1
        while (digit := _digit(_word(words, digit_at + 1))) is not None:
            fraction += digit
            digit_at += 2
        if fraction:
            return digit_at - at, f"{whole}.{fraction}"
    if whole in _BELIEVED_WHOLE and _word(words, end + 1) in _NOUGHT and _ends(words, end + 2):
        return taken + 2, f"{whole}.0"
    tenth, more = _added(words, end)
    if not tenth and (alike := _SOUND_ALIKE.get(_word(words, end + 1))) and _tenth_ends(words, end):
        tenth, more = str(alike), 2
    if tenth and (whole in _BELIEVED_WHOLE or FAHRENHEIT[0] <= whole <= FAHRENHEIT[1]):
        return taken + more, f"{whole}.{tenth}"
    return taken, str(whole)


def _added(words: list[tuple[str, int, int]], end: int) -> tuple[str, int]:
    """A digit read off after the degrees, at the end of what is said ("thirty-six and then a
    four"), with how many words it takes; "" if there is none."""
    at = end
    while _word(words, at + 1) in _LEADING:
        at += 2
    digit = _digit(_word(words, at + 1)) or ""
    led = at > end and _word(words, at - 1) in ("then", "a", "an")
    return (digit, at + 2 - end) if led and len(digit) == 1 and _ends(words, at + 2) else ("", 0)


def _alike_behind_point(words: list[tuple[str, int, int]], point: int) -> str:
    """The tenth of "thirty-eight point to"; "" if what follows the point is no word that sounds
    like a digit, or goes on ("thirty-seven point to be exact")."""
    alike = _ALIKE_BEHIND_POINT.get(_word(words, point + 2))
    after = _word(words, point + 4)
    goes_on = not _ends(words, point + 3) and after not in (*_AFTER_TENTH, *_AFTER_ALIKE)
    return "" if alike is None or goes_on else str(alike)


def _tenth_ends(words: list[tuple[str, int, int]], end: int) -> bool:
    """Whether the word after the degrees may be a tenth: what follows it begins anew, or the
    degrees were written as they sound, too ("thirty ate for")."""
    anew = _ends(words, end + 2) or _word(words, end + 3) in _AFTER_TENTH
    return anew or words[end - 1][0] == "ate"


def _in_two(words: list[tuple[str, int, int]], at: int) -> tuple[str, int]:
    """`90 8.6`, `100 and 1.3`, `100.2.4`: one number, of which the recogniser wrote tens or hundred
    apart; with how many words make it, ("", 0) if none do. A bare digit after 100 is surely a unit
    only behind "and" ("100 4" may be 100.4), or before its own tenths."""
    word = words[at][0]
    if unit := _HUNDRED_AND.fullmatch(word):
        tenths, taken = _tenths(words, at + 1)
        return (f"{100 + int(unit[1])}.{tenths}", taken + 1) if tenths else ("", 0)
    head, taken = _TENS.get(word, int(word) if word in _SPLIT_TENS else 0), 1
    if not head:
        head, taken = (100, 1) if word == "100" else _whole(words, at)
    hundred = head == 100
    if not hundred and head not in map(int, _SPLIT_TENS):
        return "", 0
    end = at + taken
    joined = "".join(text for text, _, _ in words[end : end + 2])
    alike = joined in _LIKE_AND
    if hundred and (alike or joined in (" and", " ,", " .")):
        end += 2
    rest = _word(words, end + 1)
    if hundred and (unit_word := _unit(words, end + 1)):
        rest = str(unit_word)
    whole = alike and joined not in _OR_NOT and _ends(words, end + 2)
    surely = joined == " and" or whole or _point(words, end + 2)
    bare = rest.isdigit() and rest != "0" and (not hundred or bool(surely))
    if not _REST.fullmatch(rest) or not (bare or "." in rest) or (alike and len(rest) > 3):
        return "", 0
    value = head + int(rest[0])
    return f"{value}{rest[1:]}", end + 2 - at


def _tenths(words: list[tuple[str, int, int]], at: int) -> tuple[str, int]:
    """Tenths behind a second point ("100.2.4", "100.2 point four"), and how many words they take;
    "" if there are none."""
    if "".join(text for text, _, _ in words[at : at + 1]) == "." and at + 1 < len(words):
        tenths = words[at + 1][0]
        return (tenths, 2) if tenths.isdigit() and len(tenths) == 1 else ("", 0)
    tenths = (_point(words, at) and _digit(_word(words, _point(words, at) + 2))) or ""
    return tenths, _point(words, at) + 3 - at


def _whole(words: list[tuple[str, int, int]], at: int) -> tuple[int, int]:
    word = words[at][0]
    if word in ("a", "one") and _word(words, at + 2) == "hundred":
        return _hundred(words, at + 2, at)
    if word == "hundred" and not (at > 1 and _counts(words[at - 2][0])):
        # "Two hundred push ups" tells of no fever, nor does "at fourteen hundred".
        return _hundred(words, at, at)
    nought = _word(words, at + 2) in _NOUGHT
    if word in ("one", "won") and nought and (unit := _unit(words, at + 4)) is not None:
        return 100 + unit, 5
    if word in _TENS and _word(words, at + 2) == "and" and _point(words, at + 5):
        # "Thirty and six comma six".
        unit = _unit(words, at + 4)
        return (_TENS[word] + unit, 5) if unit else (_TENS[word], 1)
    if word in _TENS:
        unit = 8 if _word(words, at + 2) == "ate" else _unit(words, at + 2)
        return (_TENS[word] + unit, 3) if unit else (_TENS[word], 1)
    if word in ("three", "four", "nine") and (told := _read_off(words, at)):
        return told
    if word in ("three", "four", "nine") and (_unit(words, at + 2) is not None):
        unit = _unit(words, at + 2) or 0
        return _UNITS[word] * 10 + unit, 3
    if word in _UNITS and word != "o":
        return _UNITS[word], 1
    if word.isdigit() and _point(words, at + 1):
        return int(word), 1
    return 0, 0


def _counts(word: str) -> bool:
    """Whether what follows a word is counted by it, more than once."""
    return word in _TENS or _UNITS.get(word, 0) > 1


def _read_off(words: list[tuple[str, int, int]], at: int) -> tuple[int, int] | None:
    """Degrees read off digit by digit ("a three and a six"), and how many words they take."""
    second = at
    while _word(words, second + 2) in _LEADING:
        second += 2
    unit = _unit(words, second + 2)
    if second == at or unit is None:
        return None
    value = _UNITS[words[at][0]] * 10 + unit
    believed = value in _BELIEVED_WHOLE or value > FAHRENHEIT[0]
    return (value, second + 3 - at) if believed else None


def _hundred(words: list[tuple[str, int, int]], at: int, start: int) -> tuple[int, int]:
    """`hundred (and) two`, `hundred and twelve`, the word hundred standing at `at`."""
    end = at + 1
    follow = at + 4 if _word(words, at + 2) == "and" else at + 2
    more = _word(words, follow)
    if more in _TENS:
        unit = _unit(words, follow + 2)
        return 100 + _TENS[more] + (unit or 0), follow + (3 if unit else 1) - start
    if _UNITS.get(more):
        return 100 + _UNITS[more], follow + 1 - start
    return 100, end - start


def _point(words: list[tuple[str, int, int]], end: int) -> int:
    """Where the point of a number stands whose whole part ends at a place; 0 if there is none.

    People pause before it: "ninety-nine, point one".
    """
    paused = "".join(word for word, _, _ in words[end : end + 3]) == " , "
    point = end + 3 if paused else end + 1
    return point if _word(words, point) in _POINT else 0


def _ends(words: list[tuple[str, int, int]], at: int) -> bool:
    """Whether a sentence or its clause ends at a place."""
    return "".join(word for word, _, _ in words[at : at + 2]).strip()[:1] in ("", ",", ".", "?")


def _word(words: list[tuple[str, int, int]], at: int) -> str:
    """The word at a place, if a single space parts it from the word before."""
    if 0 < at < len(words) and words[at - 1][0] == " ":
        return words[at][0]
    return ""


def _unit(words: list[tuple[str, int, int]], at: int) -> int | None:
    value = _UNITS.get(_word(words, at))
    return value if value is not None and value < 10 else None


def _digit(word: str) -> str | None:
    if word in _UNITS and _UNITS[word] < 10:
        return str(_UNITS[word])
    return word if word.isdigit() and len(word) <= 2 else None


class EnglishNumerals:
    """`thirty six point five`, `thirty-six five`, `98.6`, `a hundred and one point two`."""

    _GRAMMAR = re.compile(
        r"(?<![a-z\d.])(?P<sure>(?:exactly|precisely|bang on|dead on|spot on) )?"
        r"(?P<int>\d{2,3})(?:\.(?P<fraction>\d{1,2})|(?P<cut> point)\b(?! \d)"
        r"|(?P<sep> point| and| degrees?|)? (?P<spoken>\d)(?! ?[\d]| quarters)"
        r"| [,.] (?P<paused>\d)(?= [,.?]|$)"
        r"| (?:and a )?(?P<half>half)| and (?:a|1|(?P<three>3)) (?P<quarter>quarter)s?\b"
        r"| (?P<exact>flat|even|exact(?:ly)?|precisely|(?:dead|bang|spot|smack) on|dead|neat|"
        r"on the (?:dot|nose|button|head)|straight)\b|)"
        r"(?P<more> (?:and )?something| or so| plus| and a (?:bit|little)| and change"
        r"| and then some| and some(?= *[,.?]| *$))?"
        r"(?P<unit> ?(?:degrees?|°)? ?(?:c\b|celsius|centigrade|f\b|fahrenheit)?)"
        r"(?! ?(?:years?|days?|weeks?|minutes?|hours?|oclock|people|times?|dollars?|percent|%"
        r"|am\b|pm\b|pounds?|a\.m|p\.m|st\b|nd\b|rd\b|th\b|street|\d))"
    )

    def measures(self, text: str) -> list[Measure]:
        spelled, position = words_to_digits(text)
        found = []
        for match in self._GRAMMAR.finditer(spelled):
            measure = self._measure(match, position[match.start()], position[match.end()])
            if measure is not None:
                found.append(measure)
        return found

    def number(self, words: str) -> int | None:
        spelled, _ = words_to_digits(words)
        return int(spelled) if spelled.isdigit() else None

    def spoken_digits(self, text: str) -> str:
        return text

    def breaks_off(self, text: str) -> bool:
        return bool(re.search(r"\d[ ,.?]*$", self.spelled_out(text.lower())))

    def spelled_out(self, text: str) -> str:
        return words_to_digits(text)[0]

    def _measure(self, match: re.Match[str], start: int, end: int) -> Measure | None:
        value = float(match["int"])
        unit = match["unit"].strip()
        said = match["fraction"] or match["spoken"] or match["paused"]
        if (
            match["int"].isdigit()
            and len(match["int"]) == 3
            and said is None
            and 340 <= value <= 425
        ):
            return Measure(start, end, value / 10, value / 10, marked=False)
        if said:
            value += float("0." + said)
        elif match["half"]:
            value += 0.5
        elif match["quarter"]:
            # Rounded up: of two tenths the higher is the one to be asked about.
            value += 0.8 if match["three"] else 0.3
        whole = not (said or match["half"] or match["quarter"] or match["exact"] or match["sure"])
        torn = whole and _TORN.match(match.string, match.end())
        high = value + 0.9 if match["more"] else value
        marked = bool(not whole or unit)
        places = 2 if said and len(said) > 1 else 1
        if unit.endswith(("f", "fahrenheit")) or FAHRENHEIT[0] <= value <= FAHRENHEIT[1]:
            value, high = (value - 32) / 1.8, (high - 32) / 1.8
            whole, places = False, 1
        return Measure(
            start,
            end,
            round(value, places),
            round(high, places),
            whole=whole,
            marked=marked,
            cut=bool(match["cut"] or torn),
            more=bool(match["more"]),
        )
