"""The calls that the tests of every carrier make."""

from itertools import count

from followed import Followed
from phones import FarEnd, Phone

from callbot.telephony.carrier import Dial

FIRST_WORD_S = 0.4

LOST_S = 0.1
"""Of sound, on the way or in the phone's own buffers."""

RINGS_S = 120.0
"""More than a busy machine takes until a test has done what it does to a phone that rings."""

_numbers = count(1)


class ConformanceCalls:
    gives_up_after_s = 15.0
    """Seconds for which a phone rings that nobody picks up, where a test waits for the end."""

    async def dialled(self, far_end: FarEnd, does: Phone) -> Followed:
        return Followed(await far_end.carrier.place(await self.dial(far_end, does)), far_end)

    async def dial(self, far_end: FarEnd, does: Phone) -> Dial:
        number = await far_end.phone(does)
        return Dial(f"attempt{next(_numbers)}", number, "+15005550006", ring_timeout_s=RINGS_S)

    async def talking(self, far_end: FarEnd, does: Phone) -> Followed:
        """A call that was answered, in which we have said a word."""
        call = await self.dialled(far_end, does)
        await call.answered()
        await call.say(FIRST_WORD_S)
        return call

    async def check_heard(self, far_end: FarEnd, attempt_id: str, said_s: float) -> None:
        """All of it was heard, and nothing else."""
        assert abs(await far_end.heard_s(attempt_id) - said_s) < LOST_S
