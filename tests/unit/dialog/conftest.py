"""The script that most tests of the dialogue speak."""

import pytest
from golden import script

from callbot.dialog.script import Script


@pytest.fixture(scope="session")
def quarantine() -> Script:
    return script("quarantine")
