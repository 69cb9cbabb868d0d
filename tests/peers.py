"""Real programs that some tests speak with: found where they are installed, or a reason to skip.

With CALLBOT_TEST_PEERS=required, as in `.ci/run`, a missing peer is a failure and not a skip.
"""

import os
import shutil
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import pytest

REQUIRED = os.environ.get("CALLBOT_TEST_PEERS") == "required"

OUTSIDE_THE_PATH = ("/usr/sbin", "/usr/lib/postgresql/*/bin")
"""Where Debian keeps servers' programs."""


def find_program(name: str) -> str | None:
    """The program's path, also when it lies outside the PATH; None when it is not installed."""
    if found := shutil.which(name):
        return found
    places: Iterable[Path] = (
        place for pattern in OUTSIDE_THE_PATH for place in Path("/").glob(pattern.lstrip("/"))
    )
    return next((str(place / name) for place in places if (place / name).is_file()), None)


def needs_programs(*names: str) -> pytest.MarkDecorator:
    """Marks a test that speaks with these programs."""
    missing = [name for name in names if find_program(name) is None]
    reason = f"not installed here: {', '.join(missing)} (see .ci/run)"
    return pytest.mark.skipif(bool(missing) and not REQUIRED, reason=reason)


def needs_packages(*files: Path) -> pytest.MarkDecorator:
    """Marks a test that uses these files of npm packages, which `make test` installs."""
    missing = [file.name for file in files if not file.exists()]
    reason = f"not installed here: {', '.join(missing)} (run `npm ci`)"
    return pytest.mark.skipif(bool(missing) and not REQUIRED, reason=reason)


def needs_modules(*names: str) -> pytest.MarkDecorator:
    """Marks a test that holds us against these Python packages, which `make test` installs."""
    missing = [name for name in names if find_spec(name) is None]
    reason = f"not installed here: {', '.join(missing)} (see requirements/oracle-nodeps.in)"
    return pytest.mark.skipif(bool(missing) and not REQUIRED, reason=reason)
