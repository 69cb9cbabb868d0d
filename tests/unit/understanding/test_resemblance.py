"""What words that no rule reads are most like, by examples."""

import random
from pathlib import Path

import pytest

from callbot.dialog.answers import Contacts, Hypothesis, Intent, Kind, Movements, Symptoms, is_calm
from callbot.dialog.understanding import Resemblance, load_resemblance
from callbot.dialog.understanding.resemblance import LEAST_EXAMPLES, Way
from callbot.errors import DataFileError

EXAMPLES = Path(__file__).parents[3] / "prompts" / "examples"
SPACED = {"zh-CN": False, "en-US": True, "ko-KR": True}


@pytest.fixture(scope="module", params=SPACED)
def shipped(request: pytest.FixtureRequest) -> tuple[str, Resemblance]:
    locale = request.param
    return locale, load_resemblance(EXAMPLES / f"{locale}.yaml", spaced=SPACED[locale])


def said(*texts: str, confidence: float = 0.8) -> list[Hypothesis]:
    return [Hypothesis(text=text, confidence=confidence) for text in texts]


@pytest.mark.parametrize(
    ("locale", "kind", "words", "supposed"),
    [
        ("zh-CN", Kind.SYMPTOMS, "没有状态挺稳定", Symptoms()),
        ("zh-CN", Kind.SYMPTOMS, "以前可过,现在全好能", Symptoms()),
        ("zh-CN", Kind.MOVEMENTS, "没有,哪有力气出去", Movements(went_out=False)),
        ("en-US", Kind.CONTACTS, "no just me and the four walls", Contacts(contact=False)),
        ("ko-KR", Kind.MOVEMENTS, "집에서 꼼짝도 안 했지", Movements(went_out=False)),
    ],
)
def test_words_of_no_rule_are_like_what_others_said(
    locale: str, kind: Kind, words: str, supposed: object
) -> None:
    examples = load_resemblance(EXAMPLES / f"{locale}.yaml", spaced=SPACED[locale])
    assert examples.supposed(kind, said(words)) == supposed


@pytest.mark.parametrize("words", ["我胸口没胜", "我现在喘得厉害,透不过气", "我没事,我爸叫不行了"])
def test_danger_misheard_is_not_like_being_well(words: str) -> None:
    examples = load_resemblance(EXAMPLES / "zh-CN.yaml", spaced=False)
    assert examples.supposed(Kind.SYMPTOMS, said(words)) is None


def test_hypotheses_that_are_like_opposite_answers_let_nothing_be_supposed() -> None:
    examples = load_resemblance(EXAMPLES / "zh-CN.yaml", spaced=False)
    calm, told = "没有没出去一直在家", "出去了去菜市场买菜"
    assert examples.supposed(Kind.MOVEMENTS, said(calm)) == Movements(went_out=False)
    assert examples.supposed(Kind.MOVEMENTS, said(calm, told)) is None


def test_what_is_hardly_heard_is_not_looked_at() -> None:
    examples = load_resemblance(EXAMPLES / "zh-CN.yaml", spaced=False)
    assert examples.supposed(Kind.MOVEMENTS, said("没有没出去一直在家", confidence=0.1)) is None


def test_whatever_is_said_a_sign_is_never_supposed(shipped: tuple[str, Resemblance]) -> None:
    _, examples = shipped
    characters = "没有出去发烧咳嗽 not out fever cough 안 나갔어요 열 기침 \u3000,.。"
    pick = random.Random(7)
    for _ in range(500):
        words = "".join(pick.choice(characters) for _ in range(pick.randrange(30)))
        for kind in Kind:
            supposed = examples.supposed(kind, said(words, words[::-1]))
            assert supposed is None or supposed.kind == kind.value
            if isinstance(supposed, Symptoms):
                assert is_calm(supposed)


