"""What sentences assert: clause by clause what is affirmed and what denied, and of whom."""
