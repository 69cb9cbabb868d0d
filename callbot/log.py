"""Logging: static messages with ids, never names, numbers or words spoken."""

import logging

from callbot.errors import ConfigurationError

BESIDE = (
    *("attempt", "call", "trial", "resident", "campaign", "prompt", "stream", "worker"),
    *("errno", "reason", "why", "tries"),
)
"""What messages bring with them. Ids; `reason`: a network's own words, without numbers; `why`: an
error of ours, which names nobody. Anything else stays out of the log."""


class WithWhatIsBeside(logging.Formatter):
    """Puts what came with a message behind it."""

    def format(self, record: logging.LogRecord) -> str:
        there = (name for name in BESIDE if hasattr(record, name))
        beside = " ".join(f"{name}={getattr(record, name)}" for name in there)
        return f"{super().format(record)} {beside}".rstrip()


def set_up_logging(level: str = "WARNING") -> None:
    """To standard error. level: of our own messages; libraries speak up from errors on.

    Raises ConfigurationError for a level that is none.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(WithWhatIsBeside("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.ERROR, handlers=[handler])
    try:
        logging.getLogger("callbot").setLevel(level.upper())
    except ValueError as error:
        raise ConfigurationError(
            f"CALLBOT_LOG_LEVEL: no level {level!r}; use DEBUG, INFO, WARNING or ERROR"
        ) from error
