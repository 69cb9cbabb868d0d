"""Settings given for each language."""

from pathlib import Path

import pytest

from callbot.config import Settings, load_settings
from callbot.dialog.script import load_script
from callbot.node.sentences import Sentences

OFFICE = {
    "CALLBOT_OFFICE_NAME": "东港街道办事处",
    "CALLBOT_OFFICE_NAME_EN_US": "Donggang Street Office",
}


def settings(**environ: str) -> Settings:
    return load_settings(environ, env_file=Path("no such file"))


@pytest.mark.parametrize(
    ("environ", "locale", "name"),
    [
        (OFFICE, "zh-CN", "东港街道办事处"),
        (OFFICE, "en-US", "Donggang Street Office"),
        (OFFICE, "ko-KR", "东港街道办事处"),
        ({}, "en-US", "Jinhai Street Office"),
        ({"CALLBOT_OFFICE_NAME_KO_KR": "동강 판사처"}, "ko-KR", "동강 판사처"),
    ],
)
def test_office_is_called_what_calls_in_a_language_can_say(
    environ: dict[str, str], locale: str, name: str
) -> None:
    assert settings(**environ).office_in(locale) == name


def test_engine_and_office_of_a_language_are_told_apart() -> None:
    both = settings(CALLBOT_ASR_KO_KR="vosk:/models/ko", CALLBOT_OFFICE_NAME_KO_KR="동강 판사처")
    assert both.asr == {"ko-KR": "vosk:/models/ko"}
    assert both.office_in("ko-KR") == "동강 판사처"


def test_greeting_in_english_names_the_office_in_english() -> None:
    own = settings(**OFFICE)
    script = load_script(own.prompts_dir, "quarantine")
    said = {p.id: p.text for p in Sentences(own).for_anybody(script, "en-US")}
    assert "Donggang Street Office" in said["greeting"]
