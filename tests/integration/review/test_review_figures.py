"""The figures of a report: counted by the database, held against a count by hand."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from review_rows import NINE, add_answer, add_attempt, add_resident
from sqlmodel import Session, select

from callbot import db, vault
from callbot.config import Settings
from callbot.db import Database
from callbot.dialog.answers import Kind
from callbot.dialog.events import Outcome, Severity
from callbot.errors import BadInput
from callbot.models import Area, Attempt, Campaign, Flag, FlagState, Resident, record
from callbot.review.choice import LONGEST_DAYS, Choice
from callbot.review.figures import PeriodReport, report_on
from callbot.review.ledger import COUNTED_EVERY, GIVEN_OUT_FOR, Ledger
from callbot.review.tallies import BEST_FIRST, SPOKE_TO_A_PERSON
from callbot.review.temperatures import temperature_lines

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(2026, 11, 20), date(2026, 11, 22)
PLACES = [(community, grid) for community in ("东", "西", "") for grid in ("一", "二")]
RULES = {"fever": Severity.HIGH, "cyanosis": Severity.URGENT, "unclear": Severity.NORMAL}


@pytest.fixture
def database(tmp_path: Path, database_url: str) -> Iterator[Database]:
    """Both kinds of database."""
    settings = Settings(data_dir=tmp_path, database_url=database_url)
    vault.unlock("", tmp_path)
    database = db.open_database(settings)
    db.upgrade(database)
    with database.session() as rows:
        for number in (1, 2):
            rows.add(Campaign(id=number, name=f"任务{number}", script="q", created_at=NINE))
    yield database
    database.close()


@pytest.fixture
def office(database: Database) -> Database:
    """Three days of two campaigns in six grids, drawn with a fixed seed."""
    drawn = random.Random(20261122)
    with database.session() as rows:
        for number in range(1, 31):
            resident = add_resident(rows, number, "王秀英", *PLACES[number % len(PLACES)])
            for day in range(3):
                for attempt in range(drawn.choice((0, 1, 1, 2, 3))):
                    at = NINE - timedelta(days=2 - day) + timedelta(hours=2 * attempt)
                    add_attempt(
                        rows,
                        resident,
                        attempt,
                        drawn.choice((None, *Outcome)),
                        at,
                        campaign_id=1 + number % 2,
                        rang=drawn.random() < 0.8,
                    )
                if drawn.random() < 0.4:
                    _flag(rows, drawn, resident, NINE - timedelta(days=2 - day))
    return database


def _flag(rows: Session, drawn: random.Random, resident: int, at: datetime) -> None:
    rule = drawn.choice(list(RULES))
    resolved = drawn.random() < 0.7
    rows.add(
        Flag(
            resident_id=resident,
            campaign_id=drawn.choice((None, 1 + resident % 2)),
            rule=rule,
            severity=RULES[rule],
            reason=rule,
            raised_at=at,
            state=FlagState.RESOLVED if resolved else FlagState.OPEN,
            was_right=drawn.choice((None, True, False)) if resolved else None,
        )
    )


def report(database: Database, choice: Choice, zone: ZoneInfo = SHANGHAI) -> PeriodReport:
    with closing(Ledger(database, zone)) as ledger:
        return report_on(ledger, choice, NINE)


CHOICES = {
    "everything": Choice(FIRST, LAST),
    "one day": Choice(LAST, LAST),
    "one campaign": Choice(FIRST, LAST, campaign_id=2),
    "one community": Choice(FIRST, LAST, community="东"),
    "one grid": Choice(FIRST, LAST, community="西", grid="二"),
    "areas": Choice(FIRST, LAST, areas=(Area("东", "一"), Area("西"))),
    "another's community": Choice(FIRST, LAST, areas=(Area("东"),), community="西"),
}


@pytest.mark.parametrize("name", CHOICES)
def test_the_figures_are_those_of_a_count_by_hand(office: Database, name: str) -> None:
    choice = CHOICES[name]
    found = report(office, choice)
    with office.reading() as rows:
        people = {each.id: each for each in rows.exec(select(Resident))}
        attempts = [a for a in rows.exec(select(Attempt)) if _taken(choice, a, people)]
        flags = [f for f in rows.exec(select(Flag)) if _taken(choice, f, people)]
    follow_ups: dict[tuple[int, int, date], list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        day = attempt.due_at.astimezone(SHANGHAI).date()
        follow_ups[attempt.campaign_id, attempt.resident_id, day].append(attempt)
    called = [each for each in follow_ups.values() if any(a.rang_at for a in each)]
    best = Counter(_best(each) for each in follow_ups.values())
    assert found.total.due == len(follow_ups)
    assert found.total.called == len(called)
    assert found.total.rings == sum(a.rang_at is not None for a in attempts)
    assert found.total.outcomes == best
    assert found.total.unreached == Counter(
        _best(each) for each in called if _best(each) not in SPOKE_TO_A_PERSON
    )
    assert sum(hour.rings for hour in found.hours) == found.total.rings
    assert Counter({rule.rule: rule.flags for rule in found.rules}) == Counter(
        flag.rule for flag in flags
    )
    assert found.right == sum(flag.was_right is True for flag in flags)
    assert found.judged == sum(flag.was_right is not None for flag in flags)
    for parts in (found.by_day, found.by_place, found.by_campaign):
        for figure in ("due", "called", "rings", "reached", "flagged", "urgent", "unreachable"):
            assert sum(getattr(part, figure) for part in parts.values()) == getattr(
                found.total, figure
            )


def _taken(choice: Choice, row: Attempt | Flag, people: dict[int | None, Resident]) -> bool:
    person = people[row.resident_id]
    at = row.due_at if isinstance(row, Attempt) else row.raised_at
    return (
        choice.first <= at.astimezone(SHANGHAI).date() <= choice.last
        and (not choice.areas or any(a.covers(person.community, person.grid) for a in choice.areas))
        and choice.campaign_id in (None, row.campaign_id)
        and choice.community in ("", person.community)
        and choice.grid in ("", person.grid)
    )


def _best(attempts: list[Attempt]) -> Outcome | None:
    known = [attempt.outcome for attempt in attempts if attempt.outcome]
    return min(known, key=BEST_FIRST.index, default=None)


def test_places_are_communities_and_grids_when_only_one_community_is_looked_at(
    office: Database,
) -> None:
    assert set(report(office, CHOICES["everything"]).by_place) == {"东", "西", ""}
    assert set(report(office, CHOICES["one community"]).by_place) == {"一", "二"}
    one_area = Choice(FIRST, LAST, areas=(Area("东"),))
    assert set(report(office, one_area).by_place) == {"一", "二"}


def test_a_day_without_anything_is_there_with_zeros(database: Database) -> None:
    found = report(database, Choice(FIRST, LAST))
    assert list(found.by_day) == [FIRST, FIRST + timedelta(days=1), LAST]
    assert found.total.due == 0
    assert found.total.response_rate is None
    assert found.precision is None


@pytest.mark.parametrize(("utc", "hour"), [((0, 30), 1), ((1, 30), 3), ((7, 0), 9), ((20, 59), 22)])
def test_hours_are_the_clocks_also_on_the_day_it_is_put_forward(
    database: Database, utc: tuple[int, int], hour: int
) -> None:
    """In Berlin on 29 March 2026 two o'clock is followed by three."""
    at = datetime(2026, 3, 29, *utc, tzinfo=UTC)
    with database.session() as rows:
        add_attempt(rows, add_resident(rows, 1, "Ada"), 1, Outcome.COMPLETED, at)
    day = at.date()
    found = report(database, Choice(day, day), ZoneInfo("Europe/Berlin"))
    assert [(each.hour, each.rings, each.answered) for each in found.hours] == [(hour, 1, 1)]


