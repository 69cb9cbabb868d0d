"""Choosing among the recogniser's hypotheses."""

import pytest

from callbot.dialog.answers import (
    Hypothesis,
    Intent,
    Kind,
    Movements,
    Open,
    Status,
    Symptoms,
    Temperature,
    YesNo,
)
from callbot.dialog.flow import SURE_CONFIDENCE
from callbot.dialog.understanding import KnownQuestions, Lexicon, Understanding, understand
from callbot.dialog.understanding.words.sections.answers import SymptomCode

Heard = list[tuple[str, float]]


def _understand(chinese: Lexicon, kind: Kind, *heard: tuple[str, float]) -> Understanding:
    return understand(kind, [Hypothesis(text=t, confidence=c) for t, c in heard], chinese)


def test_nothing_heard_is_silence(chinese: Lexicon) -> None:
    assert understand(Kind.YES_NO, [], chinese).intent is Intent.SILENCE
    assert _understand(chinese, Kind.YES_NO, ("  ", 0.9)).intent is Intent.SILENCE


def test_an_answer_wins_over_better_ranked_words_that_mean_nothing(chinese: Lexicon) -> None:
    got = _understand(chinese, Kind.TEMPERATURE, ("三十六点", 0.8), ("三十六点八", 0.7))
    assert got.value == Temperature(celsius=36.8)
    assert got.heard == "三十六点八"
    assert got.alternatives == ("三十六点",)


def test_a_lone_hypothesis_of_low_confidence_decides_nothing(chinese: Lexicon) -> None:
    got = _understand(chinese, Kind.YES_NO, ("是的", 0.3))
    assert (got.intent, got.status, got.value) == (Intent.UNCLEAR, Status.UNCLEAR, None)


def test_many_faint_hypotheses_that_agree_are_no_surer_than_one_well_heard(
    chinese: Lexicon,
) -> None:
    faint = [(words, 0.34) for words in ("是", "是的", "是的我", "我是", "对")]
    got = _understand(chinese, Kind.YES_NO, *faint)
    assert got.value == YesNo(yes=True)
    assert got.confidence == 1.0


@pytest.mark.parametrize(
    ("heard", "celsius"),
    [
        ([("36度", 0.81), ("三十六度", 0.77), ("三十六度五", 0.69), ("三十六度六", 0.52)], 36.5),
        ([("三十七度", 0.8), ("三十七度一", 0.4)], 37.0),
        ([("三十七度", 0.8), ("三十六度六", 0.7)], 37.0),
    ],
)
def test_a_whole_number_gives_way_to_the_same_with_tenths_that_is_nearly_as_sure(
    chinese: Lexicon, heard: Heard, celsius: float
) -> None:
    got = _understand(chinese, Kind.TEMPERATURE, *heard)
    assert (got.value or got.contested) == Temperature(celsius=celsius)
    assert got.confidence < 0.6


FAINT_YES = (("对的", 0.21), ("对", 0.17), ("我给你一点点", 0.16), ("你给我一点", 0.1))


def test_faint_politeness_speaks_against_no_yes(chinese: Lexicon) -> None:
    got = _understand(chinese, Kind.YES_NO, ("对不起", 0.23), *FAINT_YES)
    assert (got.value, got.confidence < 0.35) == (YesNo(yes=True), True)
    got = _understand(chinese, Kind.YES_NO, ("我给一点", 0.23), *FAINT_YES)
    assert got.intent is Intent.UNCLEAR
    got = _understand(chinese, Kind.YES_NO, ("对不起", 0.4), *FAINT_YES)
    assert got.intent is Intent.UNCLEAR


def test_hypotheses_that_deny_other_symptoms_agree_that_there_is_none(chinese: Lexicon) -> None:
    heard = ("不咳嗽，也不发烧", 0.9), ("不可送，也不发烧", 0.8)
    assert _understand(chinese, Kind.SYMPTOMS, *heard).confidence == 0.9


def test_of_free_words_those_count_that_say_what_is_needed(chinese: Lexicon) -> None:
    got = _understand(chinese, Kind.OPEN, ("没点得嘘药", 0.8), ("没点的需要", 0.7))
    assert got.value == Open(text="没点的需要", nothing=True, named=False)
    assert got.confidence == 0.7


