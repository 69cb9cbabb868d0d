"""Callbot rings residents under quarantine, speaks with them, and flags what a person must see."""
