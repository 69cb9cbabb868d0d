"""Forms of a Chinese verb with its object, so that a lexicon need not list them."""

from itertools import product

_DONE = ("了", "过")
_COUNTS = ("", "一", "两", "三", "几", "好几")
_MEASURES = ("个", "趟", "回", "次", "圈", "下", "点", "点儿", "些", "会儿", "会", "顿", "天")


def verb_object_forms(word: str) -> tuple[str, ...]:
    """`遛狗` → 遛狗, 遛了狗, 遛完狗, 遛个狗, 遛遛狗, 遛了两回狗…: what can stand between the two.

    The first character is the verb. Some forms fit only some words; nobody says the others.
    """
    verb, thing = word[0], word[1:]
    counted = ("".join(parts) for parts in product(("", *_DONE), _COUNTS, _MEASURES))
    again = (verb, f"了{verb}", f"一{verb}")
    between = ("", *_DONE, "完", "完了", "着", *again, *counted)
    return tuple(f"{verb}{middle}{thing}" for middle in dict.fromkeys(between))
