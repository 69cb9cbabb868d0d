"""What an embedded network is made with, wherever it runs."""

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Self

from callbot.speech.synthesizer import Synthesizer
from callbot.telephony.simulated.impairments import LineQuality
from callbot.telephony.simulated.network import RINGS_MS, SimulatedCarrier
from callbot.telephony.simulated.studio import Studio
from callbot.workers.protocol import Header


@dataclass(frozen=True)
class NetworkPlan:
    """See SimulatedCarrier. cache_dir: where residents' voices are kept."""

    cache_dir: Path
    lines: int = 8
    seed: int = 0
    pace: float = 1.0
    quality: LineQuality = field(default_factory=LineQuality)
    rings_ms: tuple[float, float] = RINGS_MS

    def network(self, synthesizer: Synthesizer | None = None) -> SimulatedCarrier:
        """synthesizer: for residents with its voice; started by the caller."""
        return SimulatedCarrier(
            Studio(self.cache_dir, synthesizer),
            lines=self.lines,
            seed=self.seed,
            pace=self.pace,
            quality=self.quality,
            rings_ms=self.rings_ms,
        )

    def behind_a_wire(self) -> Self:
        """The same where the wire codes the sound."""
        return replace(self, quality=replace(self.quality, coded=False))

    def as_header(self) -> Header:
        return {**asdict(self), "cache_dir": str(self.cache_dir)}

    @classmethod
    def of(cls, header: Header) -> Self:
        return cls(
            **{
                **header,
                "cache_dir": Path(header["cache_dir"]),
                "quality": LineQuality(**header["quality"]),
                "rings_ms": tuple(header["rings_ms"]),
            }
        )