def test_examples_are_learnt_anew_when_the_office_adds_one(tmp_path: Path) -> None:
    path = tmp_path / "en-US.yaml"
    calm = "".join(f"    not the one, number {n}\n" for n in range(LEAST_EXAMPLES))
    lines = f"movements:\n  calm: |\n{calm}  told: |\n    a bus\n"
    path.write_text(lines, encoding="utf-8")
    words = said("round and round the mulberry bush")
    assert load_resemblance(path, spaced=True).supposed(Kind.MOVEMENTS, words) is None
    added = "    round the mulberry bush\n    and round the mulberry bush\n"
    path.write_text(f"{lines}{added}", encoding="utf-8")
    learnt = load_resemblance(path, spaced=True)
    assert learnt.supposed(Kind.MOVEMENTS, words) == Movements(went_out=True)
    assert load_resemblance(path, spaced=True) is learnt


def test_words_of_no_example_are_like_none(shipped: tuple[str, Resemblance]) -> None:
    locale, examples = shipped
    words = {
        "zh-CN": "没有 挖煤佐机",
        "en-US": "no the frobs are zorgy",
        "ko-KR": "하고도 라 와 버그",
    }[locale]
    assert not any(examples.is_familiar(k, words) for k in (Kind.SYMPTOMS, Kind.CONTACTS))
    assert examples.supposed(Kind.SYMPTOMS, said(words)) is None


def test_what_is_an_example_is_what_it_stands_under(tmp_path: Path) -> None:
    path = tmp_path / "ko-KR.yaml"
    told = "".join(f"    안 나갔어요 {n}번 버스만 탔어요\n" for n in range(LEAST_EXAMPLES))
    path.write_text(f"movements:\n  told: |\n{told}  calm: |\n    안 나갔어요\n", "utf-8")
    likeness = load_resemblance(path, spaced=False).likeness(Kind.MOVEMENTS, said("안 나갔어요."))
    assert likeness[Way.CALM] == 1


def test_few_examples_are_like_everything_and_teach_nothing(tmp_path: Path) -> None:
    path = tmp_path / "en-US.yaml"
    path.write_text("movements:\n  calm: |\n    no\n  told: |\n    to the shops\n", "utf-8")
    words = said("to the shops")
    assert load_resemblance(path, spaced=True).supposed(Kind.MOVEMENTS, words) is None


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("walks:\n  calm: |\n    no\n", 1, "walks"),
        ("movements:\n  quiet: |\n    no\n", 2, "quiet"),
        ("movements:\n  calm: ''\n", 2, "calm"),
        ("movements:\n  calm: |\n    no\n  told: |\n    no\n", 4, "'no' stands under 'calm' too"),
    ],
)
def test_examples_that_cannot_be_used_are_told_by_line(
    tmp_path: Path, text: str, line: int, problem: str
) -> None:
    path = tmp_path / "en-US.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError) as refused:
        load_resemblance(path, spaced=True)
    assert refused.value.line == line
    assert problem in str(refused.value)


def test_without_examples_nothing_is_supposed(tmp_path: Path) -> None:
    nothing = load_resemblance(tmp_path / "fr-FR.yaml", spaced=True)
    assert nothing.supposed(Kind.MOVEMENTS, said("non, personne")) is None


@pytest.mark.parametrize(
    ("locale", "words", "asked"),
    [
        ("zh-CN", "把我家电话从你们那表上抹了", Intent.OPT_OUT),
        ("zh-CN", "要不你们换个活人来跟我讲", Intent.HUMAN),
        ("zh-CN", "你先别挂我去拿个体温表", Intent.WAIT),
        ("zh-CN", "没有没有不舒服", None),
        ("zh-CN", "没有 摘了两棵白菜", None),
        ("zh-CN", "不如先再行", None),
    ],
)
def test_what_is_asked_for_is_like_what_others_asked(
    locale: str, words: str, asked: Intent | None
) -> None:
    examples = load_resemblance(EXAMPLES / f"{locale}.yaml", spaced=SPACED[locale])
    assert examples.request(said(words), surely=False) is asked
