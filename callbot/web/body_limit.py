"""Refuses bodies that are too large, as they come in, before anything is made of them."""

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 12 * 1024 * 1024
"""A roster of 50,000 residents is under 5 MB."""


class _TooLarge(Exception):
    pass


class BodyLimit:
    """ASGI middleware; counts also what does not say how long it will be."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        taken, begun = 0, False

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > MOST_BYTES:
                raise _TooLarge
            return message

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        told = dict(scope["headers"]).get(b"content-length", b"0")
        refusal = PlainTextResponse("the request is too large (12 MB at most)\n", 413)
        if not told.isdigit() or int(told) > MOST_BYTES:
            await refusal(scope, receive, send)
            return
        try:
            await self._app(scope, counted, noted)
        except _TooLarge:
            if not begun:
                await refusal(scope, receive, send)
