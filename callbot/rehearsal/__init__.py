"""Whole campaigns played on the embedded network, against simulated residents."""
