"""Column types: aware moments, words of a closed set, and private data encrypted at rest."""

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator

from callbot import vault


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        assert isinstance(value, datetime)
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


E = TypeVar("E", bound=StrEnum)


class Word(TypeDecorator[E], Generic[E]):
    """A member of a StrEnum, kept as its value, so that SQL conditions read like the code."""

    impl = String(32)
    cache_ok = True

    def __init__(self, words: type[E]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: E | None, _dialect: Dialect) -> str | None:
        return None if value is None else self.words(value).value

    def process_result_value(self, value: Any, _dialect: Dialect) -> E | None:
        return None if value is None else self.words(value)


class Private(TypeDecorator[str]):
    """Text that names or describes a person: encrypted with the office's key.

    That there is none is no secret: it stays empty, and costs nothing.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        return vault.encrypt(value) if value else value

    def process_result_value(self, value: Any, _dialect: Dialect) -> str | None:
        return vault.decrypt(value) if value else value


class PrivateList(TypeDecorator[list[str]]):
    """A list of words spoken by a person: encrypted with the office's key."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: list[str] | None, _dialect: Dialect) -> str | None:
        return None if value is None else vault.encrypt(json.dumps(value, ensure_ascii=False))

    def process_result_value(self, value: Any, _dialect: Dialect) -> list[str] | None:
        return None if value is None else list(json.loads(vault.decrypt(value)))


class PrivateObject(TypeDecorator[dict[str, Any]]):
    """What was understood of a person's words, as JSON: encrypted with the office's key."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, _dialect: Dialect) -> str | None:
        return None if value is None else vault.encrypt(json.dumps(value, ensure_ascii=False))

    def process_result_value(self, value: Any, _dialect: Dialect) -> dict[str, Any] | None:
        return None if value is None else dict(json.loads(vault.decrypt(value)))
