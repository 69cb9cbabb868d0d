"""Calls through a SIP trunk or an office's PBX, by baresip. Nothing of baresip shows outside."""

from collections.abc import Sequence

from callbot.clock import Clock, SystemClock
from callbot.config import Settings
from callbot.telephony.carriers import CarrierFolder, Limits
from callbot.telephony.sip.carrier import SipCarrier
from callbot.telephony.sip.doctor import check
from callbot.telephony.sip.lines import SipLines
from callbot.telephony.sip.stack import Endpoint
from callbot.telephony.sip.trunk import Trunk

__all__ = ["FOLDER", "SipCarrier", "SipLines", "check", "sip_carrier", "sip_lines"]


def sip_carrier(settings: Settings, clock: Clock | None = None) -> SipCarrier:
    """The carrier of CALLBOT_SIP_*. Raises ConfigurationError that names the setting."""
    return SipCarrier(
        Trunk.of(settings),
        Endpoint.of(settings),
        clock or SystemClock(),
        lines=settings.sip_calls,
    )


def sip_lines(settings: Settings) -> SipLines:
    """What the carrier's process runs, in this one."""
    return SipLines(Trunk.of(settings), Endpoint.of(settings), lines=settings.sip_calls)


async def _check(settings: Settings, clock: Clock) -> Sequence[str]:
    del clock
    return (await check(settings),)


FOLDER = CarrierFolder(
    sip_carrier, _check, lambda settings: Limits(settings.sip_calls, calls_per_second=2.0)
)
