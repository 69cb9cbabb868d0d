"""One data folder for all tests of the network: a line is spoken once."""

from pathlib import Path

import pytest

from callbot.telephony.simulated.studio import Studio

pytest.register_assert_rewrite("carrier_conformance")


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def studio(data_dir: Path) -> Studio:
    return Studio(data_dir)
