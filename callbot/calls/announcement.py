"""What is said to a caller with whom there is nothing to talk about, before the line is cleared."""

import asyncio
from pathlib import Path

from callbot.calls.playout import AHEAD_FRAMES
from callbot.datafile import load
from callbot.speech.audio import FRAME_MS, Pcm, frames
from callbot.telephony.carrier import Ended, Leg


def load_announcements(prompts_dir: Path) -> dict[str, str]:
    """By locale, the office's own first, from `prompts/callers.yaml`: for callers who are nobody's
    resident, or have nothing to be asked. May hold {office} and {office_phone}, and nothing that
    tells that somebody is under follow-up. Raises DataFileError naming the line."""
    words, _ = load(prompts_dir / "callers.yaml", dict[str, str])
    return words


async def announce(leg: Leg, sound: Pcm, *, pace: float = 1.0) -> None:
    """Plays the sound to an answered leg and hangs up; sooner if the caller does."""
    speaking = asyncio.create_task(_play(leg, sound, pace), name="announcement")
    try:
        async for event in leg.events():
            if isinstance(event, Ended):
                break
    finally:
        speaking.cancel()
        await asyncio.gather(speaking, return_exceptions=True)


async def _play(leg: Leg, sound: Pcm, pace: float) -> None:
    loop = asyncio.get_running_loop()
    frame_s = FRAME_MS / 1000 / pace
    started_s = loop.time()
    for number, frame in enumerate(frames(sound)):
        due_s = started_s + (number - AHEAD_FRAMES) * frame_s
        await asyncio.sleep(max(0.0, due_s - loop.time()))
        leg.send(frame)
    await leg.hang_up()
