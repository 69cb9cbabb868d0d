"""The processes that ring: each publishes its slots, and reads whether it is to drain."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import col, select

from callbot.campaigns.dialing.attempts import LEASE_S
from callbot.campaigns.dialing.dialer import Dialer
from callbot.clock import Clock
from callbot.db import Database
from callbot.errors import BadInput
from callbot.models import Attempt, AttemptState, Line, Node, record
from callbot.models.campaigns import LIVE
from callbot.models.columns import Moment

GONE_AFTER = timedelta(seconds=LEASE_S)
"""A node not seen for so long counts as gone: the leases of its calls have run out, too."""


@dataclass(frozen=True)
class NodeStatus:
    name: str
    line: str
    slots: int
    live: int
    draining: bool
    gone: bool
    seen_at: datetime

    @property
    def free(self) -> int:
        return 0 if self.draining or self.gone else max(0, self.slots - self.live)


@dataclass(frozen=True)
class LineStatus:
    """usable_*: with the headroom taken off the carrier's limits."""

    name: str
    carrier: str
    usable_capacity: int
    usable_calls_per_second: float
    live: int
    failures: int
    unheard: int
    paused_until: datetime | None


@dataclass(frozen=True)
class Machinery:
    """What rings, and what hangs. stuck: live attempts whose lease has run out."""

    nodes: list[NodeStatus]
    lines: list[LineStatus]
    attempts: dict[str, int]
    stuck: int


def publish(
    database: Database, name: str, now: datetime, *, line: str, slots: int, new: bool = False
) -> bool:
    """Tells the others that this node lives; returns whether it is to drain.

    new: the process has just begun, so that an earlier wish to drain is over.
    """
    with database.session() as session:
        node = session.get(Node, name)
        if node is None:
            node = Node(name=name, line=line, slots=slots, started_at=now, seen_at=now)
            session.add(node)
        if new:
            node.started_at, node.draining = now, False
        node.line, node.slots, node.seen_at = line, slots, now
        return node.draining


async def publish_dialer(
    database: Database, dialer: Dialer, clock: Clock, *, new: bool = False
) -> bool:
    """`publish` of the node that this dialer rings for."""
    return await asyncio.to_thread(
        publish,
        database,
        dialer.node,
        clock.now(),
        line=dialer.line,
        slots=dialer.slots,
        new=new,
    )


def clock_skew_s(database: Database, clock: Clock) -> float:
    """By how much this machine's clock is ahead of the database server's."""
    with database.reading() as session:
        before = clock.now()
        server = session.exec(select(func.now(type_=Moment))).one()
        after = clock.now()
    return ((before + (after - before) / 2) - server).total_seconds()


def withdraw(database: Database, name: str) -> None:
    """The node has ended in good order."""
    with database.session() as session:
        node = session.get(Node, name)
        if node is not None:
            session.delete(node)


def drain(database: Database, name: str, now: datetime, *, actor: str) -> None:
    """Asks a node to take no new call, and to end when those under way have ended."""
    with database.session() as session:
        node = session.get(Node, name)
        if node is None:
            known = ", ".join(session.exec(select(Node.name).order_by(col(Node.name)))) or "none"
            raise BadInput(f"there is no node {name!r}; known: {known}")
        node.draining = True
        record(session, now, actor, "node_draining", detail={"node": name})


def machinery(database: Database, now: datetime) -> Machinery:
    """Nodes, lines and attempts as they stand."""
    with database.reading() as session:
        by_node = dict(
            session.exec(
                select(Attempt.reserved_by, func.count())
                .where(LIVE)
                .group_by(col(Attempt.reserved_by))
            ).all()
        )
        by_line = dict(
            session.exec(
                select(Attempt.line, func.count()).where(LIVE).group_by(col(Attempt.line))
            ).all()
        )
        by_state = dict(
            session.exec(
                select(Attempt.state, func.count()).where(LIVE).group_by(col(Attempt.state))
            ).all()
        )
        stuck = session.exec(
            select(func.count()).select_from(Attempt).where(LIVE, col(Attempt.lease_until) < now)
        ).one()
        nodes = session.exec(select(Node).order_by(col(Node.name))).all()
        lines = session.exec(select(Line).order_by(col(Line.name))).all()
    return Machinery(
        [
            NodeStatus(
                node.name,
                node.line,
                node.slots,
                by_node.get(node.name, 0),
                node.draining,
                now - node.seen_at > GONE_AFTER,
                node.seen_at,
            )
            for node in nodes
        ],
        [
            LineStatus(
                line.name,
                line.carrier,
                line.usable_capacity,
                line.usable_calls_per_second,
                by_line.get(line.name, 0),
                line.failures,
                line.unheard,
                line.paused_until,
            )
            for line in lines
        ],
        {AttemptState(state).value: count for state, count in by_state.items()},
        stuck,
    )
