"""How long the bot speaks: no prompt is a speech, and a call with nothing to report is short."""

from collections.abc import AsyncIterator

import pytest
from golden import DIALOGUES, ROOT, VARIABLES, load, script

from callbot.dialog.script import script_names
from callbot.speech.audio import SAMPLE_RATE_HZ
from callbot.speech.pyttsx3_engine import Pyttsx3Synthesizer
from callbot.speech.synthesizer import Prompt

LONGEST_PROMPT_S = 12.0
CALM_CALL_S = 75.0
ANSWERS_S = 8 * 2.0
"""Eight answers of a second and a half, and half a second before the bot goes on."""

FILLED = VARIABLES | {
    "office_phone": " ".join(VARIABLES["office_phone"]),
    "person": "王秀英",
    "time": "明天下午三点半",
    "promised": "明天下午三点半",
    "celsius": "36.5",
    "present": "咳嗽",
    "household": "咳嗽",
    "places": "菜市场",
    "persons": "邻居",
}

IN_OTHER_LANGUAGES = {
    "en-US": {"office": "Jinhai street office", "time": "tomorrow", "promised": "tomorrow"},
    "ko-KR": {"office": "금해 주민센터", "time": "내일 오후 세 시 반", "promised": "내일 오전"},
}


@pytest.fixture
async def synthesizer() -> AsyncIterator[Pyttsx3Synthesizer]:
    engine = Pyttsx3Synthesizer()
    await engine.start()
    yield engine
    await engine.close()


async def seconds(engine: Pyttsx3Synthesizer, text: str, locale: str = "zh-CN") -> float:
    pcm = await engine.speak(Prompt("p", locale, text))
    return len(pcm) / 2 / SAMPLE_RATE_HZ


@pytest.mark.parametrize(
    ("name", "locale"),
    [
        (name, locale)
        for name in script_names(ROOT / "prompts")
        for locale in sorted(script(name).wordings)
    ],
)
async def test_no_prompt_is_longer_than_twelve_seconds(
    synthesizer: Pyttsx3Synthesizer, name: str, locale: str
) -> None:
    too_long = {}
    for prompt, template in script(name).fixed_prompts(locale):
        filled = FILLED | IN_OTHER_LANGUAGES.get(locale, {})
        length = await seconds(synthesizer, template.format_map(filled), locale)
        if length >= LONGEST_PROMPT_S:
            too_long[prompt] = round(length, 1)
    assert too_long == {}


async def test_a_call_with_nothing_to_report_is_short(synthesizer: Pyttsx3Synthesizer) -> None:
    call = load(DIALOGUES / "well" / "nothing-to-report.yaml")["call"]
    spoken = [await seconds(synthesizer, line["bot"]) for line in call if "bot" in line]
    assert sum(spoken) + ANSWERS_S < CALM_CALL_S
