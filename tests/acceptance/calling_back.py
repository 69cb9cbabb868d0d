"""What must be in the rows when the residents of `CALLING_BACK` have rung back."""

import asyncio

from acceptance_people import CALLING_BACK, is_calm
from sqlmodel import col, select

from callbot.campaigns.dialing.line import set_line
from callbot.campaigns.planning.planner import plan
from callbot.cli import calling
from callbot.dialog.events import Outcome
from callbot.models import AnswerRow, Attempt, Resident, Turn
from callbot.node import Node
from callbot.rehearsal.campaign import Stage

PATIENCE_S = 300.0
RUNG_BACK = (Outcome.COMPLETED, Outcome.OPTED_OUT)
"""What becomes of the two, in their order."""

WHO_RANG = "刚才是我们给您打的"


async def not_reached(node: Node, stage: Stage, carrier: str) -> None:
    """Each of them is rung, and the line is busy."""
    set_line(
        stage.database, calling.LINE, carrier=carrier, capacity=2, calls_per_second=9, headroom=1.0
    )
    await calling.prepare(node, stage.database)
    plan(stage.database, stage.clock.now())
    async with asyncio.timeout(PATIENCE_S):
        while len(outcomes(stage)) < len(CALLING_BACK):
            await node.dialer.tick()
            await node.dialer.settled()
    assert set(outcomes(stage)) == {Outcome.BUSY}


async def talked(stage: Stage, outcome: Outcome) -> None:
    """Until a call has ended so."""
    async with asyncio.timeout(PATIENCE_S):
        while outcome not in (ended := outcomes(stage)):
            assert set(ended) <= {Outcome.BUSY, *RUNG_BACK}, words(stage)
            await asyncio.sleep(0.1)


def outcomes(stage: Stage) -> list[str]:
    with stage.database.reading() as rows:
        return [a.outcome for a in rows.exec(select(Attempt)) if a.outcome]


def words(stage: Stage) -> list[tuple[str, str]]:
    """What was said on all calls, for a test that failed."""
    with stage.database.reading() as rows:
        turns = rows.exec(select(Turn).order_by(col(Turn.id))).all()
        return [(turn.speaker, turn.text) for turn in turns]


def check_rows(stage: Stage) -> None:
    """One has answered everything, one is rung no more; both were told first who had rung."""
    with stage.database.reading() as rows:
        answers = {row.question: row.value for row in rows.exec(select(AnswerRow))}
        said = rows.exec(select(Turn).where(Turn.speaker == "bot").order_by(col(Turn.id))).all()
        opted_out = {r.phone for r in rows.exec(select(Resident)) if r.opted_out_at is not None}
    assert is_calm(answers["temperature"])
    assert set(RUNG_BACK) < set(outcomes(stage))
    openings = {turn.call_id: turn.text for turn in reversed(said)}
    assert len(openings) == len(CALLING_BACK)
    assert all(WHO_RANG in text for text in openings.values())
    assert opted_out == {CALLING_BACK[1].phone}
