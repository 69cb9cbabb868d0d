"""`python -m callbot`."""

from callbot.cli import main

if __name__ == "__main__":
    main()
