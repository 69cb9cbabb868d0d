"""Somebody rings the office's number at Twilio."""

import asyncio

from callbot.telephony.twilio.leg import TwilioLeg


class TwilioIncoming:
    """An Incoming: the webhook waits for the decision."""

    def __init__(self, leg: TwilioLeg) -> None:
        self.attempt_id = leg.attempt_id
        self.caller = leg.dial.to
        self.called = leg.dial.caller_id
        self._leg = leg
        self._decided = asyncio.Event()
        self._taken = False

    async def answer(self) -> TwilioLeg:
        self._taken = True
        self._decided.set()
        return self._leg

    async def reject(self) -> None:
        self._decided.set()

    async def taken(self) -> bool:
        """Waits for the decision."""
        await self._decided.wait()
        return self._taken
