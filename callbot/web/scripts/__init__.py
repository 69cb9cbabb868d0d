"""Scripts in the console: drafts, checks, publishing, trial conversations."""
