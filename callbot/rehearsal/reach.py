"""By which way the residents of the embedded network are reached."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from callbot.clock import Clock
from callbot.config import Settings
from callbot.rehearsal.network_plan import NetworkPlan
from callbot.rehearsal.residents import Residents
from callbot.speech.synthesizer import Synthesizer
from callbot.telephony.simulated.network import SimulatedCarrier

if TYPE_CHECKING:
    from callbot.rehearsal.distant.network import DistantNetwork
    from callbot.rehearsal.over_sip import OverSip
    from callbot.rehearsal.over_twilio import OverTwilio


class Reached(StrEnum):
    SIMULATED = "simulated"
    SIP = "sip"
    TWILIO = "twilio"


@dataclass(frozen=True)
class Way:
    """carrier: places the calls; all but the embedded network itself in real time, on loopback.

    here: the residents' network, when it runs in this process; distant: when it has its own.
    """

    carrier: "SimulatedCarrier | OverSip | OverTwilio"
    here: SimulatedCarrier | None = None
    distant: "DistantNetwork | None" = None

    @property
    def residents(self) -> Residents:
        """Can be spoken with once the carrier is started."""
        residents = self.distant or self.here
        assert residents is not None
        return residents


def way_to(
    reached: Reached,
    plan: NetworkPlan,
    settings: Settings,
    clock: Clock,
    synthesizer: Synthesizer | None = None,
) -> Way:
    """synthesizer: see NetworkPlan.network; a network with a process of its own has its own."""
    # What the other ways are made of takes a second to load, which a demo need not wait.
    match reached:
        case Reached.SIMULATED:
            network = plan.network(synthesizer)
            return Way(network, here=network)
        case Reached.SIP:
            from callbot.rehearsal.over_sip import OverSip

            sip = OverSip(plan, settings, clock)
            return Way(sip, distant=sip.residents)
        case Reached.TWILIO:
            from callbot.rehearsal.distant.network import DistantNetwork
            from callbot.rehearsal.distant.wire import Wire
            from callbot.rehearsal.over_twilio import OverTwilio

            distant = DistantNetwork(Wire.TWILIO, plan)
            return Way(OverTwilio(distant, clock), distant=distant)