def test_half_an_hour_beside_greenwich_the_hours_begin_with_the_clock(database: Database) -> None:
    at = datetime(2026, 11, 22, 3, 29, tzinfo=UTC)
    with database.session() as rows:
        add_attempt(rows, add_resident(rows, 1, "Ada"), 1, Outcome.NO_ANSWER, at)
    day = at.date()
    found = report(database, Choice(day, day), ZoneInfo("Asia/Kolkata"))
    assert [(each.hour, each.answered) for each in found.hours] == [(8, 0)]


def test_what_was_counted_is_given_out_with_its_age_and_counted_again_in_time(
    database: Database,
) -> None:
    choice = Choice(LAST, LAST)
    with closing(Ledger(database, SHANGHAI)) as ledger:
        assert report_on(ledger, choice, NINE).total.due == 0
        with database.session() as rows:
            add_attempt(rows, add_resident(rows, 1, "王秀英"), 1, Outcome.COMPLETED)
        at_once = report_on(ledger, choice, NINE + COUNTED_EVERY / 2)
        assert (at_once.total.due, at_once.as_of) == (0, NINE)
        later = NINE + GIVEN_OUT_FOR * COUNTED_EVERY
        assert report_on(ledger, choice, later).total.due == 1
        assert report_on(ledger, choice, later).as_of == later


def test_what_is_a_little_old_is_given_out_while_it_is_counted_anew(database: Database) -> None:
    choice = Choice(LAST, LAST)
    ledger = Ledger(database, SHANGHAI)
    report_on(ledger, choice, NINE)
    with database.session() as rows:
        add_attempt(rows, add_resident(rows, 1, "王秀英"), 1, Outcome.COMPLETED)
    then = NINE + 2 * COUNTED_EVERY
    assert report_on(ledger, choice, then).as_of == NINE
    ledger.settle()
    after = report_on(ledger, choice, then)
    assert (after.total.due, after.as_of) == (1, then)
    ledger.close()


YESTERDAY = LAST - timedelta(days=1)


