"""Simulated residents, as described in a YAML file: who picks up, and what they say to what."""

import re
from collections import Counter
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from callbot.datafile import load
from callbot.dialog.events import Listen

Locale = Literal["zh-CN", "ko-KR", "en-US"]

_HANGS_UP_AT: Final = "hangs_up_at:"
_ANY_QUESTION: Final = "*"
_ALIKE: Final = {"family": "permission"}
"""Asked whether they answer for the resident, people say what they would to "may I ask you …"."""
_AGREES: Final = {
    "zh-CN": ("是的",),
    "en-US": ("Yes", "Yes, that's right"),
    "ko-KR": ("네", "네, 맞아요"),
}
"""Asked once more, in the words that the bot then asks for."""
_DISAGREES: Final = {
    "zh-CN": ("不是", "说错了"),
    "en-US": ("No", "No, that is wrong"),
    "ko-KR": ("아니요",),
}
_GREETINGS: Final = {
    "zh-CN": "您好，您拨打的用户暂时无法接听，请在嘀声后留言。",
    "en-US": "Hello, you have reached our voicemail. Please leave a message after the tone.",
    "ko-KR": "지금은 전화를 받을 수 없습니다. 삐 소리가 난 후 메시지를 남겨 주세요.",
}


class PickUp(StrEnum):
    """What happens when the phone rings."""

    ANSWER = "answer"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECT = "reject"
    VOICEMAIL = "voicemail"
    HANGS_UP_AT = "hangs_up_at"


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Repeating = Annotated[list[str], BeforeValidator(_listed), Field(min_length=1)]
"""One entry for each time; the last repeats. A single one may be written without a list."""


class SimulatedResident(BaseModel):
    """One person at the far end of the embedded network, known by phone number.

    voice: `neural`, `espeak`, or a folder of WAV files named after the questions. picks_up: by
    attempt. noise_db: signal-to-noise ratio; None is a clean line. barges_in: starts to
    speak while the bot speaks, at every question or at those named. says and keys: by question id,
    for each time it is asked; keys are pressed in place of speaking, but for an empty entry.
    corrects: denies what is read back when it is not what they said. silent_at: questions at which
    they say nothing.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    phone: str = Field(pattern=r"^\+[1-9]\d{6,14}$")
    locale: Locale = "zh-CN"
    voice: str = Field(default="neural", min_length=1)
    picks_up: Repeating = ["answer"]
    noise_db: float | None = Field(default=None, ge=-10, le=60)
    barges_in: bool | frozenset[str] = False
    says: dict[str, Repeating] = Field(default_factory=dict)
    keys: dict[str, Repeating] = Field(default_factory=dict)
    corrects: bool = False
    silent_at: frozenset[str] = frozenset()
    mumbles: bool = False
    answers_late_s: float = Field(default=0.0, ge=0, le=120)

    @field_validator("picks_up")
    @classmethod
    def _known_pick_up(cls, choices: list[str]) -> list[str]:
        plain = [choice for choice in PickUp if choice is not PickUp.HANGS_UP_AT]
        for choice in choices:
            if choice not in plain and not re.fullmatch(rf"{_HANGS_UP_AT}\S+", choice):
                raise ValueError(
                    f"unknown choice {choice!r}; use {', '.join(plain)} or {_HANGS_UP_AT}<question>"
                )
        return choices

    @field_validator("keys")
    @classmethod
    def _keys_of_a_phone(cls, keys: dict[str, list[str]]) -> dict[str, list[str]]:
        for question, presses in keys.items():
            for pressed in presses:
                if not re.fullmatch(r"[0-9*#]*", pressed):
                    raise ValueError(f"at {question!r}: {pressed!r} is not keys of 0-9 * #")
        return keys

    def interrupts(self, question: str | None) -> bool:
        """Whether they answer this question before the bot has done asking."""
        if isinstance(self.barges_in, bool):
            return self.barges_in
        return question in self.barges_in

    def pick_up(self, attempt: int) -> tuple[PickUp, str | None]:
        """What the nth attempt meets, and the question at which the resident will hang up."""
        choice = _nth(self.picks_up, attempt)
        if choice.startswith(_HANGS_UP_AT):
            return PickUp.HANGS_UP_AT, choice.removeprefix(_HANGS_UP_AT)
        return PickUp(choice), None

    def words(self, listen: Listen, read_back_true: bool | None = None) -> str | None:
        """What the resident says to a question; None is silence.

        read_back_true: at a confirmation, whether what the bot read back is what the resident
        meant, and asked about danger or the wish for no more calls whether they spoke of it; None
        when that is not known.
        """
        question = asked_question(listen)
        if question in self.silent_at:
            return None
        if read_back_true is False and (self.corrects or not listen.confirming):
            return _nth(_DISAGREES[self.locale], listen.asked)
        for candidate in answering_questions(listen):
            if candidate in self.says:
                return _nth(self.says[candidate], listen.asked)
        if listen.confirming or read_back_true:
            return _nth(_AGREES[self.locale], listen.asked)
        for candidate in (_ANY_QUESTION, _ALIKE.get(question, question)):
            if candidate in self.says:
                return _nth(self.says[candidate], listen.asked)
        return None

    def presses(self, listen: Listen) -> str | None:
        """The keys pressed at a question, if any."""
        pressed = self.keys.get(asked_question(listen))
        return (_nth(pressed, listen.asked) or None) if pressed else None

    @cached_property
    def greeting(self) -> str:
        """Of the resident's answering machine."""
        return _GREETINGS[self.locale]

    def all_words(self) -> list[str]:
        """Everything this resident can come to say, each once."""
        spoken = [words for versions in self.says.values() for words in versions]
        spoken += (*_AGREES[self.locale], *_DISAGREES[self.locale])
        if PickUp.VOICEMAIL in self.picks_up:
            spoken.append(self.greeting)
        return list(dict.fromkeys(words for words in spoken if words.strip()))


