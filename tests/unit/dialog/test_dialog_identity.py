"""Who says to be speaking: the resident, or somebody else."""

from pathlib import Path

import pytest

from callbot.dialog.identity import Named, load_personal_names

INTRODUCED, RESIDENT = Named.INTRODUCED, Named.RESIDENT
FITTING, OTHER = Named.FITTING, Named.SOMEBODY_ELSE


@pytest.mark.parametrize(
    ("locale", "name", "words", "named"),
    [
        ("zh-CN", "王秀英", "王秀英", RESIDENT),
        ("zh-CN", "王秀英", "对，我就是王秀英", INTRODUCED),
        ("zh-CN", "王秀英", "我是王秀莹", INTRODUCED),
        ("zh-CN", "王秀英", "我是李四", OTHER),
        ("zh-CN", "王秀英", "我是李四你说吧", OTHER),
        ("zh-CN", "王秀英", "我是王秀云", OTHER),
        ("zh-CN", "王秀英", "我是欧阳明", OTHER),
        ("zh-CN", "王秀英", "我是王秀英的女儿", OTHER),
        ("zh-CN", "王秀英", "王秀英不在家", OTHER),
        ("zh-CN", "王秀英", "不是我。我是王秀英", INTRODUCED),
        ("zh-CN", "王秀英", "可不是吗?就是我王秀英", INTRODUCED),
        ("zh-CN", "王秀英", "可不是嘛，王秀英", RESIDENT),
        ("zh-CN", "王秀英", "王秀英可不是我", OTHER),
        ("zh-CN", "王秀英", "我不是王秀英", OTHER),
        ("zh-CN", "王秀英", "不是，我是王秀英家的保姆", OTHER),
        ("zh-CN", "王秀英", "我姓李", OTHER),
        ("zh-CN", "王秀英", "我姓王", FITTING),
        ("zh-CN", "王秀英", "我是老李", OTHER),
        ("zh-CN", "王秀英", "我是李阿姨", OTHER),
        ("zh-CN", "王秀英", "我是王阿姨", FITTING),
        ("zh-CN", "卜建华", "我是不见华", INTRODUCED),
        ("zh-CN", "单田芳", "我是善田芳", INTRODUCED),
        ("zh-CN", "权学文", "不错。正式前学文", RESIDENT),
        ("zh-CN", "权学文", "前学文不在", OTHER),
        ("zh-CN", "王秀英", "我是黄秀英", OTHER),
        ("zh-CN", "秦汉文", "我就是秦汉", FITTING),
        ("zh-CN", "秦汉文", "我就是秦江", FITTING),
        ("zh-CN", "秦汉文", "我是秦小明", OTHER),
        ("zh-CN", "王秀英", "我是秦江", OTHER),
        ("zh-CN", "王家丽", "我家里没人", None),
        ("zh-CN", "钱文", "前文", RESIDENT),
        ("zh-CN", "权文", "我是钱文", OTHER),
        ("zh-CN", "王秀英", "我是本人", None),
        ("zh-CN", "王秀英", "是我", None),
        ("zh-CN", "王秀英", "我是方便的", None),
        ("en-US", "Mary Smith", "This is Mary Smith.", RESIDENT),
        ("en-US", "Betty Lawson", "Yes, I'm Betty Lawson.", RESIDENT),
        ("en-US", "Betty Lawson", "I'm Betty Lawson's son.", OTHER),
        ("en-US", "Mary Smith", "My name is Mary.", RESIDENT),
        ("en-US", "Mary Smith", "My name is John Miller.", OTHER),
        ("en-US", "Andre Whitlock", "This is Andre.", RESIDENT),
        ("en-US", "Mary Smith", "This is Andre.", OTHER),
        ("en-US", "Mary Smith", "This is an office.", None),
        ("en-US", "Earl Buckner", "You got Earl.", RESIDENT),
        ("en-US", "Mary Smith", "My name's Mary and I am a bit deaf.", RESIDENT),
        ("en-US", "Mary Smith", "It's Mary, I'm afraid I'm ill today.", RESIDENT),
        ("en-US", "Mary Smith", "It's fine, go on then, I am listening.", None),
        ("en-US", "Mary Smith", "I'm Mary's sister, she is in the shower.", None),
        ("en-US", "Earl Buckner", "Earl speaking.", RESIDENT),
        ("en-US", "Earl Buckner", "Earl is out.", None),
        ("en-US", "Earl Buckner", "Earl? He's out.", None),
        ("en-US", "Mary Smith", "This is she.", None),
        ("en-US", "Mary Smith", "Mary Smith is not here", OTHER),
        ("ko-KR", "김영희", "네 김영희입니다", RESIDENT),
        ("ko-KR", "김영희", "저는 박철수입니다", OTHER),
        ("ko-KR", "김영희", "아닌데요 저는 이순자예요", OTHER),
        ("ko-KR", "김영희", "아닌데요 저는 박씨예요", OTHER),
        ("ko-KR", "김영희", "저는 김씨인데요", FITTING),
        ("ko-KR", "김영희", "네 저는 조금 바빠요", None),
        ("ko-KR", "김영희", "저는 이제 막 일어났어요", None),
        ("ko-KR", "김영희", "저는 본인이에요", None),
        ("ko-KR", "김영희", "김영희 딸이에요", OTHER),
        ("ko-KR", "김영희", "김영희요? 저는 아린데", None),
        ("ko-KR", "김영희", "김영희 씨요?", None),
        ("ko-KR", "김영희", "김영희요? 제가 김영희예요", RESIDENT),
        ("ko-KR", "김영희", "김영희인데요?", RESIDENT),
    ],
)
def test_a_name_is_told_from_the_resident_s(
    prompts_dir: Path, locale: str, name: str, words: str, named: Named | None
) -> None:
    assert load_personal_names(prompts_dir)[locale].named(words, name) is named
