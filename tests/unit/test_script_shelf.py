"""Scripts on the shelf: what is read ahead keeps nobody from starting."""

import logging
from pathlib import Path

import pytest

from callbot.script_shelf import ScriptShelf


def test_a_script_that_cannot_be_read_ahead_is_named_in_the_log_and_no_more(
    prompts_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        ScriptShelf(prompts_dir).read_ahead(["no-such-script"])
    assert "no-such-script" in caplog.text
