"""Whether a person or a machine picked up, by what is said first and how."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from callbot.datafile import load

FIRST_WORDS_MS = 2500
"""A greeting that starts later than this after pick-up is a person's."""

GREETING_MS = 4000
"""People say a word or two and wait; this much speech without a pause is a recording."""

MachineWords = Mapping[str, Sequence[str]]


def load_machine_words(prompts_dir: Path) -> dict[str, list[str]]:
    """Usual words of answering machines by locale, from `prompts/voicemail.yaml`."""
    words, _ = load(prompts_dir / "voicemail.yaml", dict[str, list[str]])
    return words


def is_machine(text: str, phrases: Sequence[str], *, started_ms: int, speech_ms: int) -> bool:
    """Judges the first utterance of a call.

    started_ms: from pick-up. speech_ms: length of the utterance without a long pause.
    """
    plain = "".join(text.lower().split())
    if any("".join(phrase.lower().split()) in plain for phrase in phrases):
        return True
    return started_ms <= FIRST_WORDS_MS and speech_ms >= GREETING_MS
