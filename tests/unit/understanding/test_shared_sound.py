"""Whether what a recogniser writes is borne out by what it hears without being told anything."""

import pytest

from callbot.dialog.understanding import is_borne_out


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("没有跟外人接触", "沒有跟外遠接觸"),
        ("暂时没有，谢谢关心", "三十没有,谢谢关心"),
        ("没有，别人都没见着", "眉毛 别任都美舰照"),
        ("36.3度", "三十六度三"),
        ("三十六度三", "36.3"),
        ("没有", "美妙"),
        ("是的", "your"),
        ("Yes, speaking.", "Guess peeking"),
        ("I have got chills in the cough", "I've got children across."),
        ("I feel feverish and achy", "I feel feverish in pain."),
        ("thirty-six point five", "36.5"),
        ("I'm fine", "I'm phoning"),
        ("no", "Meaning"),
        ("아, 삼십육 점 사도요", "아 3 신유 점사토요"),
        ("방금 쟀는데 삼십육 점 삼도예요", "방금 쇄는 306.3도입니다"),
        ("삼십육 점 육도예요", "삼십률 점 유도요"),
        ("삼십육 점 일도요", "36,000도예요"),
        ("37.0도예요", "37.5도예요"),
        ("아픈 데 없어요", "36.5도예요"),
    ],
)
def test_speech_sounds_alike_in_other_characters(words: str, heard: str) -> None:
    assert is_borne_out(words, ["随便", heard])


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("去菜市场买菜了", "那也没去三屋里听声音机"),
        ("没有劲，不舒服", "美国宣誓不硬搭"),
        ("三十六度七，三十八度一", "身体流阻止 增加超赖的"),
        ("下楼扔垃圾", "現在的英國的太陽"),
        ("能替他回答", "2,3,2,3,2,3"),
        ("没和别人见面", "Thank you"),
        ("I feel tired", "That's all."),
        ("I feel tired", "I'm not going to fix it, I'm going to block it"),
        ("I'm losing it, coughing up blood", "I'm waiting for enough money."),
    ],
)
def test_an_echo_of_what_was_to_be_expected_sounds_like_nothing_that_was_said(
    words: str, heard: str
) -> None:
    assert not is_borne_out(words, [heard])
    assert not is_borne_out(words, [])
    assert is_borne_out(words, [heard, words])


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("아, 삼십육 점 삼도요", "아 3 신유 점사토요"),
        ("네, 36.2도예요", "네, 36.1%"),
        ("삼십칠점 이도입니다", "37.5도입니다"),
    ],
)
def test_korean_tenths_are_borne_out_by_the_same_or_by_none(words: str, heard: str) -> None:
    assert not is_borne_out(words, [heard])
    assert is_borne_out(words, [heard, words])
    assert is_borne_out(words, [])


def test_each_clause_must_be_borne_out() -> None:
    plain = ["没出去,闪闪这里方位置", "没出去,闪闪在里头位置"]
    assert is_borne_out("没出去过。在院子里头位置", plain)
    assert not is_borne_out("没出去过。去菜市场买菜了", plain)
