"""What the rules read, weighed against what people mean who answer alike."""

import pytest

from callbot.dialog.answers import (
    Contacts,
    Hypothesis,
    Intent,
    Kind,
    Movements,
    Symptoms,
    Temperature,
    is_calm,
)
from callbot.dialog.flow import SURE_CONFIDENCE
from callbot.dialog.understanding import (
    Lexicon,
    Resemblance,
    Understanding,
    understand,
    weighed,
)
from callbot.dialog.understanding.resemblance import Believed, Way
from callbot.dialog.understanding.second_opinion import is_outright


@pytest.fixture
def shipped(examples: dict[str, Resemblance]) -> Resemblance:
    return examples["zh-CN"]


def by_both(kind: Kind, said: str, lexicon: Lexicon, examples: Resemblance) -> Understanding:
    heard = [Hypothesis(text=said)]
    return weighed(understand(kind, heard, lexicon), kind, heard, lexicon, examples)


@pytest.mark.parametrize(
    ("locale", "kind", "said", "meant"),
    [
        ("zh-CN", Kind.SYMPTOMS, "硬朗着呢 昨晚还唱了两段戏", Symptoms()),
        ("zh-CN", Kind.MOVEMENTS, "没有 我这人本来就宅", Movements(went_out=False)),
        ("zh-CN", Kind.CONTACTS, "没人敢来 隔着门喊两句都害怕", Contacts(contact=False)),
        ("zh-CN", Kind.CONTACTS, "有一个 送煤气罐的", Contacts(contact=True)),
        (
            *("en-US", Kind.CONTACTS),
            "no my boyfriend's stuck in Oslo we just facetime",
            Contacts(contact=False),
        ),
        (
            *("ko-KR", Kind.CONTACTS),
            "장기 두던 최 영감은 전화도 없이 와서 세 판 두고 갔어",
            Contacts(contact=True),
        ),
    ],
)
def test_what_rules_read_in_part_and_examples_as_a_whole_is_an_answer_to_be_read_back(
    lexicons: dict[str, Lexicon],
    examples: dict[str, Resemblance],
    locale: str,
    kind: Kind,
    said: str,
    meant: object,
) -> None:
    lexicon = lexicons[locale]
    assert understand(kind, [Hypothesis(text=said)], lexicon).intent is Intent.UNCLEAR
    got = by_both(kind, said, lexicon, examples[locale])
    assert (got.intent, got.value) == (Intent.ANSWER, meant)
    assert got.confidence < SURE_CONFIDENCE


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Kind.MOVEMENTS, "没有 昨天夜里实在睡不着到河堤上吹了吹风"),
        (Kind.CONTACTS, "没有 房产中介的小姑娘非要进来坐坐"),
        (Kind.CONTACTS, "没有 我对象晚上过来做饭"),
        (Kind.CONTACTS, "没见 装空调的在我屋里待了俩钟头"),
    ],
)
def test_a_denial_that_examples_are_sure_is_taken_back_is_not_believed(
    chinese: Lexicon, shipped: Resemblance, kind: Kind, said: str
) -> None:
    got = by_both(kind, said, chinese, shipped)
    assert got.value is None or not is_calm(got.value)
    assert got.contested is None or not is_calm(got.contested)


@pytest.mark.parametrize("said", ["没事 就后脊梁骨一阵一阵发麻", "都没有 就是夜里尿床"])
def test_a_sign_in_words_of_no_list_stays_unclear(
    chinese: Lexicon, shipped: Resemblance, said: str
) -> None:
    assert by_both(Kind.SYMPTOMS, said, chinese, shipped).intent is Intent.UNCLEAR


def test_calm_that_no_rule_reads_in_any_part_is_an_answer_if_examples_are_nearly_sure(
    chinese: Lexicon, shipped: Resemblance
) -> None:
    said = "天天就床上沙发上 沙发上床上"
    assert understand(Kind.MOVEMENTS, [Hypothesis(text=said)], chinese).intent is Intent.UNCLEAR
    got = by_both(Kind.MOVEMENTS, said, chinese, shipped)
    assert got.value == Movements(went_out=False)
    assert got.confidence < SURE_CONFIDENCE


