"""Whole spoken conversations over Twilio's wire, with the real recogniser."""

from collections.abc import Callable
from pathlib import Path

from acceptance_people import SHORT_ANSWERS, resident

from callbot.rehearsal.campaign import CampaignRehearsal, Stage
from callbot.rehearsal.over_twilio import OverTwilio
from callbot.rehearsal.reach import Reached

CLERK = "+8653288881111"


async def test_a_resident_is_rung_answers_asks_for_a_person_and_is_put_through(
    new_stage: Callable[..., Stage], short_script: Path
) -> None:
    person = resident(1, says=SHORT_ANSWERS)
    settings = {"prompts_dir": short_script, "human_line": CLERK}
    stage = new_stage([person], script="short", settings=settings, reached=Reached.TWILIO)
    rehearsal = CampaignRehearsal(stage)
    await rehearsal.play()
    assert isinstance(rehearsal.carrier, OverTwilio)
    [call_there] = rehearsal.carrier.twilio.calls.values()
    assert call_there.dialled_person == CLERK
    [result] = rehearsal.results()
    assert result.outcome == "partial"
    assert result.answers["temperature"]["value"] == {"celsius": 36.5}
    assert (stage.settings.recordings / result.recording).stat().st_size > 100_000
    assert len(result.response_ms) >= 3
    assert rehearsal.carrier.transport.frames > 200
