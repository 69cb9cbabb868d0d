"""A call to us that nobody has answered yet."""

from baresip import BaresipError, Call

from callbot.telephony.carrier import Ended, EndReason
from callbot.telephony.sip.leg import SipLeg


class SipIncoming:
    """An Incoming. Its leg exists from the first ring, so that a caller who gives up is noticed."""

    def __init__(self, call: Call, leg: SipLeg, caller: str, called: str) -> None:
        self.attempt_id = leg.attempt_id
        self.caller = caller
        self.called = called
        self.settled = False
        self._call = call
        self._leg = leg

    async def answer(self) -> SipLeg:
        self.settled = True
        try:
            await self._call.answer()
        except BaresipError as error:
            self._leg.end(Ended(EndReason.HUNG_UP_THERE, f"gone before the answer: {error}"))
        return self._leg

    async def reject(self) -> None:
        self.settled = True
        try:
            await self._call.reject()
        except BaresipError as error:
            self._leg.end(Ended(EndReason.HUNG_UP_THERE, f"gone before the answer: {error}"))
