"""A whole spoken call over real SIP and RTP: Debian's baresip is the resident's phone."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path

import numpy as np
import numpy.typing as npt
from acceptance_people import CALLING_BACK, SHORT_ANSWERS, is_calm, resident
from calling_back import RUNG_BACK, check_rows, not_reached, talked
from peers import needs_programs
from ports import HOST, RTP_PORTS, Ports
from sip_phone import PhoneNetwork, loud_frames, recorded, write_wav
from sqlmodel import select

from callbot.campaigns.dialing.brief import AttemptBrief
from callbot.campaigns.dialing.line import set_line
from callbot.campaigns.planning.planner import plan
from callbot.cli import calling
from callbot.dialog.events import Event, Listen, Outcome, Say
from callbot.dialog.script import Script, load_script
from callbot.models import AnswerRow, Attempt, Resident
from callbot.node import Node
from callbot.rehearsal.campaign import Stage
from callbot.rehearsal.far_end import Meaning
from callbot.speech.audio import Pcm, Samples, samples
from callbot.speech.prompts import PromptLibrary
from callbot.speech.pyttsx3_engine import Pyttsx3Synthesizer
from callbot.speech.synthesizer import Prompt
from callbot.telephony.simulated.loudness import pcm
from callbot.telephony.simulated.repertoire import Repertoire
from callbot.telephony.simulated.studio import Studio
from callbot.telephony.sip import sip_carrier

QUIET_FRAMES = 35
"""So long after the bot's last sound, the resident takes it to have finished."""

SILENCE = bytes(16_000 * 120)
QUARTER = 2000
"""Samples, at 8 kHz."""

ALIKE = 0.8
"""Normalised correlation of a quarter of a second of speech with where it is found, 1.0 if it came
whole; of speech played backwards at most 0.65."""

US, CLERK = "+8653288880000", "+8653288881111"


class ResidentOnThePhone:
    """Hears by the phone's own recording, and speaks by changing the phone's microphone."""

    def __init__(self, phone: PhoneNetwork, folder: Path, call: int = 0) -> None:
        """call: which of the phones' calls, from the first that was picked up."""
        self._phone = phone
        self._folder = folder
        self._call = call
        self._questions: asyncio.Queue[bytes] = asyncio.Queue()
        self._spoken = 0

    def is_asked(self, answer: bytes) -> None:
        self._questions.put_nowait(answer)

    async def talk(self) -> None:
        while True:
            answer = await self._questions.get()
            await self._bot_has_finished(len(self._heard()))
            microphone = self._folder / f"answer{self._call}-{self._spoken}.wav"
            self._spoken += 1
            write_wav(microphone, answer + SILENCE)
            await self._phone.command("ausrc", f"aufile,{microphone}")

    async def _bot_has_finished(self, since_frame: int) -> None:
        while True:
            loud = np.flatnonzero(self._heard()[since_frame:])
            if len(loud) and len(self._heard()) - since_frame - loud[-1] > QUIET_FRAMES:
                return
            await asyncio.sleep(0.02)

    def _heard(self) -> npt.NDArray[np.bool_]:
        files = self._phone.heard()
        return loud_frames(files[self._call]) if self._call < len(files) else np.zeros(0, bool)


def share_found(sound: Samples, sentence: Pcm) -> float:
    """Of the sentence's quarters of a second, in the sound: a gap in one leaves the others."""
    spoken = samples(sentence)
    quarters = [spoken[at : at + QUARTER] for at in range(0, len(spoken) - QUARTER + 1, QUARTER)]
    return sum(alike(sound, quarter) > ALIKE for quarter in quarters) / len(quarters)


def alike(sound: Samples, part: Samples) -> float:
    """To the part of the sound that is most like it; 1.0 is the same."""
    wanted = part.astype(float)
    size = 1 << (len(sound) + len(wanted)).bit_length()
    spectrum = np.fft.rfft(sound.astype(float), size) * np.conj(np.fft.rfft(wanted, size))
    matches = np.fft.irfft(spectrum, size)[: len(sound) - len(wanted)]
    energy = np.concatenate(([0.0], np.cumsum(sound.astype(float) ** 2)))
    windows = energy[len(wanted) :] - energy[: -len(wanted)]
    norms = np.sqrt(np.maximum(windows[: len(matches)], 1e6) * (wanted**2).sum())
    return float((matches / norms).max())


class Told:
    """Hears what the bot is about to say and ask, and lets the resident answer.

    What is read back wrongly is denied: a busy machine's phone may lose the end of a sentence.
    """

    def __init__(self, talking: ResidentOnThePhone, repertoire: Repertoire, script: Script) -> None:
        self.said: list[Say] = []
        self._talking = talking
        self._repertoire = repertoire
        self._meaning = Meaning(repertoire.resident, script)

    def observe(self, _brief: AttemptBrief, event: Event) -> None:
        if isinstance(event, Say):
            self.said.append(event)
        elif isinstance(event, Listen) and event.prompt_text:
            asked = self._meaning.heard(event)
            spoken = self._repertoire.answer(asked, self._meaning.told(asked))
            assert spoken is not None
            self._talking.is_asked(pcm(spoken.sound))


