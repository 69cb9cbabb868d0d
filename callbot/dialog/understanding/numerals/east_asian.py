"""Numbers without spaces between words: Chinese, and both Korean kinds of numerals."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from callbot.dialog.understanding.numerals.measure import FAHRENHEIT, Measure


@dataclass(frozen=True)
class EastAsianNumerals:
    """Numbers of ten and units without spaces: Chinese, Sino-Korean, native Korean tens."""

    digits: Mapping[str, str]
    tens: Mapping[str, int]
    ten: str
    point: str
    degree: str
    half: str
    more: str
    after: str
    """What follows numbers that are no temperature (years of age, o'clock, floors, money)."""
    whole: str = ""
    tenth: str = ""
    ending: str = "(?!)"
    """What begins like a digit and ends a sentence (Korean 이에요)."""
    wordlike: str = "(?!)"
    """What begins like a digit and is a word of its own (Chinese 一直)."""
    particle: str = "(?!)"
    """What looks like a digit and ends the word before a number (Korean 이 in 체온이)."""
    units: Mapping[str, str] = field(default_factory=dict)
    counted: str = "(?!)"
    """Tenths after degrees in the numerals of counting (Korean 서른여섯 도 다섯)."""
    thirds: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """After degrees, part of one that is meant: tenths from and to (Korean 중반)."""

    counted_next: str = "(?!)"
    """What follows tenths and counts something else (Chinese "三十八点六五分钟前")."""
    exact: str = "(?!)"
    """Right before or after a bare number: it has no fraction (Chinese "三十八整")."""
    like_ten: str = "(?!)"
    """A digit that is heard for ten (Chinese 四): "三四六度二" can only be "三十六度二"."""
    pieced: str = "(?!)"
    """Tens and units that a recogniser wrote beside each other (Korean 306 for 삼십육)."""
    emptied: str = "(?!)"
    """What stands for tenths that were not made out ("36,000도" for 삼십육 점 일도)."""
    to: str = "(?!)"
    between: str = "(?!)"
    """What joins two numbers, and follows them, where the temperature lies between them."""
    fahrenheit: str = "fahrenheit"
    celsius: str = "celsius"
    """Say of which scale numbers are (Korean 화씨, 섭씨)."""
    hundred: str = "(?!)"
    parted: bool = False
    """Blanks part its words: a digit at the end of one is a syllable of it (Korean 친구)."""

    def measures(self, text: str) -> list[Measure]:
        if self.fahrenheit in text and self.celsius not in text:
            return [
                m for match in self._of_fahrenheit.finditer(text) if (m := self._converted(match))
            ]
        found: list[Measure] = []
        at = 0
        while match := self._grammar.search(text, at):
            start = match.start()
            # A number begins where no other goes on, unless that one was just read to its end,
            # be it before a pause: "三十八.三十八度一".
            said = text[:start].removesuffix(".")
            after_another = bool(found) and found[-1].end in (start, len(said))
            begins = after_another or not said or not self._goes_on.match(said[-1])
            # "삼십육 삼십육 점 사": said again from its beginning.
            begins = begins or said.endswith(match["int"])
            begins = begins or bool(self._after_particle.search(said))
            begins = begins or self._is_behind_misheard(said, match)
            ends_word = self.ten not in match["int"] and re.match(self.particle, match["int"])
            measure = self._measure(match) if begins and not ends_word else None
            if measure:
                found.append(measure)
            at = match.end() if measure else start + 1
        return self._ranges(found, text)

    @cached_property
    def _of_fahrenheit(self) -> re.Pattern[str]:
        digit = self._digit()
        named = f"(?!{self.wordlike}|{self.ending}){digit}"
        unit = f"(?:{self.degree})"
        return re.compile(
            rf"(?<![0-9.])(?:(?P<hundred>{self.hundred})(?P<one>{named})?|(?P<three>1[01]\d)"
            rf"|(?P<two>{digit}{self.ten}{named}|{digit}{self.ten}|9\d))"
            rf"(?:(?:{unit}?(?:{self.point})|{unit}(?={named}))(?P<tenth>{digit})"
            rf"(?:{named})?(?:{self.tenth})?{self._not_after()})?{unit}?(?![0-9.])"
        )

    def _converted(self, match: re.Match[str]) -> Measure | None:
        """A number of the other scale in degrees Celsius, if a body can be as hot."""
        if match["hundred"]:
            whole = 100 + int(self._digits(match["one"] or "0"))
        else:
            whole = self._value(match["two"] or match["three"])
        said = whole + int(self._digits(match["tenth"] or "0")) / 10
        celsius = round((said - 32) * 5 / 9, 1)
        believed = FAHRENHEIT[0] <= said <= FAHRENHEIT[1]
        return Measure(*match.span(), celsius, celsius) if believed else None

    def _ranges(self, found: list[Measure], text: str) -> list[Measure]:
        """With two whole numbers made one measure: "三十六到三十七之间"."""
        out: list[Measure] = []
        for measure in found:
            low = out[-1] if out else measure
            if (
                low.whole and measure.whole and low.low < measure.low
                and re.fullmatch(self.to, text[low.end : measure.start])
                and re.compile(self.between).match(text, measure.end)
            ):  # fmt: skip
                out[-1] = Measure(low.start, measure.end, low.low, measure.high, more=True)
            else:
                out.append(measure)
        return out

    @cached_property
    def _goes_on(self) -> re.Pattern[str]:
        return re.compile(f"[a-z0-9.{''.join(self.digits)}{self.ten}百千万]")

    @cached_property
    def _after_particle(self) -> re.Pattern[str]:
        """A particle at the end, or a word that ends like a digit ("매일"), and no digit of a
        longer number ("백이삼십", "점 이 삼십육")."""
        number = f"[0-9.{''.join(self.digits)}{self.ten}百千万백천만점]"
        return re.compile(f"(?<!{number}){self.particle}$")

    def _is_behind_misheard(self, said: str, match: re.Match[str]) -> bool:
        """Whether a number told in full follows a digit that begins the clause, and no number goes
        on so: a word misheard ("七三十六度六" of 是三十六度六)."""
        full = re.fullmatch(f"{self._named}{self.ten}{self._named}", match["int"])
        degrees = match["deg"] is not None and match["f1"] is not None
        return bool(full) and degrees and bool(re.search(f"(?:^|[,.?]){self._named}$", said))

    def number(self, words: str) -> int | None:
        if words.isdigit():
            return int(words)
        match = re.fullmatch(f"(?P<int>{self._integer()})|(?P<one>{self._digit()})", words)
        if match is None:
            return None
        return int(self._digits(match["one"])) if match["one"] else self._value(match["int"])

    def spoken_digits(self, text: str) -> str:
        return self._digits(text)

    def breaks_off(self, text: str) -> bool:
        began = r"(?:^|[\s,.])" if self.parted else ""
        numeral = re.search(rf"{began}((?:{self._digit()}|{self.ten})+)[\s,.?，。？]*$", text)
        return numeral is not None and not re.fullmatch(self.particle, numeral[1])

    def spelled_out(self, text: str) -> str:
        return text

    @property
    def _named(self) -> str:
        return f"[{''.join(self.digits)}]"

    def _digit(self) -> str:
        return f"[0-9{''.join(self.digits)}]"

    def _integer(self) -> str:
        digit = self._digit()
        named = "|".join(self.tens)
        native = f"(?:{named})(?:{'|'.join(self.units)})?|" if self.tens else ""
        misheard = rf"{digit}{self.like_ten}{digit}(?=(?:{self.degree}){digit})"
        return f"{native}{digit}?{self.ten}{digit}?|{misheard}|{digit}{digit}"

    @cached_property
    def _grammar(self) -> re.Pattern[str]:
        digit = self._digit()
        first = f"(?!{self.wordlike}){digit}"
        second = f"(?!{self.ending}|{self.wordlike}){digit}"
        next_one = f"{digit}{self.ten}"
        fraction = (
            rf"{first}{second}(?!{self.ten}|\d?\.\d)|{first}(?=$|{next_one}|\d\d\.\d)"
            rf"|{first}(?={self.counted_next})|{first}(?!{second}|{self.ten})"
        )
        tenth = f"(?:{self.tenth})?" if self.tenth else ""
        unit = f"(?:{self.degree})"
        tenth_unit = f"{unit}|(?:{self.tenth})" if self.tenth else unit
        return re.compile(
            rf"(?P<int>(?P<pieced>{self.pieced})|{self._integer()})"
            rf"(?:(?P<cut3>{self.emptied})|(?P<deg>{unit})(?:(?P<more>{self.more})|(?:{self.point})?"
            rf"(?P<f1>{fraction}|{self.half})(?!{unit}){tenth}{self._not_after()}"
            rf"|(?P<counted>{self.counted}){self._not_after()}"
            rf"|(?P<third>{'|'.join(self.thirds) or '(?!)'})|,(?P<f4>{digit})(?=$|[,.])"
            rf"|(?P<whole>{self.whole or '(?!)'})|(?P<cut1>{self.point})(?!{digit})"
            rf"|(?P<counts>(?={first}(?!{self.ending}|{self.ten}))))?"
            rf"|(?:{self.point})(?:(?P<f2>{fraction}|{self.half})(?P<deg2>{tenth_unit})?"
            rf"{self._not_after()}|(?P<cut2>(?!{digit})))"
            rf"|(?P<f3>(?!{self.ending}){digit}(?:{second})?)(?!{self.ten})(?P<deg3>{unit})?"
            rf"(?:(?={self.counted_next})|(?!{second})){self._not_after()}"
            rf"|(?P<flat>{self.exact})|(?P<bare>)(?!(?!{self.ending}){digit}|{self.ten}|百){self._not_after()})"
        )

    def _not_after(self) -> str:
        return f"(?:(?={self.counted_next})|(?!{self.after}))"

    def _measure(self, match: re.Match[str]) -> Measure | None:
        start, end = match.span()
        whole = match["int"]
        value = self._value(whole[0] + whole[-1] if match["pieced"] else whole)
        if match["more"]:
            return Measure(start, end, value, value + 0.9, more=True)
        if match["counted"]:
            tenths = round(value + int(self.units[match["counted"]]) / 10, 1)
            return Measure(start, end, tenths, tenths)
        if match["third"]:
            low, high = self.thirds[match["third"]]
            return Measure(start, end, round(value + low, 1), round(value + high, 1))
        if match["counts"] is not None:
            # "三十七度一步高": what seems to be counted may be the fraction, before
            # a word misheard.
            return Measure(start, end, value, value, cut=True)
        if any(match[cut] is not None for cut in ("cut1", "cut2", "cut3")):
            return Measure(start, end, value, value, cut=True)
        said = match["f1"] or match["f2"] or match["f3"] or match["f4"]
        if said is None:
            flat = match["flat"] or re.search(f"(?:{self.exact})$", match.string[:start])
            marked = match["deg"] is not None or bool(flat)
            exact = match["flat"] or re.fullmatch(self.exact, match["whole"] or "")
            return Measure(start, end, value, value, whole=not exact, marked=marked)
        if match["deg3"] and re.match(self.like_ten, match["int"][1:]):
            return Measure(start, end, value, value, cut=True)
        if match["f3"] and match["deg3"]:
            return self._range(match, value)
        low, high = self._fraction(said)
        again = match["f1"] and match.end() == len(match.string) and said[1:] == match["int"][:1]
        if again and low == high:
            # "三十六度五三": the recogniser began the sentence once more, and stopped.
            low, high = self._fraction(said[:1])
        marked = match["f3"] is None
        zero = low < 0.1 < high
        low, high = round(value + low, 2), round(value + high, 2)
        return Measure(start, end, low, high, marked=marked, zero=zero)

    def _range(self, match: re.Match[str], value: int) -> Measure:
        """`三十八九度` is 38 to 39; `三十八五度` is 38.5."""
        digit = int(self._digits(match["f3"])[0])
        if len(match["f3"]) == 1 and digit == value % 10 + 1:
            return Measure(*match.span(), value, value // 10 * 10 + digit, whole=True)
        low, high = self._fraction(match["f3"])
        return Measure(*match.span(), round(value + low, 2), round(value + high, 2))

    def _fraction(self, said: str) -> tuple[float, float]:
        """Tenths, low and high: `二三` is "two or three tenths"; `25` is twenty-five hundredths."""
        if re.fullmatch(self.half, said):
            return 0.5, 0.5
        digits = self._digits(said)
        if len(digits) == 2 and digits[0] == "0" and not said.isdigit():
            # "三十七度零五" may mean five tenths or five hundredths.
            return int(digits[1]) / 100, int(digits[1]) / 10
        if len(digits) == 2:
            first, second = int(digits[0]), int(digits[1])
            if second == first + 1 and not said.isdigit():
                return first / 10, second / 10
            return int(digits) / 100, int(digits) / 100
        return int(digits) / 10, int(digits) / 10

    def _digits(self, said: str) -> str:
        return "".join(self.digits.get(character, character) for character in said)

    def _value(self, said: str) -> int:
        for word, tens in self.tens.items():
            if said.startswith(word):
                return tens + int(self.units.get(said.removeprefix(word), "0"))
        if len(said) == 3 and re.match(self.like_ten, said[1]):
            said = f"{said[0]}{self.ten}{said[2]}"
        tens_said, ten, units_said = said.partition(self.ten)
        if not ten:
            return int(self._digits(said))
        return int(self._digits(tens_said) or "1") * 10 + int(self._digits(units_said) or "0")


_CHINESE_DIGITS = {
    "零": "0",
    "〇": "0",
    "一": "1",
    "幺": "1",
    "二": "2",
    "两": "2",
    "三": "3",
    "四": "4",
    "五": "5",
    "六": "6",
    "七": "7",
    "八": "8",
    "九": "9",
}
_KOREAN_DIGITS = {
    "영": "0",
    "공": "0",
    "일": "1",
    "이": "2",
    "삼": "3",
    "사": "4",
    "오": "5",
    "육": "6",
    "륙": "6",
    "칠": "7",
    "팔": "8",
    "구": "9",
}

CHINESE = EastAsianNumerals(
    digits=_CHINESE_DIGITS,
    tens={},
    ten="十",
    # "三十六,点,四": said with pauses; "三十六度,零点五": degrees and tenths told as two numbers.
    point=",?零点(?=[0-9零一二两三四五六七八九])|点|\\.|,点,?(?=[0-9零一二两三四五六七八九])|点,(?=[0-9零一二两三四五六七八九])",
    degree="摄氏度|度|°c?",
    half="半",
    more=",?(?:还|再|稍|稍微|略|又|刚|刚刚)?(?:多|过|高|超|超过|超出|冒)(?:了|那么|这么|出)?(?:一丢丢|一点点?|那么点|点|些|一些|丁点|一丁点|个?头)"
    "|多|几|来|出头",
    counted_next="[0-9一二两三四五六七八九十半几]{1,3}(?:分钟|个?小时|个?钟头|刻钟|点[钟半一二三四五]|点(?:多|的|钟)?[量测试夹])",
    whole="整",
    exact="整",
    like_ten="四",
    to=",?(?:到|至|和|跟|与|同),?",
    between="的?(?:之间|中间|当中)",
    wordlike="一(?:直|样|般|起|切|定|些|共|早|家|向|辈|律|概|下(?!午)|点(?:不|都|也|儿|没|问题))",
    after="[0-9零一二三四五六七八九十百]*(?:岁|点|块|元|天|号|日|分|秒|年|个|月|斤|公斤|米|栋|楼|层|室|"
    "单元|路|次|人|口|页|步|小时|周|%|串|盒|片|粒|回|遍|家|户|床|毫|厘|平|:)",
)

KOREAN = EastAsianNumerals(
    digits=_KOREAN_DIGITS,
    tens={"서른": 30, "마흔": 40},
    units={
        "하나": "1",
        "한": "1",
        "둘": "2",
        "두": "2",
        "셋": "3",
        "세": "3",
        "넷": "4",
        "네": "4",
        "다섯": "5",
        "여섯": "6",
        "일곱": "7",
        "여덟": "8",
        "여덜": "8",
        "아홉": "9",
    },
    counted="하나|둘|셋|넷|다섯|여섯|일곱|여덟|여덜|아홉",
    particle="(?:이|[매내요주휴]일)",
    ten="십",
    # "삼십칠, 점 팔": said with pauses. "삼십육 전 이": misheard, before a digit with which the
    # number ends.
    point="(?:하고)?점,?(?=[영공일이삼사오육륙칠팔구])|,점,?(?=[영공일이삼사오육륙칠팔구])|(?:하고)?점|쩜|\\.|하고(?=[일이삼사오육칠팔구]부)"
    "|[전정참챔첨쩐젼젬섬](?=[영공일이삼사오육륙칠팔구](?:도(?![움와])|부|이?요|입|이?예|이에|[,.]|$))",
    degree="도씨|도,(?=[영공일이삼사오육륙칠팔구](?:부|분(?:이?요|입|[.,]|$)))|도(?:하고도?|에다?)(?=(?:[영일이삼사오육칠팔구](?!십)|반|하나|둘|셋|넷|다섯|여섯|일곱|여덟|아홉))|도|°c?",
    half="반",
    fahrenheit="화씨",
    celsius="섭씨",
    hundred="백",
    parted=True,
    more="[가를을은는이]?(?:조금|좀|약간|살짝)?넘|몇|얼마",
    whole="정도|정각|딱",
    pieced=r"(?<![0-9])(?<![0-9]\.)(?:30[1-9오육칠팔구](?=[.점쩜도])|30?\.[5-9](?=\.[0-9]|[점쩜]))",
    emptied=r"[.,]000(?:[.,]?0*)도?",
    # "삼십칠 도 사이에" lies between two numbers; after a point, or before more of an ending
    # ("삼십칠 도 사이여"), it is 사 and an ending. 오래 is "long" only before what lasts:
    # "삼십칠 도 오래요" tells of 37.5.
    wordlike=r"(?<![점쩜.])사이(?!게|거|건|것|정도|상|만|에요|예|여|유|구|라|네|더|었|지|고|야|요|당|죠|쥬|랍|래)|사(?:실|람|위|촌)|오(?:늘|전|후|래(?=[된됐되돼전있간갔가걸]|도록|동안)|빠)|이(?:웃|불|마|제|따|미|번|럴|런|모|튿)|일(?:어|하|찍)|(?<![점쩜.])일요|구청|삼촌|팔(?:순|다|뚝)",
    thirds={"초반": (0.1, 0.3), "중반": (0.4, 0.6), "후반": (0.7, 0.9)},
    tenth="부|분(?!전|후|뒤|동안|간)",
    ending="이(?:게|거|것|만하|정도면|정도인|렇|에|세|셔|십|예|고|요|네|었|야|라|지|죠|거|던|더|며|다|구|냐|래|랍|란|긴|기|됐|되|된|나|올|상|하|내|잖|군|건|니|면|유|당|여|쥬|쯤|조금|좀|약간|살짝|채|안|못|넘|모자|$)|일(?:거|걸)|오(?:늘|후|전)|사(?:실|람|이)",
    after="[0-9일이삼사오육칠팔구십]*(?:살|세(?![요유용])|시(?![네고더는지죠던라래니])|명|일전|일째|일동안|층|호|번|원|분|년|개|월|동|%|킬로|주)",
)
