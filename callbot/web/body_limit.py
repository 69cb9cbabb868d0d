"""Refuses bodies that are too large, as they come in, before anything is made of them."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 12 * 1024 * 1024
"""A roster of 50,000 residents is under 5 MB."""

DRAINED_BYTES = 256 * 1024 * 1024
"""Read and thrown away of a body that is refused: a browser shows the refusal only when it could
send all it had to send."""


class BodyLimit:
    """ASGI middleware; counts also what does not say how long it will be.

    Whoever reads the body gets an HTTPException 413 in its place.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = dict(scope["headers"]).get(b"content-length", b"0")
        announced = int(told) if told.isdigit() else 0
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if max(announced, taken) > MOST_BYTES:
                while message.get("more_body") and taken <= DRAINED_BYTES:
                    message = await receive()
                    taken += len(message.get("body", b""))
                raise HTTPException(413, "the request is too large (12 MB at most)")
            return message

        await self._app(scope, counted, send)