class TimesAsked:
    """How often each question was put to a resident in one call.

    The dialogue counts its wordings, and keeps the wording when it only repeats a question that
    was not caught; to the resident that is one more time.
    """

    def __init__(self) -> None:
        self._times: Counter[str] = Counter()

    def heard(self, listen: Listen) -> Listen:
        """The question as the resident counts it. To be called once each time it is put."""
        question = asked_question(listen)
        self._times[question] += 1
        return listen.model_copy(update={"asked": self._times[question]})


def load_residents(path: Path) -> list[SimulatedResident]:
    """Reads a file of residents. Raises DataFileError naming the line.

    A relative folder of recordings is looked for beside the file.
    """
    residents, source = load(path, list[SimulatedResident])
    seen: set[str] = set()
    for place, resident in enumerate(residents):
        if resident.phone in seen:
            raise source.error((place, "phone"), "this number is given twice; keep one")
        seen.add(resident.phone)
        folder = recordings_folder(resident, path.parent)
        if folder is not None and not folder.is_dir():
            problem = f"no such folder: {folder}; use neural, espeak or a folder of WAV files"
            raise source.error((place, "voice"), problem)
    return [_with_folder(resident, path.parent) for resident in residents]


def asked_question(listen: Listen) -> str:
    """The question's id; of a confirmation, `<question>.confirm`."""
    return f"{listen.question}.confirm" if listen.confirming else listen.question


def answering_questions(listen: Listen) -> list[str]:
    """The ids under which an answer is looked for, the first found holds."""
    question = asked_question(listen)
    return [question, "yes_no"] if listen.confirming else [question]


def recordings_folder(resident: SimulatedResident, beside: Path = Path()) -> Path | None:
    """The folder of the resident's recordings; None when the voice is synthetic."""
    return None if resident.voice in ("neural", "espeak") else beside / resident.voice


def _with_folder(resident: SimulatedResident, beside: Path) -> SimulatedResident:
    folder = recordings_folder(resident, beside)
    return resident if folder is None else resident.model_copy(update={"voice": str(folder)})


def _nth(versions: list[str] | tuple[str, ...], nth: int) -> str:
    return versions[min(nth, len(versions)) - 1]
