"""One simulated line, from the first ring to the end: moved on by a tick every 20 ms."""

import random
from collections import deque
from dataclasses import dataclass
from typing import Final

from callbot.dialog.events import Listen
from callbot.speech.audio import FRAME_MS, SILENT_FRAME, Pcm, frames
from callbot.telephony.carrier import (
    Answered,
    Audio,
    Dial,
    Ended,
    EndReason,
    Found,
    Key,
    Machine,
    Ringing,
    Trace,
)
from callbot.telephony.simulated.actor import Act, Actor
from callbot.telephony.simulated.impairments import LineQuality, Noise, Path
from callbot.telephony.simulated.leg import SimulatedLeg
from callbot.telephony.simulated.measurement import LineReport, LineTurn, Recorder, Speaker

_KEY_EVERY_MS: Final = 300.0

_MACHINE_HEARD_MS: Final = 1500.0
"""From pick-up until a network that listens for machines says so."""


@dataclass(frozen=True)
class Reception:
    """What the far end does with a call: rings or not, and after a time answers or ends it.

    answers: who picks up, or why nobody does.
    """

    rings: bool
    after_ms: float
    answers: Actor | EndReason


class Line:
    """Joins our leg to the far end, and measures what passes."""

    def __init__(
        self,
        dial: Dial,
        reception: Reception,
        *,
        noise: Noise | None,
        quality: LineQuality,
        draw: random.Random,
        tells_machines: bool = False,
    ) -> None:
        self.leg = SimulatedLeg(dial.attempt_id)
        self._dial = dial
        self._reception = reception
        self._actor: Actor | None = None
        self._noise = noise
        self._to_bot = Path(quality, random.Random(draw.random()))
        self._to_resident = Path(quality, random.Random(draw.random()))
        self._ringing_ms = 0.0
        self._speech: deque[Pcm] = deque()
        self._keys: deque[tuple[float, str]] = deque()
        self._recorder = Recorder()
        self._tells_machines = tells_machines
        self._ended: Ended | None = None

    def cue(self, listen: Listen, read_back_true: bool | None) -> None:
        """See SimulatedCarrier.cue."""
        if self._actor is not None:
            self._actor.cue(listen, read_back_true, self._recorder.duration_ms)

    def tick(self, late_s: float) -> bool:
        """20 ms pass. False when the call is over."""
        if self._actor is None:
            self._ring()
        else:
            self._recorder.ticked(late_s)
            self._carry(self._actor)
        return self._ended is None

    def end(self, reason: EndReason, detail: str = "") -> None:
        if self._ended is None:
            self._ended = Ended(reason, detail)
            self.leg.post(self._ended)

    def trace(self) -> Trace:
        found = Found.UNDER_WAY if self._ended is None else Found.ENDED
        return Trace(found, self._ended, answered=self._actor is not None)

    def report(self) -> LineReport:
        recorder = self._recorder
        return LineReport(
            attempt_id=self._dial.attempt_id,
            phone=self._dial.to,
            turns=recorder.turns(),
            response_ms=recorder.response_ms(),
            barge_in_ms=recorder.barge_in_ms(),
            spoken_turns=recorder.spoken_turns(),
            early_cuts=recorder.early_cuts(),
            first_word_ms=recorder.first_word_ms(),
            duration_ms=recorder.duration_ms,
            late_frames=recorder.late_frames,
            worst_late_ms=recorder.worst_late_ms,
            lost_to_bot=self._to_bot.lost,
            lost_to_resident=self._to_resident.lost,
            dropped=self.leg.dropped,
            transferred_to=self.leg.transferring_to or "",
        )

    def _ring(self) -> None:
        reception = self._reception
        if self._ringing_ms == 0 and reception.rings:
            self.leg.post(Ringing())
        self._ringing_ms += FRAME_MS
        if self.leg.hanging_up:
            self.end(EndReason.HUNG_UP_HERE)
        elif self._ringing_ms >= min(reception.after_ms, self._dial.ring_timeout_s * 1000):
            if self._ringing_ms < reception.after_ms:
                self.end(EndReason.NO_ANSWER)
            elif isinstance(reception.answers, EndReason):
                self.end(reception.answers)
            else:
                self._actor = reception.answers
                self.leg.post(Answered())

    def _carry(self, actor: Actor) -> None:
        """The resident's last 20 ms arrive here; our next 20 ms are heard there."""
        now_ms = self._recorder.duration_ms
        self._hear_resident(now_ms)
        if self.leg.played_out and self._to_resident.empty and self._leave():
            return
        if self._tells_machines and now_ms == _MACHINE_HEARD_MS and actor.is_machine:
            self.leg.post(Machine())
        heard = self._to_resident.carry(self.leg.next_frame())
        act = actor.step(now_ms, self._recorder.bot_played(now_ms, heard))
        if act is not None:
            self._perform(act, now_ms)

    def _leave(self) -> bool:
        """Whether our side was to leave the call, and now has."""
        if self.leg.hanging_up:
            self.end(EndReason.HUNG_UP_HERE)
        elif self.leg.transferring_to is not None:
            self.end(EndReason.TRANSFERRED, f"transferred to {self.leg.transferring_to}")
        return self._ended is not None

    def _hear_resident(self, now_ms: float) -> None:
        frame = self._speech.popleft() if self._speech else SILENT_FRAME
        if self._noise is not None:
            frame = self._noise.over(frame, now_ms)
        self.leg.post(Audio(self._to_bot.carry(frame)))
        while self._keys and self._keys[0][0] <= now_ms:
            self.leg.post(Key(self._keys.popleft()[1]))

    def _perform(self, act: Act, now_ms: float) -> None:
        if act.hangs_up:
            self.end(EndReason.HUNG_UP_THERE)
            return
        self._speech.extend(frames(act.speech))
        for nth, key in enumerate(act.keys):
            self._keys.append((now_ms + nth * _KEY_EVERY_MS, key))
        length_ms = act.length_ms if not act.keys else (len(act.keys) - 1) * _KEY_EVERY_MS
        end_ms = now_ms + length_ms
        self._recorder.resident_did(
            LineTurn(Speaker.RESIDENT, now_ms, end_ms, act.question, act.asked, act.text, act.keys)
        )
