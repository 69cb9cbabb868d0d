"""What breaks in one call disturbs no other, and loses nothing."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

import psutil
from acceptance_people import resident
from sqlmodel import select

from callbot.models import AnswerRow, Call, History
from callbot.rehearsal.campaign import CampaignRehearsal, Stage


def recogniser_workers() -> list[psutil.Process]:
    return [
        process
        for process in psutil.Process().children(recursive=True)
        if any("whisper_worker" in part for part in process.cmdline())
    ]


async def test_a_recogniser_killed_in_mid_call_ends_no_call(
    new_stage: Callable[..., Stage],
) -> None:
    people = [resident(number) for number in (21, 22, 23)]
    stage = new_stage(people)
    rehearsal = CampaignRehearsal(stage)
    killed = 0

    async def kill_workers() -> None:
        """Every worker, twice, while answers are being recognised."""
        nonlocal killed
        while True:
            await asyncio.sleep(0.2)
            with stage.database.reading() as rows:
                answers = len(rows.exec(select(AnswerRow.id)).all())
            if answers > 3 * killed + 2 and killed < 2:
                for worker in recogniser_workers():
                    os.kill(worker.pid, signal.SIGKILL)
                killed += 1

    killer = asyncio.create_task(kill_workers())
    try:
        await rehearsal.play()
    finally:
        killer.cancel()
    assert killed == 2
    for result in rehearsal.results():
        assert result.outcome == "completed"
        assert result.answers["temperature"]["value"] == {"celsius": 36.5}


async def test_a_folder_that_cannot_be_written_stops_the_recording_and_not_the_call(
    new_stage: Callable[..., Stage], tmp_path: Path
) -> None:
    not_a_folder = tmp_path / "recordings"
    not_a_folder.touch()
    stage = new_stage([resident(31)], recordings_dir=not_a_folder)
    rehearsal = CampaignRehearsal(stage)
    await rehearsal.play()
    assert rehearsal.results()[0].outcome == "completed"
    with stage.database.reading() as rows:
        assert rows.exec(select(Call)).one().recording_problem
        assert "recording_failed" in {row.act for row in rows.exec(select(History))}
