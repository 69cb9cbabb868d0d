"""Whom to call, and when; every attempt is fenced before a phone rings."""
