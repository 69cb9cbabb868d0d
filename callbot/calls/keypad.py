"""Keys pressed one by one become one answer."""

from callbot.dialog.answers import Kind

BETWEEN_KEYS_MS = 2500
"""After this long without another key a number counts as complete."""

TEMPERATURE_KEYS = 3


class Keypad:
    """Milliseconds are of the call's sound."""

    def __init__(self) -> None:
        self._digits = ""
        self._last_ms = 0

    def press(self, digit: str, kind: Kind, now_ms: int) -> str | None:
        """The complete answer, if this key makes it one."""
        self._last_ms = now_ms
        if digit == "#":
            return self._take()
        self._digits += digit
        single = kind is not Kind.TEMPERATURE or self._digits in {"*", "0"}
        if single or len(self._digits) >= TEMPERATURE_KEYS:
            return self._take()
        return None

    def waited(self, now_ms: int) -> str | None:
        """What was pressed, once no further key has come for a while."""
        if self._digits and now_ms - self._last_ms >= BETWEEN_KEYS_MS:
            return self._take()
        return None

    def _take(self) -> str | None:
        digits, self._digits = self._digits, ""
        return digits or None
