"""Twilio: calls by its REST interface, callbacks over HTTP, sound over Media Streams."""

from typing import Final

from callbot.clock import Clock
from callbot.config import Settings
from callbot.telephony.carriers import CarrierFolder, Limits
from callbot.telephony.twilio.account import TwilioAccount
from callbot.telephony.twilio.carrier import TwilioCarrier
from callbot.telephony.twilio.check import check

NOT_SERVED: Final = ("+86",)
"""Twilio ended calls to mainland China on 30 November 2023."""


def _open(settings: Settings, clock: Clock) -> TwilioCarrier:
    return TwilioCarrier(TwilioAccount.of(settings), clock)


def _limits(settings: Settings) -> Limits:
    """A new account's: one call a second; more on request. Calls at once have no limit."""
    return Limits(calls_at_once=100, calls_per_second=1.0, caller_id=settings.twilio_from)


FOLDER = CarrierFolder(_open, check, _limits, lambda number: not number.startswith(NOT_SERVED))
