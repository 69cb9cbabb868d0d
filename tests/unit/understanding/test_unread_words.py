"""What is not understood is never taken for health: nothing else may be filed as "normal"."""

from pathlib import Path

import pytest
import yaml

from callbot.dialog.answers import (
    AnyValue,
    Contacts,
    Hypothesis,
    Kind,
    Movements,
    Symptoms,
    Temperature,
)
from callbot.dialog.understanding import Lexicon, understand

TABLES = Path(__file__).parents[2] / "utterances"
TOLD_BESIDE_CALM = sorted(Path(__file__).with_name("told_beside_calm").glob("*.yaml"))
UNKNOWN = {"zh-CN": "饕餮", "en-US": " zorbling ", "ko-KR": "뷁쉛"}
CALM_VALUES: tuple[dict[str, object], ...] = (
    {"present": []},
    {"went_out": False},
    {"contact": False},
    {"reported": "normal"},
)


def _calm(value: AnyValue | None) -> bool:
    match value:
        case Symptoms():
            return not value.present and not value.household
        case Movements():
            return not value.went_out
        case Contacts():
            return not value.contact
        case Temperature():
            return value.reported == "normal"
        case _:
            return False


def _calm_answers(lexicon: Lexicon) -> list[tuple[Kind, str]]:
    """What the table calls calm, without what is calm by a number."""
    table = (TABLES / f"{lexicon.locale}.yaml").read_text(encoding="utf-8")
    rows = yaml.load(table, yaml.CSafeLoader)
    return [
        (Kind(row["question"]), row["text"])
        for row in rows
        if "alternatives" not in row
        and any((row["expect"].get("value") or {}).items() >= calm.items() for calm in CALM_VALUES)
        and not row["expect"]["value"].get("household")
        and not lexicon.number_reader.measures(row["text"])
    ]


@pytest.mark.parametrize("locale", UNKNOWN)
def test_a_calm_answer_with_an_unknown_word_is_asked_again(
    lexicons: dict[str, Lexicon], locale: str
) -> None:
    lexicon, word = lexicons[locale], UNKNOWN[locale]
    answers = _calm_answers(lexicon)
    spoiled = [
        (kind, f"{word}{text}" if place % 2 else f"{text},{word}")
        for place, (kind, text) in enumerate(answers)
    ]
    still_calm = [
        text
        for kind, text in spoiled
        if _calm(understand(kind, [Hypothesis(text=text)], lexicon).value)
    ]
    assert len(answers) > 100
    assert still_calm == []


@pytest.mark.parametrize("path", TOLD_BESIDE_CALM, ids=lambda path: path.stem)
def test_what_is_told_beside_a_calm_phrase_is_never_calm(
    lexicons: dict[str, Lexicon], path: Path
) -> None:
    told = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    calm = [
        text
        for kind, texts in told.items()
        for text in texts
        if _calm(understand(Kind(kind), [Hypothesis(text=text)], lexicons[path.stem]).value)
    ]
    assert sum(map(len, told.values())) > 60
    assert calm == []


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Kind.MOVEMENTS, "No, the truck hasn't budged an inch"),
        (Kind.MOVEMENTS, "never set foot outside, it's minus twenty here"),
        (Kind.MOVEMENTS, "no, missed my own brother's funeral because of this"),
        (Kind.MOVEMENTS, "no my neighbor walks the mutt for me"),
        (Kind.CONTACTS, "nobody's been, it was my eightieth birthday and I had cake alone"),
        (Kind.CONTACTS, "no, my tray is left at the door"),
        (Kind.SYMPTOMS, "No, we built a treehouse in the den"),
    ],
)
def test_what_elaborates_an_outright_denial_may_be_said_in_any_words(
    lexicons: dict[str, Lexicon], kind: Kind, said: str
) -> None:
    assert _calm(understand(kind, [Hypothesis(text=said)], lexicons["en-US"]).value)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Kind.MOVEMENTS, "No, been up the quarry"),
        (Kind.MOVEMENTS, "No, I cast my ballot this morning"),
        (Kind.MOVEMENTS, "No, my wife and I took in a matinee"),
        (Kind.MOVEMENTS, "No, moseyed over to the feed store"),
        (Kind.MOVEMENTS, "no, Zumba"),
        (Kind.CONTACTS, "No, Zoltan fixed the router"),
        (Kind.CONTACTS, "No, played pinochle with Zebulon"),
        (Kind.CONTACTS, "no the exterminator sprayed the kitchen"),
        (Kind.CONTACTS, "Nobody, then a census taker interviewed me"),
        (Kind.SYMPTOMS, "No, found a lump"),
        (Kind.SYMPTOMS, "No, been living on Pepto"),
        (Kind.SYMPTOMS, "no the shingles are back"),
        (Kind.SYMPTOMS, "no, watching telly makes my peepers throb"),
    ],
)
def test_what_may_be_what_was_asked_is_no_elaboration(
    lexicons: dict[str, Lexicon], kind: Kind, said: str
) -> None:
    assert not _calm(understand(kind, [Hypothesis(text=said)], lexicons["en-US"]).value)


