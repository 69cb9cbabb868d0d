"""The bench of the console: a small office, every page answers, and is light enough."""

from pathlib import Path

import pytest
from web_office import NOW

from callbot.bench import console as bench
from callbot.bench.console import PAGES, bench_console
from callbot.bench.large_office import Size


def test_every_page_of_the_bench_answers_and_is_light(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "ROUNDS", 2)
    monkeypatch.setattr(bench, "STARTS", 2)
    measured = bench_console(tmp_path, Size(600, 3000, 1000), NOW, lambda *_: None)
    assert {figures.page for figures in measured.pages} >= set(PAGES)
    assert all(0 < figures.kilobytes < 100 for figures in measured.pages)
    assert all(80 < figures.with_assets_kilobytes < 300 for figures in measured.pages)
    assert measured.figures_ready_s > 0
