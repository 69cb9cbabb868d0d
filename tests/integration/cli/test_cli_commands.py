"""The clerk's commands on a real database, as they are typed."""

import json
import sqlite3
import wave
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from callbot import db, recording_file, vault
from callbot.cli import build, campaign_preview, main
from callbot.config import Settings
from callbot.errors import BadInput, ConfigurationError
from callbot.models import Attempt, AttemptState, Call, Flag, Resident
from callbot.review.purge_orders import SamePerson

ROOT = Path(__file__).parents[3]
YESTERDAY = f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}"
"""The commands take the day from the machine's clock; the period is 14 days."""

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("CALLBOT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(build(list(arguments)), arguments)

    return run


@pytest.fixture
def office(run: Run, tmp_path: Path) -> Run:
    """Two residents, a campaign that is not started."""
    roster = tmp_path / "roster.csv"
    roster.write_text(
        "姓名,电话,社区,网格,返回日期\n"
        f"王秀英,13800000001,金海社区,第一网格,{YESTERDAY}\n"
        f"李建国,13800000002,金海社区,第一网格,{YESTERDAY}\n",
        encoding="utf-8",
    )
    assert run("roster", "import", str(roster)).exit_code == 0
    made = run("campaign", "create", "--name", "每日", "--script", "quarantine")
    assert made.exit_code == 0
    return run


def document(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.parametrize(
    "command",
    [
        "roster import roster.csv",
        "roster import roster.csv --dry-run",
        "roster export out.xlsx",
        "campaign create --name 第二 --script quarantine",
        "campaign preview 1",
        "campaign start 1",
        "campaign stop 1",
        "campaign status",
        "campaign status 1",
        "flags list",
        "report --out report.xlsx",
        "report --out report.xlsx --from 2026-11-01 --to 2026-11-22 --community 金海社区",
        "scripts check",
        "scripts diagram quarantine",
        "models list",
        "db upgrade",
        "db new-key",
    ],
)
def test_json_is_one_document_and_all_of_standard_output(office: Run, command: str) -> None:
    assert document(office(*command.split(), "--json")) is not None


def test_a_workbook_of_the_old_kind_is_read(run: Run) -> None:
    """Written by a spreadsheet of 1997 to 2003; its dates are of November 2026."""
    roster = ROOT / "tests" / "integration" / "campaigns" / "roster.xls"
    report = document(run("roster", "import", str(roster), "--dry-run", "--skip-bad", "--json"))
    assert report["sheet"] == "名册"
    assert {p["column"] for p in report["problems"]} <= {"返回日期"}
    assert report["added"] + report["left_out"] == 2


def test_starting_a_campaign_says_that_it_rings_nobody(office: Run) -> None:
    started = office("campaign", "start", "1")
    assert "No phone rings by this command" in started.stderr
    assert started.stdout == ""


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ("campaign resume 1", "campaign 1 is draft; it would have to be paused"),
        ("campaign pause 1", "campaign 1 is draft; it would have to be running"),
        ("campaign start 99", "there is no campaign 99; see `callbot campaign status`"),
        ("flags claim 99", "there is no flag 99; see `callbot flags list`"),
        ("scripts check .", "no script.yaml there; give the folder of a script"),
        ("models check nope", "unknown model 'nope'"),
        ("roster export out.pdf", "a roster is written as .xlsx or .csv"),
        ("roster export nowhere/out.csv", "nowhere/out.csv: cannot be written"),
    ],
)
def test_what_cannot_be_done_is_bad_input_that_says_what_to_do(
    office: Run, command: str, problem: str
) -> None:
    refused = office(*command.split())
    assert isinstance(refused.exception, BadInput)
    assert problem in str(refused.exception)
    assert refused.stdout == ""


def test_a_campaign_needs_a_name_of_more_than_blanks(run: Run) -> None:
    refused = run("campaign", "create", "--name", "  ", "--script", "quarantine")
    assert str(refused.exception) == "give --name, or a file with --from"


def test_the_preview_of_a_stopped_campaign_calls_nobody(office: Run) -> None:
    office("campaign", "stop", "1")
    rows = document(office("campaign", "preview", "1", "--json"))
    assert [row["call_at"] for row in rows] == [None, None]
    assert "the campaign is stopped" in rows[0]["why"]


def test_a_preview_lists_the_first_and_everybody_when_asked_to(
    office: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaign_preview, "LISTED", 1)
    first = office("campaign", "preview", "1")
    assert ("王秀英" in first.stdout, "李建国" in first.stdout) == (True, False)
    assert "1 more are not listed; `--all` lists everybody" in first.stderr
    everybody = office("campaign", "preview", "1", "--all")
    assert "李建国" in everybody.stdout
    assert "not listed" not in everybody.stderr


def test_an_unwritable_list_of_problems_is_found_before_anything_is_imported(
    office: Run, tmp_path: Path
) -> None:
    roster = tmp_path / "more.csv"
    roster.write_text(f"姓名,电话,返回日期\n张桂兰,13800000003,{YESTERDAY}\n李,1,{YESTERDAY}\n")
    refused = office(
        "roster", "import", str(roster), "--skip-bad", "--problems", "nowhere/problems.csv"
    )
    assert isinstance(refused.exception, BadInput)
    assert document(office("roster", "export", "all.csv", "--json"))["residents"] == 2


