"""What a rehearsal and its distant network tell each other, in frames of `workers`."""

import json
from dataclasses import asdict
from enum import StrEnum
from typing import Any

from callbot.dialog.events import Listen
from callbot.rehearsal.network_plan import NetworkPlan
from callbot.rehearsal.transport import Transport
from callbot.telephony.carrier import Dial
from callbot.telephony.simulated.measurement import LineReport, LineTurn, Speaker
from callbot.workers.protocol import Frame, Header


class Order(StrEnum):
    """To the process; PREPARE and CLOSE are answered."""

    PREPARE = "prepare"
    EXPECT = "expect"
    """A call that is about to come over the wire."""

    CUE = "cue"
    REACH_US = "reach_us"
    CLOSE = "close"
    """Answered with what was measured."""


class Wire(StrEnum):
    """Over which the process is reached."""

    SIP = "sip"
    TWILIO = "twilio"


PREPARED = "prepared"
"""A notice: so many lines of so many are spoken."""


def greeting(wire: Wire, plan: NetworkPlan, trunk: Header) -> Frame:
    """trunk: of the exchange, as `sip.wire.greeting` has it; empty over Twilio's wire."""
    return Frame({"wire": wire, "plan": plan.as_header(), "trunk": trunk})


def expecting(dial: Dial) -> Header:
    return {"op": Order.EXPECT, "dial": asdict(dial)}


def cue(attempt_id: str, listen: Listen, read_back_true: bool | None) -> Header:
    return {
        "op": Order.CUE,
        "attempt": attempt_id,
        "listen": listen.model_dump(mode="json"),
        "read_back_true": read_back_true,
    }


def measured(transport: Transport, late_frames: int, reports: list[LineReport]) -> Frame:
    header = {
        "frames": transport.frames,
        "missing": transport.missing,
        "late_frames": late_frames,
    }
    return Frame(header, json.dumps([asdict(report) for report in reports]).encode())


def reports(payload: bytes) -> dict[str, LineReport]:
    """By attempt."""
    found = (_report(values) for values in json.loads(payload))
    return {report.attempt_id: report for report in found}


def _report(values: dict[str, Any]) -> LineReport:
    turns = tuple(
        LineTurn(**{**turn, "speaker": Speaker(turn["speaker"])}) for turn in values["turns"]
    )
    times = {key: tuple(values[key]) for key in ("response_ms", "barge_in_ms")}
    return LineReport(**{**values, **times, "turns": turns})
