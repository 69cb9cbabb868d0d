"""Which readings of a recogniser are its own inventions."""

import pytest

from callbot.speech.readings import is_echo, is_invention, is_loop, merged, said_once, sift, tidy
from callbot.speech.recognizer import Alternative, Hints

TEMPERATURE = Hints(
    "zh-CN", "请问您今天的体温是多少度？", ("三十六度五", "三十八度二", "没有量", "有点发烧")
)
SYMPTOMS = Hints(
    "zh-CN", "您有没有发烧、咳嗽、乏力这样的不舒服？", ("没有不舒服", "有点咳嗽", "嗓子疼")
)

KOREAN = Hints(
    "ko-KR",
    "오늘 열이나 기침, 몸살처럼 불편하신 데가 있으세요?",
    ("없어요 괜찮아요", "기침이 좀 나요", "목이 아파요"),
)


@pytest.mark.parametrize(
    ("heard", "hints"),
    [
        ("请问您今天的体温是多少度", TEMPERATURE),
        ("您今天的体温是多少度？", TEMPERATURE),
        ("请问您", TEMPERATURE),
        ("三十六度五。三十八度二。没有量。", TEMPERATURE),
        ("有没有发烧、咳嗽、乏力这样的不舒服", SYMPTOMS),
        ("기침이 한 몸살처럼 불편하신 데가 있으세요", KOREAN),
        ("불편하신 데가 있으세요", KOREAN),
    ],
)
def test_the_prompt_come_back_is_an_echo(heard: str, hints: Hints) -> None:
    assert is_echo(heard, hints)


@pytest.mark.parametrize(
    ("heard", "hints"),
    [
        ("三十六度五", TEMPERATURE),
        ("三十八度二，没有量", TEMPERATURE),
        ("有点咳嗽，嗓子疼", SYMPTOMS),
        ("发烧", SYMPTOMS),
        ("咳嗽乏力", SYMPTOMS),
        ("不舒服", SYMPTOMS),
        ("没有", SYMPTOMS),
        ("您说什么", TEMPERATURE),
        ("불편한 데가 있어요", KOREAN),
        ("누구세요", KOREAN),
        ("뭐라고 하셨어요?", KOREAN),
        ("기침이 좀 나요", KOREAN),
    ],
)
def test_an_answer_that_shares_words_with_the_prompt_is_no_echo(heard: str, hints: Hints) -> None:
    assert not is_echo(heard, hints)


def test_saying_back_what_was_read_back_is_an_answer() -> None:
    hints = Hints("zh-CN", "您说的是三十八度二，对吗？", ("对", "不对"))
    assert not is_echo("三十八度二", hints)


@pytest.mark.parametrize(
    ("heard", "language"),
    [
        ("请不吝点赞 订阅 转发", "zh"),
        ("中文字幕", "zh"),
        ("謝謝觀看", "zh"),
        ("Thank you.", "zh"),
        ("Thank you for watching!", "en"),
        ("시청해주셔서 감사합니다", "ko"),
        ("我去超市", "en"),
        ("ありがとう", "zh"),
    ],
)
def test_captions_and_other_scripts_are_inventions(heard: str, language: str) -> None:
    assert is_invention(tidy(heard, language), language)


@pytest.mark.parametrize(
    ("heard", "language"),
    [
        ("36.5", "zh"),
        ("OK", "zh"),
        ("G123次", "zh"),
        ("谢谢", "zh"),
        ("thank you", "en"),
        ("네", "ko"),
    ],
)
def test_what_people_say_is_no_invention(heard: str, language: str) -> None:
    assert not is_invention(heard, language)


def test_a_decoder_that_lost_its_place_is_seen() -> None:
    assert is_loop("三十六度三十六度三十六度三十六度")
    assert is_loop("啊" * 12)
    assert is_loop("2번, 아니면 2번, 아니면 1번, 아니면 2번")
    assert is_loop("1, 2, 3, 2, 3, 2, 3, 2, 3, 2, 1, 2, 3, 2, 3, 2")
    repeated = (
        "没有没有没有",
        "对对对对",
        "是我。是我",
        "嗯嗯嗯",
        "nope nope nope",
    )
    for said in repeated:
        assert not is_loop(said)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("三十八度六。三十八度六", "三十八度六"),
        ("昨天去了趟超市。昨天去了趟超市。昨天去了", "昨天去了趟超市"),
        ("I'm fine. I'm fine", "I'm fine"),
        ("头疼得厉害。浑身没劲。头疼得厉害。浑身没", "头疼得厉害。浑身没劲"),
        ("有。没有。有", "有。没有。有"),
        ("no! no! I am ill", "no! I am ill"),
        ("没有。没有不舒服。有点咳", "没有。没有不舒服。有点咳"),
        ("It is 36.6", "It is 36.6"),
        ("没有没有没有", "没有没有没有"),
        ("", ""),
    ],
)
def test_a_sentence_written_twice_was_said_once(written: str, said: str) -> None:
    assert said_once(written) == said


def test_mandarin_is_written_in_simplified_characters_without_a_full_stop() -> None:
    assert tidy(" 沒有發燒。 ", "zh") == "没有发烧"
    assert tidy("（音乐）三十七度３。", "zh") == "三十七度3"
    assert tidy("[Music] I'm fine.", "en") == "I'm fine"


def test_the_same_words_are_merged_with_their_best_confidence() -> None:
    found = [Alternative("没有。", 0.3), Alternative("没 有", 0.6), Alternative("美容", 0.5)]
    assert merged(found, 5) == (Alternative("没 有", 0.6), Alternative("美容", 0.5))
    assert len(merged(found, 1)) == 1


def test_sifting_keeps_answers_and_names_what_it_threw_away() -> None:
    found = [
        Alternative("请问您今天的体温是多少度？", 0.9),
        Alternative("三十六度五", 0.8),
        Alternative("字幕", 0.7),
        Alternative("。", 0.6),
    ]
    kept, rejected = sift(found, TEMPERATURE, 5)
    assert kept == (Alternative("三十六度五", 0.8),)
    assert rejected == ("请问您今天的体温是多少度", "字幕")