def test_harmless_words_leave_an_answer_calm(lexicons: dict[str, Lexicon]) -> None:
    english, korean = lexicons["en-US"], lexicons["ko-KR"]
    for text in ("no I've been reading the newspaper in bed", "No, we watched television."):
        got = understand(Kind.CONTACTS, [Hypothesis(text=text)], english)
        assert got.value == Contacts(contact=False)
    got = understand(Kind.SYMPTOMS, [Hypothesis(text="잠도 푹 자고 아픈 데 없어요")], korean)
    assert isinstance(got.value, Symptoms)
    assert not got.value.present


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Kind.MOVEMENTS, "没出去，就蹽了一趟集"),
        (Kind.MOVEMENTS, "没有，就开车去把亲家母接了一下"),
        (Kind.MOVEMENTS, "没有，昨天搬家来着"),
        (Kind.MOVEMENTS, "没，蹭朋友的车去了趟山上"),
        (Kind.MOVEMENTS, "没有，孙子想吃雪糕我就去给买了一根"),
        (Kind.CONTACTS, "木有，就二婶子送了碗饺子"),
        (Kind.CONTACTS, "没有，孩子他二叔来了一趟"),
        (Kind.CONTACTS, "没有，跟一个收破烂的讲了讲价"),
        (Kind.SYMPTOMS, "鼻子齉，别的没事"),
        (Kind.SYMPTOMS, "胸口没"),
        (Kind.SYMPTOMS, "没有，就是有点那个什么带状疱疹"),
        (Kind.TEMPERATURE, "正常，就是身上跟火炉子似的"),
    ],
)
def test_what_is_told_beside_a_denial_keeps_it_from_being_calm(
    chinese: Lexicon, kind: Kind, said: str
) -> None:
    assert not _calm(understand(kind, [Hypothesis(text=said)], chinese).value)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Kind.MOVEMENTS, "天天猫家里头，哪敢出去嘚瑟"),
        (Kind.MOVEMENTS, "没出家门半步"),
        (Kind.MOVEMENTS, "没有，菜都是女婿给捎来的"),
        (Kind.MOVEMENTS, "没有，就在屋里转转"),
        (Kind.CONTACTS, "没有，闺女把菜撂门口就走了"),
        (Kind.SYMPTOMS, "以前咳嗽现在好了"),
        (Kind.SYMPTOMS, "没有，吃饭睡觉都正常"),
    ],
)
def test_unknown_words_within_a_denial_or_of_others_leave_it_calm(
    chinese: Lexicon, kind: Kind, said: str
) -> None:
    assert _calm(understand(kind, [Hypothesis(text=said)], chinese).value)
