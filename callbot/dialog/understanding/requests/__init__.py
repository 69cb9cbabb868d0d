"""What residents ask of the caller, at whatever question."""
