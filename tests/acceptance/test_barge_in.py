"""Who interrupts over SIP or Twilio hears the bot fall silent; in the sound at their own end."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from acceptance_people import SHORT_ANSWERS, resident

from callbot.rehearsal.campaign import CampaignRehearsal, Stage
from callbot.rehearsal.reach import Reached

QUESTION = "您还需要什么吗？"
TEMPERATURE = r"  (- \{id: )?temperature[:,].*\n(    .*\n)*"
"""A question that nobody interrupts."""

LONG_QUESTION = "您还需要什么吗，比如口罩、药品、买菜、倒垃圾，或者想找人聊一聊？"
"""Five seconds: who interrupts after one has most of it before them."""

CUT_MS = 2500
"""Of a sentence that would go on for four seconds, however busy the machine; how soon it is cut on
an idle one is for `callbot bench calls --barges-in`."""


@pytest.mark.parametrize("way", [Reached.SIP, Reached.TWILIO])
async def test_the_rest_of_a_sentence_is_not_heard(
    new_stage: Callable[..., Stage], short_script: Path, way: Reached
) -> None:
    for name in ("script.yaml", "zh-CN.yaml"):
        file = short_script / "short" / name
        without = re.sub(TEMPERATURE, "", file.read_text())
        file.write_text(without.replace(QUESTION, LONG_QUESTION))
    person = resident(1, barges_in=["needs"], says={**SHORT_ANSWERS, "needs": "不需要"})
    settings = {"prompts_dir": short_script}
    rehearsal = CampaignRehearsal(
        new_stage([person], script="short", settings=settings, reached=way)
    )
    await rehearsal.play()
    [result] = rehearsal.results()
    assert result.outcome == "completed"
    [asked] = [t for t in result.turns if (t["speaker"], t["question"]) == ("bot", "needs")]
    assert asked["text"].endswith("…")
    assert result.barge_in_ms
    assert max(result.barge_in_ms) < CUT_MS
