"""The turns of a call as they were spoken, in order, into the journal."""

from callbot.calls.keeping import CallJournal
from callbot.calls.listener import HeardUtterance
from callbot.calls.playout import Playout, Spoken


class TurnLog:
    """Of one call. Times are milliseconds of the call's sound."""

    def __init__(self, journal: CallJournal, playout: Playout) -> None:
        self._journal = journal
        self._playout = playout
        self._kept = 0
        self._heard_end_ms: int | None = None

    def heard(self, heard: HeardUtterance, question: str) -> None:
        """A turn of the resident's, after those that the bot began before it ended."""
        self.spoken(before_ms=heard.end_ms)
        self._journal.turn(
            speaker="resident",
            question=question,
            text=heard.best,
            start_ms=heard.start_ms,
            end_ms=heard.end_ms,
        )
        self._heard_end_ms = heard.end_ms

    def spoken(self, before_ms: int | None = None) -> None:
        """The bot's turns that have begun, each written once; those begun earlier, if given."""
        while self._kept < len(self._playout.spoken):
            turn = self._playout.spoken[self._kept]
            if turn.start_ms < 0 or (before_ms is not None and turn.start_ms >= before_ms):
                return
            self._keep(turn)
            self._kept += 1

    def _keep(self, turn: Spoken) -> None:
        response_ms = None
        if self._heard_end_ms is not None:
            response_ms = turn.start_ms - self._heard_end_ms
            self._heard_end_ms = None
        self._journal.turn(
            speaker="bot",
            question=turn.question,
            text=turn.said,
            start_ms=turn.start_ms,
            end_ms=turn.end_ms if turn.end_ms is not None else self._playout.position_ms,
            response_ms=response_ms,
            interrupted=turn.interrupted,
        )
