"""A day of calls in compressed time, by the real engine."""

from datetime import datetime
from pathlib import Path

import pytest

from callbot.bench.dialer import bench_dialer
from callbot.bench.planning import bench_planning
from callbot.db import Database
from callbot.errors import DataFileError


@pytest.fixture
def database_url() -> str:
    return ""


def test_a_compressed_day_reaches_everybody_once_within_the_lines_limits(
    database: Database, morning: datetime, tmp_path: Path
) -> None:
    figures = tmp_path / "figures.yaml"
    figures.write_text("answered: {8: 1.0}\nbusy: 0\nring_s: 5\ntalk_s: 30\n")
    bench = bench_dialer(
        database, residents=25, lines=5, calls_per_second=2.0, day=morning, seed=1, figures=figures
    )
    assert (bench.planned, bench.dials, bench.completed) == (25, 25, 25)
    assert (bench.duplicates, bench.over_rate, bench.window_misses) == (0, 0, 0)
    assert bench.outside_hours == 0
    assert bench.most_at_once == 4


def test_a_large_roster_is_planned_once_and_its_figures_are_told(
    database: Database, morning: datetime
) -> None:
    bench = bench_planning(database, residents=100, day=morning)
    assert (bench.residents, bench.planned) == (112, 112)
    assert 0 < bench.choose_ms_p50 <= bench.choose_ms_p95
    assert 0 < bench.start_ms_p50 <= bench.start_ms_p95


def test_figures_with_an_unknown_field_are_refused_by_line(
    database: Database, morning: datetime, tmp_path: Path
) -> None:
    figures = tmp_path / "figures.yaml"
    figures.write_text("answered: {8: 1.0}\nbusy: 0\nring_s: 5\ntalk_s: 30\ntalks_s: 30\n")
    with pytest.raises(DataFileError, match=r"figures\.yaml:5: talks_s"):
        bench_dialer(
            database, residents=1, lines=1, calls_per_second=1, day=morning, seed=1, figures=figures
        )
