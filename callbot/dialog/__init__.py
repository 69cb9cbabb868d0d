"""The conversation as a pure function of a script, a state and what was heard.

No audio, no database, no clock of its own: a test, a terminal, a bench or another process can
run it as well as a call can.
"""
