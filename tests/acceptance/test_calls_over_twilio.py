"""A whole spoken conversation over Twilio's wire, with the real recogniser."""

from collections.abc import Callable
from pathlib import Path

from acceptance_people import SHORT_ANSWERS, resident
from carrier_conformance import Phone
from fastapi import FastAPI
from sqlmodel import select
from twilio_network import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    OFFICE,
    PUBLIC_URL,
    TwilioNetwork,
    served,
)

from callbot.campaigns.dialing.brief import AttemptBrief
from callbot.campaigns.dialing.line import set_line
from callbot.campaigns.planning.planner import plan
from callbot.cli import calling
from callbot.dialog.events import Event, Listen
from callbot.models import AnswerRow, Attempt, Call
from callbot.rehearsal.campaign import Stage
from callbot.telephony.simulated.loudness import pcm
from callbot.telephony.simulated.studio import Studio
from callbot.telephony.twilio.account import TwilioAccount
from callbot.telephony.twilio.carrier import TwilioCarrier
from callbot.web.twilio_webhooks import router_of

CLERK = "+8653288881111"


async def test_a_resident_is_rung_answers_asks_for_a_person_and_is_put_through(
    new_stage: Callable[..., Stage], short_script: Path, data_dir: Path
) -> None:
    person = resident(1, says=SHORT_ANSWERS)
    settings = {"prompts_dir": short_script, "human_line": CLERK}
    stage = new_stage([person], script="short", settings=settings)
    database, clock = stage.database, stage.clock
    [repertoire] = await Studio(data_dir / "cache").record([person])
    network, app = TwilioNetwork(), FastAPI()
    network.phones[person.phone], network.speech = Phone.SPEAKS, b""

    def observe(_brief: AttemptBrief, event: Event) -> None:
        if isinstance(event, Listen) and event.prompt_text:
            network.answers.append(pcm(repertoire.sounds[SHORT_ANSWERS[event.question]]))

    async with served(network.app) as api_port, served(app) as port:
        network.port = port
        account = TwilioAccount(
            ACCOUNT_SID, AUTH_TOKEN, OFFICE, PUBLIC_URL, f"http://127.0.0.1:{api_port}"
        )
        carrier = TwilioCarrier(account, clock)
        app.include_router(router_of(carrier))
        set_line(
            database, calling.LINE, carrier="twilio", capacity=1, calls_per_second=1, headroom=1.0
        )
        async with calling.running_node(stage.settings, database, carrier, clock, observe) as node:
            await calling.prepare(node, database)
            plan(database, clock.now())
            assert await node.dialer.tick() == 1
            await node.dialer.settled()
        [call_there] = network.calls.values()
        await network.close()

    with database.reading() as rows:
        attempt = rows.exec(select(Attempt)).one()
        call = rows.exec(select(Call)).one()
        kept = {row.question: row.value for row in rows.exec(select(AnswerRow))}
    assert attempt.outcome == "partial"
    assert kept["temperature"] == {"celsius": 36.5}
    assert call_there.dialled_person == CLERK
    assert (stage.settings.recordings / call.recording).stat().st_size > 100_000
    assert len(network.response_ms) >= 3
