"""Golden conversations: data in tests/dialogues, played word for word."""

from pathlib import Path

import pytest
from golden import DIALOGUES, files, load, play, written

WHOLE = list(files())


@pytest.mark.parametrize("path", WHOLE, ids=lambda p: str(p.relative_to(DIALOGUES).with_suffix("")))
def test_conversation(path: Path) -> None:
    golden = load(path)
    played = play(golden)
    assert played == golden["call"]
    assert "ends" in played[-1], "the conversation comes to its end"
    assert path.read_text(encoding="utf-8") == written(golden), "run python tests/golden.py"


def test_no_two_conversations_tell_the_same() -> None:
    titles = [load(path)["title"] for path in WHOLE]
    assert len(titles) == len(set(titles))
