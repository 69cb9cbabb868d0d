"""Audio to words and words to audio."""
