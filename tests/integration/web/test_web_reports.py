"""Reports in the console: who sees which figures, and what leaves it as a workbook."""

import io
import re
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlmodel import select
from web_office import NOW, Console

from callbot.models import Audit, Viewing


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}


def tile(page: str, label: str) -> str:
    found = re.search(rf'class="number">([^<]*)</span><span class="label">{label}', page)
    assert found is not None, label
    return found[1]


async def test_the_figures_are_those_of_the_visitors_areas(console: Console) -> None:
    alice, bob = await console.as_("alice"), await console.as_("bob")
    of_alice, of_bob = (await alice.get("/reports")).text, (await bob.get("/reports")).text
    assert (tile(of_alice, "应随访"), tile(of_alice, "异常")) == ("1", "2")
    assert (tile(of_bob, "应随访"), tile(of_bob, "异常")) == ("0", "1")
    assert "体温超过39.0度" in of_alice
    assert "体温超过39.0度" not in of_bob


async def test_an_address_with_another_community_shows_nothing_of_it(console: Console) -> None:
    bob = await console.as_("bob")
    page = (await bob.get("/reports?community=金海社区")).text
    assert tile(page, "应随访") == "0"
    assert "王秀英" not in page
    lists = await bob.get("/reports/lists.xlsx?community=金海社区")
    assert len(sheets(lists.content)["居民"]) == 1


async def test_temperatures_are_drawn_for_those_who_were_flagged(console: Console) -> None:
    alice = await console.as_("alice")
    page = (await alice.get("/reports")).text
    assert "最高 39.4 ℃" in page
    assert 'aria-label="11-22 39.4 ℃"' in page


async def test_lists_hold_the_visitors_residents_and_go_into_the_audit(console: Console) -> None:
    alice = await console.as_("alice")
    response = await alice.get("/reports/lists.xlsx")
    assert response.headers["content-disposition"] == (
        'attachment; filename="lists-2026-11-22.xlsx"'
    )
    people = {row[1] for row in sheets(response.content)["居民"][1:]}
    assert people == {"王秀英", "李建国"}
    with console.office.database.reading() as rows:
        [seen] = rows.exec(select(Audit).where(Audit.actor == "alice")).all()
    assert (seen.viewed, seen.at) == (Viewing.REPORT, NOW)


async def test_a_viewer_takes_figures_away_but_no_phone_numbers(console: Console) -> None:
    vera = await console.as_("vera")
    assert (await vera.get("/reports/lists.xlsx")).status_code == 403
    assert "lists.xlsx" not in (await vera.get("/reports")).text
    figures = await vera.get("/reports/figures.xlsx")
    assert b"+8613800000001" not in figures.content
    assert "居民" not in sheets(figures.content)


@pytest.mark.parametrize(
    "period", ["from=2026-11-22&to=2026-11-01", "from=2025-01-01&to=2026-11-22", "from=tomorrow"]
)
async def test_a_period_that_is_none_is_explained(console: Console, period: str) -> None:
    alice = await console.as_("alice")
    response = await alice.get(f"/reports?{period}")
    assert response.status_code == 422
    assert "开始日不能晚于结束日" in response.text
    workbook = await alice.get(f"/reports/figures.xlsx?{period}")
    assert workbook.headers["location"] == "/reports"


async def test_lists_of_several_days_are_refused_in_words(console: Console) -> None:
    alice = await console.as_("alice")
    response = await alice.get("/reports/lists.xlsx?from=2026-11-20&to=2026-11-22")
    assert response.headers["location"] == "/reports"
    assert "名单一次只能下载一天" in (await alice.get("/reports")).text
