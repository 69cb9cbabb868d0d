"""The embedded network in a process of its own, reached over a carrier's wire and no other way, so
that what the residents and their telephone exchange cost is not taken for ours."""
