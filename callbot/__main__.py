"""`python -m callbot`."""

from callbot.cli import main

main()
