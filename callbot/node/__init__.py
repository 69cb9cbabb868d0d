"""One machine's part in calling. The one place where `campaigns` and `calls` are joined."""

from callbot.node.node import CallObserver, Node

__all__ = ["CallObserver", "Node"]
