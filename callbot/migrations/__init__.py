"""The schema's history, one step a file; `callbot.db.upgrade` runs what is missing."""