@needs_programs("baresip")
async def test_a_resident_answers_over_sip_asks_for_a_person_and_is_put_through(
    new_stage: Callable[..., Stage], short_script: Path, data_dir: Path, tmp_path: Path
) -> None:
    person, theirs, ours = resident(1, says=SHORT_ANSWERS), Ports.free(), Ports.free()
    settings = {
        "prompts_dir": short_script,
        "human_line": CLERK,
        "sip_trunk": f"{HOST}:{theirs.sip}",
        "sip_from": US,
        "sip_listen": f"{HOST}:{ours.sip}",
        "sip_interface": HOST,
        "sip_rtp_ports": f"{ours.rtp}-{ours.rtp + RTP_PORTS}",
    }
    stage = new_stage([person], script="short", settings=settings)
    synthesizer = Pyttsx3Synthesizer()
    prompts = PromptLibrary(synthesizer, stage.settings.prompts_dir, data_dir / "cache" / "prompts")
    set_line(stage.database, "line-1", carrier="sip", capacity=1, calls_per_second=1, headroom=1)
    accounts = [
        f"<sip:{number}@{HOST}:{theirs.sip}>;regint=0;answermode=auto"
        for number in (person.phone, CLERK)
    ]
    async with AsyncExitStack() as stack:
        stack.push_async_callback(synthesizer.close)
        await synthesizer.start()
        (repertoire,) = await Studio(data_dir / "cache", synthesizer).record([person])
        phones = PhoneNetwork(tmp_path / "phones", theirs, accounts)
        await stack.enter_async_context(phones)
        talking = ResidentOnThePhone(phones, tmp_path)
        told = Told(talking, repertoire, load_script(short_script, "short"))
        node = Node(
            stage.settings,
            stage.database,
            sip_carrier(stage.settings),
            stage.clock,
            prompts,
            observer=told.observe,
        )
        await stack.enter_async_context(node.running())
        with stage.database.reading() as rows:
            await node.get_ready("short", rows.exec(select(Resident)).all())
        plan(stage.database, stage.clock.now())
        speaking = asyncio.create_task(talking.talk())
        await node.dialer.tick()
        await node.dialer.settled()
        speaking.cancel()
        sound = recorded(phones.heard()[0])
        for say in told.said:
            sentence = await prompts.sound(Prompt(say.prompt, person.locale, say.text))
            assert share_found(sound, sentence) >= 0.5, say.prompt
        assert told.said[-1].prompt == "transferring"
        await phones.wait_for(lambda: established(phones, CLERK))
    with stage.database.reading() as rows:
        (attempt,) = rows.exec(select(Attempt)).all()
        answers = {row.question: row.value for row in rows.exec(select(AnswerRow)).all()}
    assert is_calm(answers["temperature"])
    assert attempt.outcome is Outcome.PARTIAL


def established(phones: PhoneNetwork, number: str) -> bool:
    return any(
        event["type"] == "CALL_ESTABLISHED" and number in event.get("accountaor", "")
        for event in phones.events
    )


@needs_programs("baresip")
async def test_residents_ring_back_over_sip_and_are_told_who_called(
    new_stage: Callable[..., Stage], short_script: Path, data_dir: Path, tmp_path: Path
) -> None:
    theirs, ours = Ports.free(), Ports.free()
    settings = {
        "prompts_dir": short_script,
        "sip_trunk": f"{HOST}:{theirs.sip}",
        "sip_from": US,
        "sip_listen": f"{HOST}:{ours.sip}",
        "sip_interface": HOST,
        "sip_rtp_ports": f"{ours.rtp}-{ours.rtp + RTP_PORTS}",
    }
    stage = new_stage(list(CALLING_BACK), script="short", settings=settings)
    repertoires = await Studio(data_dir / "cache").record(CALLING_BACK)
    script = load_script(short_script, "short")
    told: dict[str, Told] = {}

    def observe(brief: AttemptBrief, event: Event) -> None:
        if brief.phone in told:
            told[brief.phone].observe(brief, event)

    accounts = [
        f"<sip:{person.phone}@{HOST}:{theirs.sip}>;regint=0;answermode=manual"
        for person in CALLING_BACK
    ]
    carrier = sip_carrier(stage.settings)
    async with (
        PhoneNetwork(tmp_path / "phones", theirs, accounts) as phones,
        calling.running_node(stage.settings, stage.database, carrier, stage.clock, observe) as node,
    ):
        refusing = asyncio.create_task(refuse(phones))
        await not_reached(node, stage, "sip")
        refusing.cancel()
        for call, (person, outcome) in enumerate(zip(CALLING_BACK, RUNG_BACK, strict=True)):
            talking = ResidentOnThePhone(phones, tmp_path, call)
            told[person.phone] = Told(talking, repertoires[call], script)
            speaking = asyncio.create_task(talking.talk())
            await phones.command("uafind", f"sip:{person.phone}@{phones.address}")
            await phones.command("dial", f"sip:{US}@{HOST}:{ours.sip}")
            await talked(stage, outcome)
            speaking.cancel()
    check_rows(stage)
    assert all(loud_frames(path).any() for path in phones.heard())


async def refuse(phones: PhoneNetwork) -> None:
    """Whoever rings hears that the line is busy."""
    for ring in count(1):
        await phones.until("CALL_INCOMING", ring, timeout_s=300.0)
        await phones.command("hangup")