@pytest.mark.parametrize(
    ("words", "nothing", "named"),
    [
        ("没别的需要", True, False),
        ("先好的不麻烦你们了", True, False),
        ("没菜要点", False, False),
        ("不缺，药也够吃半个月", True, False),
        ("昨天社区刚送过菜，够了", True, False),
        ("不缺，就是药不够了", False, True),
        ("不用，我脚趾甲长进肉里了", True, False),
        ("没有，降压的快完了", False, True),
        ("没有，就是那个敷的", False, False),
        ("没有，他带了好多菜", True, False),
        ("派个医生行不行", False, True),
        ("没有，你们能送点米吗", False, True),
        ("没有，药房的药什么时候有", False, False),
        ("没碘", False, False),
        ("没有，儿子给我送菜", True, False),
        ("没有，给我送菜", False, True),
        ("没有了，挂了吧", True, False),
        ("别的都有，就是口罩不多了", False, True),
        ("想理个发", False, True),
    ],
)
def test_what_free_words_say_of_needs(
    chinese: Lexicon, words: str, nothing: bool, named: bool
) -> None:
    value = _understand(chinese, Kind.OPEN, (words, 0.9)).value
    assert isinstance(value, Open)
    assert (value.nothing, value.named) == (nothing, named)


@pytest.mark.parametrize(
    ("kind", "heard"),
    [
        (Kind.YES_NO, [("是", 0.8), ("不是", 0.75)]),
        (Kind.TEMPERATURE, [("三十六度五", 0.8), ("三十八度五", 0.7)]),
        (Kind.TEMPERATURE, [("三十六度五", 0.8), ("三十六度八", 0.78)]),
        (Kind.TEMPERATURE, [("正常", 0.8), ("三十八度", 0.7)]),
        (Kind.SYMPTOMS, [("没有咳嗽", 0.8), ("有咳嗽", 0.7)]),
        (Kind.MOVEMENTS, [("没出门", 0.8), ("出门了", 0.7)]),
        (Kind.CONTACTS, [("没见人", 0.8), ("见了邻居", 0.7)]),
        (Kind.OPEN, [("需要点药", 0.8), ("不需要", 0.7)]),
    ],
)
def test_hypotheses_that_contradict_each_other_are_unclear(
    chinese: Lexicon, kind: Kind, heard: Heard
) -> None:
    assert _understand(chinese, kind, *heard).intent is Intent.UNCLEAR


def test_a_clearly_more_confident_hypothesis_wins_a_contradiction(chinese: Lexicon) -> None:
    got = _understand(chinese, Kind.YES_NO, ("是", 0.9), ("不是", 0.4))
    assert got.value == YesNo(yes=True)
    assert got.confidence < 0.9


def test_hypotheses_that_agree_keep_their_confidence(chinese: Lexicon) -> None:
    got = _understand(chinese, Kind.YES_NO, ("是", 0.9), ("是的", 0.8))
    assert got.confidence == 0.9


def test_an_emergency_among_the_hypotheses_is_not_outvoted(chinese: Lexicon) -> None:
    got = _understand(chinese, Kind.SYMPTOMS, ("没有", 0.8), ("喘不上气", 0.7))
    assert got.intent is Intent.EMERGENCY


def test_yes_and_no_are_never_taken_from_words_that_sound_alike(chinese: Lexicon) -> None:
    assert _understand(chinese, Kind.YES_NO, ("视", 0.9), ("梅友", 0.8)).intent is Intent.UNCLEAR


def test_sound_alikes_are_tried_only_when_no_hypothesis_makes_sense(chinese: Lexicon) -> None:
    assert _understand(chinese, Kind.SYMPTOMS, ("有点壳搜", 0.9)).value == Symptoms(
        present=("cough",)
    )
    got = _understand(chinese, Kind.SYMPTOMS, ("有点壳搜", 0.9), ("有点头疼", 0.8))
    assert got.value == Symptoms(present=("headache",))


def test_a_symptom_misheard_is_not_outdone_by_a_worse_hypothesis_that_tells_of_none(
    chinese: Lexicon,
) -> None:
    got = _understand(chinese, Kind.SYMPTOMS, ("除了有点壳搜都好", 0.77), ("都好", 0.74))
    assert (got.intent, got.heard) == (Intent.UNCLEAR, "除了有点壳搜都好")


