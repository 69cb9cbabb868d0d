"""The words are data: checked on load, with errors a clerk can act on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from callbot.dialog.answers import Hypothesis, Kind, Symptoms
from callbot.dialog.understanding import Lexicon, load_lexicon, understand
from callbot.dialog.understanding.words.patterns import expand
from callbot.dialog.understanding.words.roles import Mark, Role
from callbot.dialog.understanding.words.spelling import Spelling
from callbot.dialog.understanding.words.vocabulary import Vocabulary
from callbot.errors import DataFileError

Write = Callable[[str, str, str], Path]


def test_a_word_added_to_the_file_is_understood(lexicon_with: Write) -> None:
    path = lexicon_with("symptoms", "cough: [咳嗽,", "cough: [咳嗽, 吭哧,")
    got = understand(Kind.SYMPTOMS, [Hypothesis(text="老是吭哧")], load_lexicon(path))
    assert got.value == Symptoms(present=("cough",))


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("symptoms", "  cough: [咳嗽,", "  coughing: [咳嗽,", "cough"),
        ("yes_no", "yes: [", "yes: [没有, ", "already in 'yes'"),
        ("yes_no", "yes: [", "yes: [是, ", "given twice"),
        ("open", "wish: [", "wish: [不缺, ", "already in 'denial'"),
        ("yes_no", "yes: [", "yes: [(是|对, ", "brackets"),
        ("yes_no", "yes: [", "yess: [", "unknown field"),
        ("language", "variants: {", "variants: {(俺: 我, ", "brackets"),
        ("language", "variants: {", "variants: {吭得: 没~, ", "ends with no brackets"),
        ("language", "numerals: chinese", "numerals: roman", "one of chinese, korean, english"),
        ("movements", "  超市: [大超市,", "  超市: [菜场, 大超市,", "already stands for"),
        (
            "symptoms",
            "  cough: [咳嗽,",
            "  cough: [<how>咳嗽,",
            "no words are listed under `sets` as 'how'",
        ),
    ],
)
def test_a_mistake_is_named_with_its_file_and_line(
    lexicon_with: Write, file: str, old: str, new: str, problem: str
) -> None:
    folder = lexicon_with(file, old, new)
    with pytest.raises(DataFileError, match=problem) as caught:
        load_lexicon(folder)
    assert caught.value.path == folder / f"{file}.yaml"
    assert caught.value.line > 1


def test_a_file_too_few_or_too_many_is_named(lexicon_with: Write) -> None:
    folder = lexicon_with("language", "numerals: chinese", "numerals: chinese")
    (folder / "symptoms.yaml").rename(folder / "symptom.yaml")
    with pytest.raises(DataFileError, match=r"symptoms: this field is missing"):
        load_lexicon(folder)
    (folder / "symptom.yaml").rename(folder / "symptoms.yaml")
    (folder / "weather.yaml").write_text("rain: [下雨]\n", "utf-8")
    with pytest.raises(DataFileError, match=r"weather\.yaml:1: unknown field"):
        load_lexicon(folder)
    (folder / "weather.yaml").rename(folder / "callback.yaml")
    own = folder / "language.yaml"
    own.write_text(own.read_text("utf-8") + "callback: {}\n", "utf-8")
    with pytest.raises(DataFileError, match=r"there is a file callback\.yaml for this"):
        load_lexicon(folder)


def test_a_language_may_begin_with_a_few_words(tmp_path: Path) -> None:
    (tmp_path / "language.yaml").write_text(
        "locale: ja-JP\nnumerals: chinese\nnegation: after\n"
        "grammar: {negator: [ない], denial: [大丈夫です], light: [が, です]}\n"
        "symptoms: {symptom: {cough: [咳]}}\n"
        "persons: {}\ntemperature: {}\nmovements: {}\ncontacts: {}\nyes_no: {}\nopen: {}\n"
        "requests: {}\ncallback: {}\n",
        "utf-8",
    )
    lexicon = load_lexicon(tmp_path)
    for said, present in (("咳が出ます", ("cough",)), ("大丈夫です", ())):
        got = understand(Kind.SYMPTOMS, [Hypothesis(text=said)], lexicon)
        assert got.value == Symptoms(present=present)


def test_a_form_of_dialect_keeps_the_word_that_its_brackets_name(lexicon_with: Write) -> None:
    folder = lexicon_with("language", "variants: {", "variants: {莫得(咳嗽|发烧): 没有~, ")
    lexicon = load_lexicon(folder)
    assert lexicon.standard_forms.standard("莫得发烧,莫得咳嗽") == "没有发烧,没有咳嗽"


def test_words_that_phrases_have_in_common_are_listed_once(lexicon_with: Write) -> None:
    folder = lexicon_with("symptoms", "cough: [咳嗽,", "cough: [(<manner>|)吭哧, <sound>响, 咳嗽,")
    sets = "sets:\n  manner: [老是, 使劲]\n  sound: [(嗓子|喉咙)<manner>]\n"
    own = folder / "language.yaml"
    own.write_text(own.read_text("utf-8").replace("sets:\n", sets, 1), "utf-8")
    lexicon = load_lexicon(folder)
    for said in ("使劲吭哧", "吭哧", "喉咙老是响"):
        got = understand(Kind.SYMPTOMS, [Hypothesis(text=said)], lexicon)
        assert got.value == Symptoms(present=("cough",))


@pytest.mark.parametrize("said", ["i am doing very well today", "we feel good", "i feel well sir"])
def test_a_pattern_may_stand_for_more_phrases_than_are_listed(said: str) -> None:
    days = "|".join(f"day {number}" for number in range(100))
    many = f"(i am |we |i )(doing |feel |)(very |pretty |)(well|good)( today| sir|{days}|)"
    (choices,) = Spelling(spaced=True).parts([many])
    words = Vocabulary([], spaced=True, frames=[(choices, Mark(Role.DENIAL))])
    assert [t.text for t in words.tokens(said) if t.has(Role.DENIAL)] == [said]
    assert not any(t.has(Role.DENIAL) for t in words.tokens("i am goodish today"))


def test_every_locale_knows_every_symptom(lexicons: dict[str, Lexicon]) -> None:
    chinese = set(lexicons["zh-CN"].symptoms.symptom)
    assert len(chinese) == 24
    assert all(set(lexicon.symptoms.symptom) == chinese for lexicon in lexicons.values())


def test_a_pattern_stands_for_all_its_phrases() -> None:
    assert expand("(你|您)是(谁|)") == ("你是", "你是谁", "您是", "您是谁")
    with pytest.raises(ValueError, match="nothing at all"):
        expand("(啊|)")