def test_a_day_that_is_over_is_known_to_the_next_process_and_counted_anew_behind(
    database: Database, tmp_path: Path
) -> None:
    file, choice = tmp_path / "figures.sqlite3", Choice(YESTERDAY, YESTERDAY)
    with database.session() as rows:
        resident = add_resident(rows, 1, "王秀英")
        add_attempt(rows, resident, 1, Outcome.COMPLETED, at=NINE - timedelta(days=1))
    with closing(Ledger(database, SHANGHAI, file)) as ledger:
        assert report_on(ledger, choice, NINE).total.rings == 1
    with database.session() as rows:
        add_attempt(rows, resident, 2, Outcome.COMPLETED, at=NINE - timedelta(days=1))
    then = NINE + timedelta(days=1)
    with closing(Ledger(database, SHANGHAI, file)) as ledger:
        first = report_on(ledger, choice, then)
        assert (first.total.rings, first.as_of) == (1, NINE)
        ledger.settle()
        second = report_on(ledger, choice, then)
        assert (second.total.rings, second.as_of) == (2, then)
        ledger.bring_up_to_date(YESTERDAY, YESTERDAY, then + timedelta(hours=1))
        assert report_on(ledger, choice, then).as_of == then + timedelta(hours=1)


def test_a_day_that_was_not_over_when_it_was_counted_is_counted_before_it_is_given_out(
    database: Database, tmp_path: Path
) -> None:
    file, choice = tmp_path / "figures.sqlite3", Choice(LAST, LAST)
    with closing(Ledger(database, SHANGHAI, file)) as ledger:
        report_on(ledger, choice, NINE)
    with closing(Ledger(database, SHANGHAI, file)) as ledger:
        then = NINE + timedelta(days=1)
        assert report_on(ledger, choice, then).as_of == then


def test_at_a_start_only_days_that_a_page_would_wait_for_are_counted(
    database: Database, tmp_path: Path
) -> None:
    file, then = tmp_path / "figures.sqlite3", NINE + timedelta(days=1)
    with closing(Ledger(database, SHANGHAI, file)) as ledger:
        report_on(ledger, Choice(YESTERDAY, YESTERDAY), NINE)
    with closing(Ledger(database, SHANGHAI, file)) as ledger:
        ledger.keep_up(3, then)
        ledger.settle()
        with ledger.reading(LAST, LAST + timedelta(days=1), then) as (_, as_of):
            assert as_of == then
        with ledger.reading(YESTERDAY, YESTERDAY, then) as (_, as_of):
            assert as_of == NINE


@pytest.mark.parametrize("fault", ["another office", "damaged"])
def test_a_file_that_is_not_this_offices_or_damaged_is_begun_anew(
    database: Database, tmp_path: Path, fault: str
) -> None:
    file, choice = tmp_path / "figures.sqlite3", Choice(YESTERDAY, YESTERDAY)
    with closing(Ledger(database, SHANGHAI, file)) as ledger:
        report_on(ledger, choice, NINE)
    if fault == "damaged":
        file.write_bytes(b"no database at all" * 100)
    else:
        with database.session() as rows:
            record(rows, NINE, "alice", "campaign_created")
    with closing(Ledger(database, SHANGHAI, file)) as ledger:
        then = NINE + timedelta(hours=1)
        assert report_on(ledger, choice, then).as_of == then


def test_a_period_must_end_after_it_begins_and_is_not_endless() -> None:
    with pytest.raises(BadInput, match="before it begins"):
        Choice(LAST, FIRST)
    Choice(FIRST, FIRST + timedelta(days=LONGEST_DAYS - 1))
    with pytest.raises(BadInput, match="92 days at most"):
        Choice(FIRST, FIRST + timedelta(days=LONGEST_DAYS))


def test_temperatures_are_the_highest_of_each_day_of_those_who_were_flagged(
    database: Database,
) -> None:
    with database.session() as rows:
        for number, celsius in ((1, 38.2), (2, 36.5)):
            resident = add_resident(rows, number, "王秀英")
            for attempt, (days_ago, measured) in enumerate(((2, 36.4), (0, 37.9), (0, celsius))):
                at = NINE - timedelta(days=days_ago) + timedelta(hours=attempt)
                call = add_attempt(rows, resident, attempt, Outcome.COMPLETED, at)
                value = {"celsius": measured}
                add_answer(rows, call, resident, "temperature", Kind.TEMPERATURE, value)
        rows.add(
            Flag(
                resident_id=1,
                rule="high_fever",
                severity=Severity.HIGH,
                reason="体温",
                question="temperature",
                raised_at=NINE,
            )
        )
    choice = Choice(FIRST, LAST)
    found = temperature_lines(database, choice, SHANGHAI, {"temperature"}, limit=5)
    [line] = found.lines
    assert line.by_day == {FIRST: 36.4, LAST: 38.2}
    assert found.days[-1] == LAST
    nobody = temperature_lines(database, choice, SHANGHAI, {"temperature"}, limit=0)
    assert nobody.lines == []
