"""What breaks in a call loses none, and disturbs no other."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from acceptance_people import is_calm, resident
from sqlmodel import col, select

from callbot.errors import ModelMissing
from callbot.models import AnswerRow, Call, History
from callbot.rehearsal.campaign import CampaignRehearsal, Stage
from callbot.speech.whisper_files import WHISPER_FILES

KILLINGS = 2


def recogniser_workers() -> Iterator[psutil.Process]:
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if any("whisper_worker" in part for part in process.cmdline()):
                yield process


async def kill_recognisers(stage: Stage) -> int:
    """Every worker, each time some more answers have come."""
    killed = 0
    while killed < KILLINGS:
        await asyncio.sleep(0.1)
        with stage.database.reading() as rows:
            answers = len(rows.exec(select(AnswerRow.id)).all())
        if answers > 3 * killed + 2:
            for worker in recogniser_workers():
                os.kill(worker.pid, signal.SIGKILL)
            killed += 1
    return killed


async def test_killed_recognisers_and_an_unwritable_recording_end_no_call(
    new_stage: Callable[..., Stage], short_script: Path, tmp_path: Path
) -> None:
    not_a_folder = tmp_path / "recordings"
    not_a_folder.touch()
    stage = new_stage(
        [resident(number) for number in (1, 2, 3)],
        script="short",
        settings={"prompts_dir": short_script},
        recordings_dir=not_a_folder,
    )
    rehearsal = CampaignRehearsal(stage)
    killing = asyncio.create_task(kill_recognisers(stage))
    await rehearsal.play()
    assert await killing == KILLINGS

    for result in rehearsal.results():
        assert result.outcome == "completed"
        assert is_calm(result.answers["temperature"]["value"])
    with stage.database.reading() as rows:
        problems = rows.exec(select(Call.recording_problem)).all()
        acts = set(rows.exec(select(col(History.act))))
    assert all(problems), "each call says why it has no recording"
    assert "recording_failed" in acts


async def test_stopped_while_it_gets_ready_it_makes_no_voices_and_rings_nobody(
    new_stage: Callable[..., Stage], short_script: Path, tmp_path: Path
) -> None:
    stage = new_stage([resident(1)], script="short", settings={"prompts_dir": short_script})
    rehearsal = CampaignRehearsal(replace(stage, cache_dir=tmp_path / "cache"))
    rehearsal.stop()
    await rehearsal.play()
    assert not [*(tmp_path / "cache").rglob("*.pcm")]
    assert [(result.outcome, result.attempts) for result in rehearsal.results()] == [(None, 0)]


async def test_a_corrupt_model_is_told_of_before_voices_are_made(
    new_stage: Callable[..., Stage], short_script: Path, tmp_path: Path
) -> None:
    model, nothing_spoken_yet = tmp_path / "model", tmp_path / "cache"
    model.mkdir()
    for name in WHISPER_FILES:
        (model / name).write_bytes(b"not a model")
    people = [resident(number) for number in (1, 2, 3)]
    stage = new_stage(
        people,
        script="short",
        settings={"prompts_dir": short_script, "asr": {"zh-CN": f"whisper:{model}"}},
    )
    with pytest.raises(ModelMissing, match="Whisper cannot be loaded"):
        await CampaignRehearsal(replace(stage, cache_dir=nothing_spoken_yet)).play()
    lines = sum(len(person.all_words()) for person in people)
    assert len([*nothing_spoken_yet.rglob("*.pcm")]) < lines / 2
