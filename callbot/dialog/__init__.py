"""The conversation as a pure function of a script, a state and what was heard.

No audio, no database, no clock of its own: a test, a terminal, a bench or another process can
run it as well as a call can.

`Session` is what a caller has. It is built up one class upon the other, a module each: `Flow` goes
through the script, `DoubtingNumbers`, `Leaving` and `Doubting` tell what speaks against an answer,
`Volunteering` keeps what was told unasked, `Answering` takes an answer, `Confirming` what follows a
read-back, `Requesting` what is asked of us, `Alarming` what may be danger misheard, `Hearing` each
input as one of these. `understanding` tells what words mean.
"""
