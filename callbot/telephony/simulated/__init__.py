"""The embedded phone network, with simulated residents at its far end."""
