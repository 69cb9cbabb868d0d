"""What others reach over HTTP: the console, the carriers' webhooks and sockets, health."""
