"""The network's edge: carriers behind one protocol."""
