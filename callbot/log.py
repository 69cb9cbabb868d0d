"""Logging: static messages with ids, never names, numbers or words spoken."""

import logging

from callbot.errors import ConfigurationError

IDS = ("attempt", "attempt_id", "call", "resident", "campaign", "prompt", "worker", "errno")


class _WithIds(logging.Formatter):
    """Puts the ids that came with a message behind it."""

    def format(self, record: logging.LogRecord) -> str:
        ids = " ".join(f"{name}={getattr(record, name)}" for name in IDS if hasattr(record, name))
        return f"{super().format(record)} {ids}".rstrip()


def set_up_logging(level: str = "WARNING") -> None:
    """To standard error. level: of our own messages; libraries speak up from errors on.

    Raises ConfigurationError for a level that is none.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(_WithIds("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.ERROR, handlers=[handler])
    try:
        logging.getLogger("callbot").setLevel(level.upper())
    except ValueError as error:
        raise ConfigurationError(
            f"CALLBOT_LOG_LEVEL: no level {level!r}; use DEBUG, INFO, WARNING or ERROR"
        ) from error
