"""Whole spoken conversations over Twilio's wire, with the real recogniser."""

from collections.abc import Callable
from pathlib import Path

from acceptance_people import CALLING_BACK, SHORT_ANSWERS, is_calm, resident
from calling_back import RUNG_BACK, check_rows, not_reached, talked
from sqlmodel import select

from callbot.campaigns.dialing.brief import AttemptBrief
from callbot.cli import calling
from callbot.dialog.events import Event, Listen
from callbot.models import Attempt
from callbot.rehearsal.campaign import CampaignRehearsal, Stage
from callbot.rehearsal.over_twilio import OverTwilio
from callbot.rehearsal.reach import Reached
from callbot.rehearsal.twilio_stand_in.premises import ACCOUNT, Premises
from callbot.telephony.simulated.network import SimulatedCarrier
from callbot.telephony.simulated.studio import Studio

CLERK = "+8653288881111"


async def test_a_resident_is_rung_answers_asks_for_a_person_and_is_put_through(
    new_stage: Callable[..., Stage], short_script: Path
) -> None:
    person = resident(1, says=SHORT_ANSWERS)
    settings = {"prompts_dir": short_script, "human_line": CLERK}
    stage = new_stage([person], script="short", settings=settings, reached=Reached.TWILIO)
    rehearsal = CampaignRehearsal(stage)
    await rehearsal.play()
    [result] = rehearsal.results()
    assert result.outcome == "partial"
    assert is_calm(result.answers["temperature"]["value"])
    assert (stage.settings.recordings / result.recording).stat().st_size > 100_000
    assert len(result.response_ms) >= 3
    assert rehearsal.transport is not None
    assert rehearsal.transport.frames > 200
    with stage.database.reading() as rows:
        attempt_id = rows.exec(select(Attempt.id)).one()
    assert rehearsal.residents.report(attempt_id).transferred_to == CLERK


async def test_residents_ring_back_and_are_told_who_called(
    new_stage: Callable[..., Stage], short_script: Path, data_dir: Path
) -> None:
    stage = new_stage(list(CALLING_BACK), script="short", settings={"prompts_dir": short_script})
    network = SimulatedCarrier(Studio(data_dir / "cache"))
    await network.prepare(CALLING_BACK)
    carrier = OverTwilio(Premises(network), stage.clock)
    ringing: dict[str, str] = {}

    def observe(brief: AttemptBrief, event: Event) -> None:
        if isinstance(event, Listen) and brief.phone in ringing:
            network.cue(ringing[brief.phone], event)

    async with calling.running_node(
        stage.settings, stage.database, carrier, stage.clock, observe
    ) as node:
        await not_reached(node, stage, "twilio")
        for person in CALLING_BACK:
            incoming = network.ring_in(person.phone, ACCOUNT.caller_id)
            ringing[person.phone] = incoming.attempt_id
            assert await incoming.settled()
        for outcome in RUNG_BACK:
            await talked(stage, outcome)
    check_rows(stage)
    for attempt_id in ringing.values():
        assert network.report(attempt_id).first_word_ms is not None
