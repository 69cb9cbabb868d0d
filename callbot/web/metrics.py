"""`/metrics` for Prometheus: lines, nodes and attempts as they stand in the rows."""

import asyncio

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from callbot.campaigns.engines.nodes import Machinery, machinery

router = APIRouter()


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    office = request.app.state.office
    state = await asyncio.to_thread(machinery, office.database, office.clock.now())
    return Response(generate_latest(_registry(state)), media_type=CONTENT_TYPE_LATEST)


def _registry(state: Machinery) -> CollectorRegistry:
    """A registry of its own for each scrape: the rows are the truth, not this process."""
    registry = CollectorRegistry()

    def gauge(name: str, words: str, *labels: str) -> Gauge:
        return Gauge(f"callbot_{name}", words, labels, registry=registry)

    live = gauge("attempts_live", "Attempts under way", "state")
    for name, count in state.attempts.items():
        live.labels(name).set(count)
    gauge("attempts_stuck", "Live attempts whose lease has run out").set(state.stuck)
    slots = gauge("node_slots", "Conversations a node can lead at once", "node")
    free = gauge("node_slots_free", "Slots that are free for new calls", "node")
    gone = gauge("node_gone", "1 if a node was not seen for a minute", "node")
    for node in state.nodes:
        slots.labels(node.name).set(node.slots)
        free.labels(node.name).set(node.free)
        gone.labels(node.name).set(node.gone)
    room = gauge("line_capacity", "Calls at once, headroom taken off", "line")
    in_use = gauge("line_calls", "Calls under way", "line")
    failures = gauge("line_failures", "Calls in a row that the carrier failed", "line")
    unheard = gauge("line_unheard", "Answered calls in a row without any sound", "line")
    for line in state.lines:
        room.labels(line.name).set(line.usable_capacity)
        in_use.labels(line.name).set(line.live)
        failures.labels(line.name).set(line.failures)
        unheard.labels(line.name).set(line.unheard)
    return registry
