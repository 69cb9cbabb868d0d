"""A simulated resident who rings us."""

import asyncio
import logging
from collections.abc import Callable

from callbot.telephony.carrier import OnIncoming
from callbot.telephony.simulated.leg import SimulatedLeg

log = logging.getLogger(__name__)


class SimulatedIncoming:
    """An Incoming. pick_up: opens the line between the caller and us."""

    def __init__(
        self,
        attempt_id: str,
        caller: str,
        called: str,
        pick_up: Callable[["SimulatedIncoming"], SimulatedLeg],
    ) -> None:
        self.attempt_id = attempt_id
        self.caller = caller
        self.called = called
        self.answered = False
        self._pick_up = pick_up
        self._settled = asyncio.Event()

    async def answer(self) -> SimulatedLeg:
        self.answered = True
        self._settled.set()
        return self._pick_up(self)

    async def reject(self) -> None:
        self._settled.set()

    # -- for the network -----------------------------------------------------------------------

    async def offer_to(self, handler: OnIncoming | None) -> None:
        """Runs the handler; what it leaves unsettled is rejected."""
        try:
            if handler is not None:
                await handler(self)
        except Exception:
            log.exception("incoming call failed", extra={"attempt": self.attempt_id})
        finally:
            self._settled.set()

    async def settled(self) -> bool:
        """Waits until we have answered or rejected; true when answered."""
        await self._settled.wait()
        return self.answered
