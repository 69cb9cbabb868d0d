"""A machine is told from a person by what is said first, and how."""

from pathlib import Path

import pytest

from callbot.calls.answering_machine import is_machine
from callbot.dialog.machine_words import load_machine_words


@pytest.mark.parametrize(
    ("locale", "text", "started_ms", "speech_ms", "machine"),
    [
        ("zh-CN", "您好，您拨打的用户暂时无法接听", 300, 2500, True),
        ("zh-CN", "请在提示音后留言", 5000, 1500, True),
        ("zh-CN", "喂", 400, 300, False),
        ("zh-CN", "喂，你好，请问哪位", 400, 1500, False),
        ("zh-CN", "", 200, 5200, True),
        ("zh-CN", "我今天早上量的是三十六度五，没有不舒服", 9000, 5200, False),
        ("en-US", "Please leave a message after the tone", 200, 2600, True),
        ("en-US", "Hello, who is this?", 300, 1200, False),
        ("en-US", "I can't take your call now, I am cooking", 300, 1900, False),
        ("ko-KR", "지금은 전화를 받을 수 없습니다 삐 소리가 난 후", 200, 2600, True),
        ("ko-KR", "지금은 전화를 받을 수 없어요", 400, 1500, False),
    ],
)
def test_first_words(
    prompts_dir: Path, locale: str, text: str, started_ms: int, speech_ms: int, machine: bool
) -> None:
    words = load_machine_words(prompts_dir)[locale]
    assert is_machine(text, words, started_ms=started_ms, speech_ms=speech_ms) is machine
