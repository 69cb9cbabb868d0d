"""One call, from pick-up to hang-up."""
