"""Questions of residents that the office has an answer for, by the product's own wording."""

import pytest
from golden import script

from callbot.dialog.answers import Hypothesis, Intent, Kind
from callbot.dialog.understanding import KnownQuestions, Lexicon, Understanding, understand


@pytest.fixture(scope="module")
def known() -> KnownQuestions:
    return script("quarantine").known_questions["zh-CN"]


def _asked(said: str, chinese: Lexicon, known: KnownQuestions) -> Understanding:
    return understand(Kind.MOVEMENTS, [Hypothesis(text=said)], chinese, known=known)


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("fever_clinic", "发烧了上哪儿看病去"),
        ("fever_clinic", "发热门诊在哪儿啊"),
        ("fever_clinic", "我要是不舒服去哪个医院"),
        ("release_date", "我啥时候能出去啊"),
        ("release_date", "还得关几天"),
        ("release_date", "哪天到期"),
        ("release_date", "隔离到几号"),
        ("release_date", "什么时候能解封"),
        ("release_date", "我什么时候可以自由活动"),
        ("testing", "啥时候给我做核酸"),
        ("testing", "核酸在哪儿做"),
        ("testing", "还要不要做检测"),
        ("testing", "核酸结果出来没有"),
        ("rubbish", "垃圾咋办"),
        ("rubbish", "垃圾往哪儿扔"),
        ("rubbish", "垃圾谁来收"),
        ("rubbish", "生活垃圾怎么处理"),
        ("supplies", "买菜咋弄"),
        ("supplies", "没菜了上哪儿买"),
        ("supplies", "外卖能送上来吗"),
        ("hotline", "你们电话多少"),
        ("hotline", "有事找谁"),
        ("hotline", "我要联系你们打哪个号"),
    ],
)
def test_a_question_the_office_can_answer_is_found(
    chinese: Lexicon, known: KnownQuestions, topic: str, said: str
) -> None:
    assert _asked(said, chinese, known).topic == topic


@pytest.mark.parametrize("said", ["昨天做了核酸", "下楼倒垃圾", "去发热门诊看了病", "就去买了点菜"])
def test_an_answer_that_speaks_of_the_same_things_is_no_question(
    chinese: Lexicon, known: KnownQuestions, said: str
) -> None:
    got = _asked(said, chinese, known)
    assert (got.intent, got.topic) == (Intent.ANSWER, None)
