"""A resident's follow-up: its period, and what staff change of the plan."""