@pytest.mark.parametrize(
    ("locale", "kind", "said"),
    [
        ("en-US", Kind.CONTACTS, "no visitors only family from down the road"),
        ("en-US", Kind.SYMPTOMS, "I don't think everything's normal no my breathing's short"),
        ("zh-CN", Kind.CONTACTS, "都是自己人我哥我嫂子从隔壁村来的"),
        ("ko-KR", Kind.CONTACTS, "아무도 안 왔는데예 아 맞다 야쿠르트 아지매"),
    ],
)
def test_what_sounds_calm_to_one_of_both_and_is_not_is_never_calm(
    lexicons: dict[str, Lexicon],
    examples: dict[str, Resemblance],
    locale: str,
    kind: Kind,
    said: str,
) -> None:
    got = by_both(kind, said, lexicons[locale], examples[locale])
    assert got.value is None or not is_calm(got.value)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Kind.MOVEMENTS, "nope just tiktok and naps"),
        (Kind.MOVEMENTS, "stayed in and baked some banana bread"),
        (Kind.SYMPTOMS, "I haven't got a cough or anything"),
    ],
)
def test_an_outright_denial_needs_more_than_a_likeness_to_be_doubted(
    lexicons: dict[str, Lexicon], examples: dict[str, Resemblance], kind: Kind, said: str
) -> None:
    lexicon, learnt = lexicons["en-US"], examples["en-US"]
    assert learnt.believed is not None
    likeness = learnt.likeness(kind, [Hypothesis(text=said)])
    assert likeness[Way.TOLD] >= learnt.believed.doubted
    got = by_both(kind, said, lexicon, learnt)
    assert got.value is not None
    assert is_calm(got.value)


@pytest.mark.parametrize(
    ("said", "outright"),
    [
        ("no fever, no cough, no headache", True),
        ("I was home all night", True),
        ("no I've been home, I got in from my cousin's about eight", False),
        ("nobody, and yesterday we were nine", False),
        ("no, just the frobs", False),
    ],
)
def test_what_names_anybody_or_another_time_is_not_outright(
    lexicons: dict[str, Lexicon], said: str, outright: bool
) -> None:
    assert is_outright(said, lexicons["en-US"]) is outright


def test_a_language_without_examples_is_read_by_rules_alone(lexicons: dict[str, Lexicon]) -> None:
    heard = [Hypothesis(text="no just me and the four walls")]
    found = understand(Kind.CONTACTS, heard, lexicons["en-US"])
    none = Resemblance({}, spaced=True)
    assert weighed(found, Kind.CONTACTS, heard, lexicons["en-US"], none) is found


@pytest.mark.parametrize(
    ("locale", "said", "reported"),
    [
        ("en-US", "it's the glass one and I can never see the line", "not_measured"),
        ("en-US", "you could fry an egg on my forehead", "fever"),
        ("zh-CN", "哎呀体温计让孙子玩丢了", "not_measured"),
        ("ko-KR", "체온계에 빨간불이 들어왔어요", "fever"),
    ],
)
def test_a_temperature_without_its_number_is_read_by_examples_too(
    lexicons: dict[str, Lexicon],
    examples: dict[str, Resemblance],
    locale: str,
    said: str,
    reported: str,
) -> None:
    got = by_both(Kind.TEMPERATURE, said, lexicons[locale], examples[locale])
    assert got.value == Temperature.model_validate({"reported": reported})


def test_what_a_number_is_worth_is_told_by_no_example(lexicons: dict[str, Lexicon]) -> None:
    sure = Believed(calm=0.5, supported=0.5, told=0.5, doubted=0.5)
    calm = ["thirty seven", *(f"it is as normal as on day {day}" for day in range(100))]
    told = [f"I am burning up since day {day}" for day in range(100)]
    examples = {Kind.TEMPERATURE: {Way.CALM: calm, Way.TOLD: told}}
    learnt = Resemblance(examples, spaced=True, believed=sure)
    got = by_both(Kind.TEMPERATURE, "thirty seven", lexicons["en-US"], learnt)
    assert got.value is None


@pytest.mark.parametrize("said", ["我恨不得睡过去就莫再醒", "活着没啥意思 睡着了别醒才好"])
def test_despair_is_not_calm_because_no_rule_knows_its_words(
    lexicons: dict[str, Lexicon], examples: dict[str, Resemblance], said: str
) -> None:
    got = by_both(Kind.SYMPTOMS, said, lexicons["zh-CN"], examples["zh-CN"])
    assert got.intent is Intent.DISTRESS


def test_what_rules_read_is_no_other_request_unless_people_surely_ask_for_that(
    lexicons: dict[str, Lexicon],
) -> None:
    sure = Believed(calm=0.5, supported=0.5, told=0.5, doubted=0.5, asked=0.5)
    waits = ["hold the line", *(f"hold the line for the cat, day {day}" for day in range(100))]
    answers = {Kind.MOVEMENTS: {Way.CALM: [f"at home, day {day}" for day in range(100)]}}
    learnt = Resemblance(answers, spaced=True, believed=sure, requests={Intent.HUMAN: waits})
    for said, kind in (("hold the line", Kind.MOVEMENTS), ("hold the line", Kind.OPEN)):
        assert by_both(kind, said, lexicons["en-US"], learnt).intent is Intent.HUMAN
    for said in ("I want to die", "take me off your list", "I went out"):
        got = by_both(Kind.MOVEMENTS, said, lexicons["en-US"], learnt)
        assert got.intent is not Intent.HUMAN