@pytest.mark.parametrize(
    ("heard", "sign"),
    [
        ("생선을 구워도, 냉세를 못 막겠어요", "loss_of_smell"),
        ("모미 너무 쭈셔요", "muscle_pain"),
        ("모기 칼카래요", "sore_throat"),
        ("기우니 하나도 없어요", "fatigue"),
    ],
)
def test_a_korean_sign_hardly_heard_is_found_by_its_sound(
    korean: Lexicon, heard: str, sign: SymptomCode
) -> None:
    assert _understand(korean, Kind.SYMPTOMS, (heard, 0.5)).value == Symptoms(present=(sign,))
    assert _understand(korean, Kind.MOVEMENTS, (heard, 0.5)).value is None


def test_korean_signs_surely_heard_or_denied_are_not_changed_by_their_sound(
    korean: Lexicon,
) -> None:
    assert _understand(korean, Kind.SYMPTOMS, ("모미 너무 쭈셔요", 0.8)).value is None
    assert _understand(korean, Kind.SYMPTOMS, ("모기 안 칼카래요", 0.5)).value is None


@pytest.mark.parametrize(
    "heard",
    [
        [("不对,我说错了是三十七度久", 0.8)],
        [("不对,我说错了是三是七度九", 0.8), ("不对,我说错了是三十七度九", 0.75)],
    ],
)
def test_a_temperature_corrected_at_another_question_is_not_lost(
    chinese: Lexicon, heard: list[tuple[str, float]]
) -> None:
    got = _understand(chinese, Kind.SYMPTOMS, *heard)
    assert got.volunteered == (Temperature(celsius=37.9),)


def test_a_known_question_is_found_by_its_phrases(chinese: Lexicon) -> None:
    asked_as = {"release": ["什么时候(能|可以)(出去|解除)"], "clinic": ["发热门诊"]}
    known = KnownQuestions(asked_as, chinese)
    got = understand(Kind.OPEN, [Hypothesis(text="我什么时候能出去啊")], chinese, known=known)
    assert (got.intent, got.topic) == (Intent.QUESTION, "release")


def test_the_graver_of_two_requests_counts(chinese: Lexicon) -> None:
    assert (
        _understand(chinese, Kind.OPEN, ("我不想活了,快叫救护车", 1.0)).intent is Intent.EMERGENCY
    )
    assert _understand(chinese, Kind.YES_NO, ("你是谁啊,别再打了", 1.0)).intent is Intent.OPT_OUT


def test_what_is_longer_than_anybody_speaks_decides_nothing(chinese: Lexicon) -> None:
    got = _understand(chinese, Kind.SYMPTOMS, ("没有咳嗽" * 300, 0.9))
    assert (got.intent, got.status, got.value) == (Intent.UNCLEAR, Status.UNCLEAR, None)


@pytest.mark.parametrize(
    ("kind", "heard"),
    [
        (Kind.MOVEMENTS, "没有太阳达难的动"),
        (Kind.CONTACTS, "没有单位也没让去"),
        (Kind.OPEN, "不缺老婆会张罗"),
    ],
)
def test_a_pause_that_nobody_wrote_is_supplied_and_lowers_confidence(
    chinese: Lexicon, kind: Kind, heard: str
) -> None:
    got = _understand(chinese, kind, (heard, 0.8))
    assert (got.intent, got.status) == (Intent.ANSWER, Status.CLEAR)
    assert got.confidence < 0.6


@pytest.mark.parametrize("heard", ["没有不出门", "没有去了趟超市"])
def test_no_pause_is_supplied_where_the_denial_may_be_of_what_follows(
    chinese: Lexicon, heard: str
) -> None:
    got = _understand(chinese, Kind.MOVEMENTS, (heard, 0.8))
    assert got.intent is Intent.UNCLEAR


@pytest.mark.parametrize(
    ("heard", "sure"),
    [
        ("没有一直在家", False),
        ("嗯没有都在家", False),
        ("没有，一直在家", True),
        ("没有啊一直在家", True),
        ("没有就在家", True),
        ("没有哪儿都没去", True),
    ],
)
def test_having_stayed_in_is_read_back_where_it_may_be_denied(
    chinese: Lexicon, heard: str, *, sure: bool
) -> None:
    got = _understand(chinese, Kind.MOVEMENTS, (heard, 1.0))
    assert got.value == Movements(went_out=False)
    assert (got.confidence >= SURE_CONFIDENCE) is sure
