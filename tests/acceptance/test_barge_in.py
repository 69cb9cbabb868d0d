"""Who interrupts over SIP or Twilio hears the bot fall silent; in the sound at their own end."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from acceptance_people import SHORT_ANSWERS, resident
from sqlmodel import select

from callbot.models import Attempt
from callbot.rehearsal.campaign import CampaignRehearsal, Stage
from callbot.rehearsal.reach import Reached
from callbot.telephony.simulated.measurement import LineTurn, Speaker

QUESTION = "您还需要什么吗？"
TEMPERATURE = r"  (- \{id: )?temperature[:,].*\n(    .*\n)*"
"""A question that nobody interrupts."""

LONG_QUESTION = "您还需要什么吗，比如口罩、药品、买菜、倒垃圾，或者想找人聊一聊？"
"""Seven seconds, six of them sound: who interrupts after one has most of it before them."""

HEARD_MS = 3500
"""Of the question's sound, however busy the machine, which may also leave the bot silent just when
it is interrupted; how soon it is cut on an idle one is for `callbot bench calls --barges-in`."""


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
    stage = new_stage([person], script="short", settings=settings, reached=way)
    rehearsal = CampaignRehearsal(stage)
    await rehearsal.play()
    [result] = rehearsal.results()
    assert result.outcome == "completed"
    [asked] = [t for t in result.turns if (t["speaker"], t["question"]) == ("bot", "needs")]
    assert asked["text"].endswith("…")
    with stage.database.reading() as rows:
        attempt_id = rows.exec(select(Attempt.id)).one()
    assert 0 < question_heard_ms(rehearsal.residents.report(attempt_id).turns) < HEARD_MS


def question_heard_ms(turns: Sequence[LineTurn]) -> float:
    """Of the bot's sound, since the resident began the answer before, until the end of this one."""
    before, answer = [turn for turn in turns if turn.speaker is Speaker.RESIDENT][-2:]
    assert answer.question == "needs"
    asking = [t for t in turns if before.start_ms < t.start_ms < answer.end_ms]
    return sum(turn.audible_ms for turn in asking)
