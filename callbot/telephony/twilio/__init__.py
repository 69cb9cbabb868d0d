"""Twilio: calls by its REST interface, callbacks over HTTP, sound over Media Streams."""
