"""Words by which an answering machine gives itself away."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from callbot.datafile import load

MachineWords = Mapping[str, Sequence[str]]


def load_machine_words(prompts_dir: Path) -> dict[str, list[str]]:
    """By locale, from `prompts/voicemail.yaml`."""
    words, _ = load(prompts_dir / "voicemail.yaml", dict[str, list[str]])
    return words


def speaks_like_a_machine(text: str, phrases: Sequence[str]) -> bool:
    plain = "".join(text.lower().split())
    return any("".join(phrase.lower().split()) in plain for phrase in phrases)
