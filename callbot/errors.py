"""The one family of errors a person may see. Each says what is wrong, where, and what to do."""

from pathlib import Path


class CallbotError(Exception):
    """Base of every error raised on purpose; the command line prints it without a trace."""


class BadInput(CallbotError):
    """Something given to us is wrong: exit status 2."""


class ConfigurationError(BadInput):
    """A setting is missing or impossible."""


class DataFileError(BadInput):
    """A prompts file is wrong. Names the file, the line (from 1) and what to do."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")
        self.path = path
        self.line = line
        self.problem = problem


class DiskFull(CallbotError):
    """There is no room for a file that was to be written."""


class WorkerError(CallbotError):
    """A child process died, hung, or could not do its work."""


class SpeechError(CallbotError):
    """Recognition or synthesis failed; the call goes on without it."""


class ModelMissing(SpeechError):
    """A speech model is not installed, or is not what its hash says."""


class TelephonyError(CallbotError):
    """The carrier failed."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent
