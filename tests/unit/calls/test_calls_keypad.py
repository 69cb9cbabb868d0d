"""Keys pressed one by one become one answer."""

import pytest

from callbot.calls.keypad import BETWEEN_KEYS_MS, Keypad
from callbot.dialog.answers import Kind


def pressed(kind: Kind, keys: str) -> list[str]:
    keypad = Keypad()
    return [done for key in keys if (done := keypad.press(key, kind, 0)) is not None]


@pytest.mark.parametrize(
    ("kind", "keys", "answers"),
    [
        (Kind.YES_NO, "1", ["1"]),
        (Kind.SYMPTOMS, "2", ["2"]),
        (Kind.TEMPERATURE, "365", ["365"]),
        (Kind.TEMPERATURE, "36", []),
        (Kind.TEMPERATURE, "37#", ["37"]),
        (Kind.TEMPERATURE, "*", ["*"]),
        (Kind.TEMPERATURE, "0", ["0"]),
        (Kind.TEMPERATURE, "#", []),
        (Kind.TEMPERATURE, "365365", ["365", "365"]),
    ],
)
def test_an_answer_is_complete_with_its_last_key(kind: Kind, keys: str, answers: list[str]) -> None:
    assert pressed(kind, keys) == answers


def test_a_number_cut_short_is_complete_after_a_pause() -> None:
    keypad = Keypad()
    keypad.press("3", Kind.TEMPERATURE, 1000)
    keypad.press("7", Kind.TEMPERATURE, 1500)
    assert keypad.waited(1500 + BETWEEN_KEYS_MS - 20) is None
    assert keypad.waited(1500 + BETWEEN_KEYS_MS) == "37"
    assert keypad.waited(9000) is None, "an answer is given once"
