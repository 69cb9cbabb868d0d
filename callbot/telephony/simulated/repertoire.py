"""Everything one resident can say, already spoken: the sound for each question."""

from collections.abc import Mapping
from dataclasses import dataclass

from callbot.dialog.events import Listen
from callbot.speech.audio import Samples
from callbot.telephony.simulated.impairments import mumbled
from callbot.telephony.simulated.recorded_voice import recording_for
from callbot.telephony.simulated.residents import (
    SimulatedResident,
    answering_questions,
    asked_question,
    recordings_folder,
)

_MACHINE = "voicemail"
"""Name of the recording with the greeting of the answering machine."""


@dataclass(frozen=True)
class Spoken:
    text: str
    sound: Samples


@dataclass(frozen=True)
class Repertoire:
    """sounds: by words, or by file name where the resident's voice is recorded."""

    resident: SimulatedResident
    sounds: Mapping[str, Samples]

    def answer(self, listen: Listen, read_back_true: bool | None = None) -> Spoken | None:
        """What is said to a question; None for silence. See SimulatedResident.words."""
        resident = self.resident
        words = resident.words(listen, read_back_true)
        line = words
        if recordings_folder(resident) is not None:
            silent = asked_question(listen) in resident.silent_at
            questions = answering_questions(listen)
            line = None if silent else recording_for(self.sounds, questions, listen.asked)
        if line is None or line not in self.sounds:
            return None
        sound = self.sounds[line]
        if resident.mumbles:
            sound = mumbled(sound, seed=f"{resident.phone} {line}")
        return Spoken(words or line, sound)

    def greeting(self) -> Spoken | None:
        """Of the answering machine; None if a recorded voice has none."""
        resident = self.resident
        line: str | None = resident.greeting
        if recordings_folder(resident) is not None:
            line = recording_for(self.sounds, [_MACHINE], asked=1)
        return None if line is None else Spoken(resident.greeting, self.sounds[line])
