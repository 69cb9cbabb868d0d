"""The bench of the console: a small office, every page answers, and is light enough."""

import re
from pathlib import Path

import pytest
from web_office import NOW
from web_routes import ROWS

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
    assert all(0 < figures.kilobytes < 60 for figures in measured.pages)
    assert all(20 < figures.with_assets_kilobytes < 120 for figures in measured.pages)
    assert measured.figures_ready_s > 0


def test_the_bench_asks_for_every_page_of_the_console() -> None:
    pages = [row.route.removeprefix("GET ") for row in ROWS if row.is_page]
    asked = [address.partition("?")[0] for address in PAGES]
    left = [page for page in pages if not any(re.fullmatch(_as_pattern(page), a) for a in asked)]
    assert left == ["/login", "/welcome/{token}"], "of nobody yet, with nothing read for them"


def _as_pattern(route: str) -> str:
    return re.sub(r"{\w+}", "[^/]+", route.replace("{path}", ".+"))
