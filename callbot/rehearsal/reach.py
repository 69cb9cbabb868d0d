"""By which way the residents of the embedded network are reached."""

from enum import StrEnum
from typing import TYPE_CHECKING

from callbot.clock import Clock
from callbot.config import Settings
from callbot.telephony.simulated.network import SimulatedCarrier

if TYPE_CHECKING:
    from callbot.rehearsal.over_sip import OverSip
    from callbot.rehearsal.over_twilio import OverTwilio


class Reached(StrEnum):
    SIMULATED = "simulated"
    SIP = "sip"
    TWILIO = "twilio"


def over(
    way: Reached, network: SimulatedCarrier, settings: Settings, clock: Clock
) -> "SimulatedCarrier | OverSip | OverTwilio":
    """The carrier that places the calls; all but `simulated` in real time, on loopback."""
    # What the other ways are made of takes a second to load, which a demo need not wait.
    match way:
        case Reached.SIMULATED:
            return network
        case Reached.SIP:
            from callbot.rehearsal.over_sip import OverSip

            return OverSip(network, settings, clock)
        case Reached.TWILIO:
            from callbot.rehearsal.over_twilio import OverTwilio

            return OverTwilio(network, clock)
