"""A log that a database's absence does not fill."""

import logging

import pytest

from callbot.outage import Outage

LOG = logging.getLogger("callbot.test")


def test_an_outage_is_told_less_and_less_often_and_its_end_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    outage = Outage(LOG, "rows are kept", call="c1")
    for _ in range(1000):
        outage.seen(OSError("the disk is full"))
    outage.over()
    outage.over()
    told = [getattr(record, "tries", 0) for record in caplog.records]
    assert told == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000]
    assert caplog.messages[0] == "the database is away; rows are kept"
    assert caplog.messages[-1] == "the database is back"


def test_without_an_outage_nothing_is_told(caplog: pytest.LogCaptureFixture) -> None:
    Outage(LOG, "rows are kept").over()
    assert not caplog.records
