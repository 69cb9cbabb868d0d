"""Places stand where a clerk looks for them."""

import random

from callbot.models.place_names import in_order


def test_places_are_ordered_by_their_sound_and_their_number() -> None:
    grids = ["第一网格", "第二网格", "第三网格", "第九网格", "第十网格", "第十二网格", "第二十网格"]
    communities = ["滨河社区", "第2社区", "第12社区", "金海社区", "松涛社区", "望湖社区"]
    for names in (grids, communities):
        shuffled = random.Random(1).sample(names, len(names))
        assert sorted(shuffled, key=in_order) == names
