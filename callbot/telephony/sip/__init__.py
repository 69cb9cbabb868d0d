"""Calls through a SIP trunk or an office's PBX, by baresip. Nothing of baresip shows outside."""

from callbot.clock import Clock, SystemClock
from callbot.config import Settings
from callbot.telephony.sip.carrier import SipCarrier
from callbot.telephony.sip.check import check
from callbot.telephony.sip.stack import Endpoint
from callbot.telephony.sip.trunk import Trunk

__all__ = ["SipCarrier", "check", "sip_carrier"]


def sip_carrier(settings: Settings, clock: Clock | None = None) -> SipCarrier:
    """The carrier of CALLBOT_SIP_*. Raises ConfigurationError that names the setting."""
    return SipCarrier(
        Trunk.of(settings),
        Endpoint.of(settings),
        clock or SystemClock(),
        lines=settings.sip_calls,
    )
