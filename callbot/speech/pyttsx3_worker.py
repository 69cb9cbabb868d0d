"""`python -m callbot.speech.pyttsx3_worker FOLDER`: speaks sentences into sound for its parent.

pyttsx3 crashes when two threads speak, hangs on a path it cannot write, ignores voices it does
not know and returns before its engine is done. Here one thread speaks one sentence at a time and
believes only the sound that came out.
"""

import ctypes
import os
import re
import sys
import threading
import time
import wave
from pathlib import Path
from typing import Any, Final

import espeakng_loader
import numpy as np

from callbot.speech.loudness import Floats, at_telephone_rate, levelled, to_pcm, trimmed
from callbot.workers.protocol import Channel, Frame, Header

SPEAK_TIMEOUT_S: Final = 5.0
RATE_POLL_S: Final = 0.001
ESPEAK_RATE: Final = 1
CURRENT: Final = 1
"""As in espeak-ng's speak_lib.h: the parameter, and its value now rather than its default."""

ATTEMPTS: Final = 3
SHORTEST_S_PER_LETTER: Final = 0.02
LONGEST_S_PER_LETTER: Final = 1.5
"""Per letter, digit or character; digits are read as words."""


def load_espeak() -> ctypes.CDLL:
    """Loads the packaged library under the name by which pyttsx3 will ask for it."""
    os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
    return ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)


class Voice:
    """The engine and a folder for its file, which the parent removes at the end."""

    def __init__(self, folder: Path) -> None:
        self._espeak = load_espeak()
        # Only after that: pyttsx3 looks for the library when it is imported.
        import pyttsx3

        self._engine: Any = pyttsx3.init("espeak")
        self._file = folder / "spoken.wav"
        self._finished = threading.Event()
        self._engine.connect("finished-utterance", lambda **_: self._finished.set())

    def speak(self, text: str, voice: str, rate_wpm: int) -> bytes:
        """16-bit mono at 8000 Hz. Raises ValueError for an unknown voice or silent text,
        TimeoutError when the engine hangs."""
        letters = len(re.sub(r"[\W_]", "", text))
        if not letters:
            raise ValueError("nothing to speak: the text has no letters")
        for _ in range(ATTEMPTS):
            sound = trimmed(self._sound_of(text, voice, rate_wpm))
            length_s = len(sound) / 8000
            if SHORTEST_S_PER_LETTER * letters <= length_s <= LONGEST_S_PER_LETTER * letters + 1:
                return to_pcm(levelled(sound))
        raise ValueError(f"{letters} letters became {length_s:.2f} s of sound")

    def _set_rate(self, rate_wpm: int) -> None:
        """Raises TimeoutError when the engine does not take the rate up.

        pyttsx3 hands a rate over together with the words, and the engine, which takes it up in a
        thread of its own, may speak the first of them at the old one. So it is set before, and
        looked at.
        """
        self._espeak.espeak_SetParameter(ESPEAK_RATE, rate_wpm, 0)
        deadline = time.monotonic() + SPEAK_TIMEOUT_S
        while self._espeak.espeak_GetParameter(ESPEAK_RATE, CURRENT) != rate_wpm:
            if time.monotonic() > deadline:
                raise TimeoutError(f"espeak-ng did not take up {rate_wpm} words a minute")
            time.sleep(RATE_POLL_S)
        self._espeak.espeak_Synchronize()

    def _sound_of(self, text: str, voice: str, rate_wpm: int) -> Floats:
        self._engine.setProperty("voice", voice)
        self._set_rate(rate_wpm)
        # A node runs for weeks; the system clears temporary folders out after days.
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.unlink(missing_ok=True)
        self._finished.clear()
        self._engine.save_to_file(text, str(self._file))
        self._engine.runAndWait()
        if not self._finished.wait(SPEAK_TIMEOUT_S):
            raise TimeoutError("espeak-ng did not finish")
        if self._engine.getProperty("voice") != voice:
            raise ValueError(f"espeak-ng has no voice {voice}")
        with wave.open(str(self._file)) as spoken:
            raw = np.frombuffer(spoken.readframes(spoken.getnframes()), dtype="<i2")
            sound = (raw / 32768).astype(np.float32)
            return at_telephone_rate(sound, spoken.getframerate())


def main(folder: Path) -> None:
    channel = Channel.of_this_process()
    voice = Voice(folder)

    def speak(header: Header, _: bytes) -> Frame:
        return Frame({}, voice.speak(header["text"], header["voice"], header["rate_wpm"]))

    channel.serve({"speak": speak}, ready={"voices": "espeak-ng"})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