def test_a_lost_key_is_noticed_before_everybody_is_taken_for_new(
    office: Run, tmp_path: Path
) -> None:
    (tmp_path / "data" / "keys").unlink()
    refused = office("roster", "import", "roster.csv")
    assert isinstance(refused.exception, ConfigurationError)
    assert "written with another key" in str(refused.exception)


def test_a_flag_that_is_resolved_says_how_to_put_it_back(office: Run, tmp_path: Path) -> None:
    database = db.open_database(Settings(data_dir=tmp_path / "data"))
    with database.session() as session:
        resident = session.get_one(Resident, 1)
        session.add(
            Flag(
                resident_id=1,
                rule="high_fever",
                severity="high",
                reason="体温38.0度以上",
                evidence="「三十八度二」",
                raised_at=resident.imported_at,
            )
        )
    database.close()
    listed = office("flags", "list")
    assert "+86138****0001" in listed.stdout
    assert "「三十八度二」" in listed.stdout
    assert office("flags", "resolve", "1", "--note", "已联系").exit_code == 0
    refused = office("flags", "claim", "1")
    assert str(refused.exception) == "flag 1 is resolved; `callbot flags reopen` puts it back"


@pytest.mark.parametrize(
    ("arguments", "environment", "status", "problem"),
    [
        (("campaign", "status"), {"CALLBOT_DATA_DIR": "/dev/null/data"}, 1, "set CALLBOT_DATA_DIR"),
        (("campaign", "status"), {"CALLBOT_LOG_LEVEL": "loud"}, 2, "CALLBOT_LOG_LEVEL: no level"),
        (("campaign", "status"), {"CALLBOT_ENCRYPTION_KEYS": "x"}, 2, "not a Fernet key"),
        (("campaign", "status"), {"CALLBOT_TIMEZONE": "Mars"}, 2, "TIMEZONE: unknown time zone"),
        (("report", "--out", "r.pdf"), {}, 2, "give a name ending in .xlsx"),
        (("report", "--out", "r.xlsx", "--locale", "fr-FR"), {}, 2, "no report in 'fr-FR'"),
        (("report", "--out", "nowhere/r.xlsx"), {}, 2, "nowhere/r.xlsx: cannot be written"),
        (("report", "--out", "r.xlsx", "--grid", "一"), {}, 2, "add --community"),
        (("report", "--out", "r.xlsx", "--to", "2026-11-22"), {}, 2, "give --from as well"),
    ],
)
@pytest.mark.usefixtures("run")
def test_the_exit_status_tells_bad_input_from_failed_work(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    environment: dict[str, str],
    status: int,
    problem: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.argv", ["callbot", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    captured = capsys.readouterr()
    assert (ended.value.code, captured.out) == (status, "")
    assert problem in captured.err


def test_a_key_file_that_is_damaged_is_named(office: Run, tmp_path: Path) -> None:
    (tmp_path / "data" / "keys").write_text("")
    refused = office("campaign", "status")
    assert "data/keys: damaged; put your copy of it back" in str(refused.exception)


def test_a_locked_database_is_a_failure_that_says_so(
    office: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "BUSY_TIMEOUT_MS", 50)
    holder = sqlite3.connect(tmp_path / "data" / "callbot.sqlite3")
    holder.execute("BEGIN IMMEDIATE")
    refused = office("campaign", "start", "1")
    holder.close()
    assert isinstance(refused.exception, db.DatabaseUnavailable)
    assert "end that program or try again" in str(refused.exception)


def test_a_purge_takes_two_people(
    office: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = {"purged": [], "due": [], "kept": [], "asked_by": None}
    assert document(office("purge", "--dry-run", "--json")) == nothing
    database = db.open_database(Settings(data_dir=tmp_path / "data"))
    with database.session() as rows:
        rows.get_one(Resident, 1).exposed_on = date(2020, 1, 1)
        at = datetime(2020, 1, 2, tzinfo=UTC)
        ended = AttemptState.ENDED
        rows.add(Attempt(id="a", campaign_id=1, resident_id=1, number=1, due_at=at, state=ended))
        rows.flush()
        rows.add(
            Call(
                id="c",
                attempt_id="a",
                resident_id=1,
                script="quarantine",
                script_version="1",
                locale="zh-CN",
                started_at=at,
            )
        )
    monkeypatch.setattr("getpass.getuser", lambda: "ada")
    assert document(office("purge", "--yes", "--json"))["asked_by"] == "ada"
    assert isinstance(office("purge", "--yes").exception, SamePerson)
    monkeypatch.setattr("getpass.getuser", lambda: "ben")
    [purged] = document(office("purge", "--yes", "--json"))["purged"]
    assert purged["call_ids"] == ["c"]
    with database.reading() as rows:
        assert rows.get_one(Call, "c").purged_at is not None
    database.close()


def test_a_sealed_recording_becomes_a_sound_that_any_player_opens(run: Run, tmp_path: Path) -> None:
    vault.unlock("", tmp_path / "data")
    sealed = tmp_path / f"call{recording_file.SEALED}"
    file = recording_file.create(sealed)
    file.append(bytes(4 * 8000))
    file.close()
    done = run("recordings", "unseal", str(sealed), "--out", str(tmp_path / "call.wav"))
    assert done.exit_code == 0, done.output
    with wave.open(str(tmp_path / "call.wav")) as sound:
        assert (sound.getnchannels(), sound.getnframes()) == (2, 8000)
    missing = run("recordings", "unseal", "nowhere.wav.sealed", "--out", "x.wav")
    assert isinstance(missing.exception, BadInput)
    assert "nowhere.wav.sealed" in str(missing.exception)
