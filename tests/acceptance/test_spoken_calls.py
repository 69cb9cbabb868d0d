"""What residents say on the phone ends in the database as they meant it."""

import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from acceptance_people import ANSWERS, resident
from sqlmodel import select

from callbot.models import AnswerRow, Attempt, Call, Flag, History, Turn
from callbot.rehearsal.campaign import CampaignRehearsal, Stage
from callbot.rehearsal.outcome import ResidentResult

WELL, FEVER, NOISY, MUMBLES, SILENT, HANGS_UP, MACHINE, BARGES_IN, KEYS = range(1, 10)

BUT_HEALTH = {
    "identity": "1",
    "permission": "1",
    "symptoms.confirm": "1",
    "movements": "2",
    "contacts": "2",
    "needs": "2",
}
"""Keys of who is hardly understood, which surely lead to the questions about health, and out."""

BUT_TEMPERATURE = {**BUT_HEALTH, "symptoms": "2"}

PEOPLE = [
    resident(WELL),
    resident(FEVER, says={"temperature": "三十八度二", "symptoms": "有点咳嗽"}),
    resident(NOISY, noise_db=10, says={"temperature": "三十八度五"}, keys=BUT_TEMPERATURE),
    resident(MUMBLES, mumbles=True, says={"temperature": "三十八度一"}, keys=BUT_HEALTH),
    resident(SILENT, silent_at=list(ANSWERS)),
    resident(HANGS_UP, picks_up="hangs_up_at:symptoms"),
    resident(MACHINE, picks_up="voicemail"),
    resident(BARGES_IN, barges_in=True),
    resident(
        KEYS,
        locale="ko-KR",
        keys={**BUT_TEMPERATURE, "temperature": "365", "temperature.confirm": "1"},
    ),
]


class Played:
    """One rehearsal of all of them at once, and what is in its database."""

    def __init__(self, stage: Stage, rehearsal: CampaignRehearsal) -> None:
        self.stage = stage
        self.rehearsal = rehearsal
        self.results = {result.phone: result for result in rehearsal.results()}

    def of(self, number: int) -> ResidentResult:
        return self.results[PEOPLE[number - 1].phone]

    def flags(self, number: int) -> set[str]:
        return {flag["rule"] for flag in self.of(number).flags}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def played(new_stage: Callable[..., Stage]) -> Played:
    stage = new_stage(PEOPLE, lines=len(PEOPLE))
    rehearsal = CampaignRehearsal(stage)
    await rehearsal.play()
    return Played(stage, rehearsal)


def test_a_resident_with_nothing_to_report_is_filed_as_such(played: Played) -> None:
    result = played.of(WELL)
    assert result.outcome == "completed"
    assert result.answers["temperature"]["value"] == {"celsius": 36.5}
    assert result.answers["symptoms"]["value"]["present"] == []
    assert result.answers["movements"]["value"]["went_out"] is False
    assert result.answers["contacts"]["value"]["contact"] is False
    assert played.flags(WELL) == set()


def test_a_fever_is_flagged_with_the_words_heard(played: Played) -> None:
    assert {"high_fever", "symptoms"} <= played.flags(FEVER)
    with played.stage.database.reading() as rows:
        evidence = rows.exec(select(Flag.evidence).where(Flag.rule == "high_fever")).all()
    assert any("三十八度二" in words for words in evidence)


@pytest.mark.parametrize("number", [NOISY, MUMBLES])
def test_who_cannot_be_made_out_is_never_filed_as_well(played: Played, number: int) -> None:
    believed = played.of(number).answers.get("temperature")
    if believed and believed["status"] == "clear":
        assert believed["value"]["celsius"] >= 37.3
    assert played.flags(number)


def test_someone_silent_is_let_go_and_flagged(played: Played) -> None:
    assert played.of(SILENT).outcome == "partial"
    assert "unfinished" in played.flags(SILENT)


def test_a_call_that_breaks_off_keeps_its_answers(played: Played) -> None:
    result = played.of(HANGS_UP)
    assert result.outcome == "partial"
    assert result.answers["temperature"]["value"] == {"celsius": 36.5}
    assert "symptoms" not in result.answers


def test_a_machine_hears_no_question_about_health(played: Played) -> None:
    assert played.of(MACHINE).outcome == "voicemail"
    asked = {turn["question"] for turn in played.of(MACHINE).turns}
    assert asked <= {None, "identity"}


def test_someone_who_interrupts_is_heard(played: Played) -> None:
    assert played.of(BARGES_IN).outcome == "completed"
    assert played.of(BARGES_IN).answers["temperature"]["value"] == {"celsius": 36.5}
    with played.stage.database.reading() as rows:
        call = rows.exec(select(Call).where(Call.resident_id == BARGES_IN)).one()
        cut = rows.exec(select(Turn).where(Turn.call_id == call.id, Turn.interrupted)).all()
    assert cut, "the bot fell silent in mid-sentence"
    at_the_far_end = played.of(BARGES_IN).as_json()
    assert at_the_far_end["spoken_turns"] >= len(at_the_far_end["barge_in_ms"]) > 0


def test_a_whole_call_can_be_answered_by_keys(played: Played) -> None:
    assert played.of(KEYS).outcome == "completed"
    assert played.of(KEYS).answers["temperature"]["value"] == {"celsius": 36.5}


def test_each_phone_rang_once_and_every_act_is_in_the_history(played: Played) -> None:
    with played.stage.database.reading() as rows:
        attempts = rows.exec(select(Attempt)).all()
        acts = {row.act for row in rows.exec(select(History))}
    assert sorted(a.resident_id for a in attempts if a.rang_at) == list(range(WELL, KEYS + 1))
    assert {"flagged", "misheard"} <= acts


def test_recordings_hold_both_sides_where_the_turns_say(played: Played) -> None:
    with played.stage.database.reading() as rows:
        call = rows.exec(select(Call).where(Call.resident_id == WELL)).one()
        turns = rows.exec(select(Turn).where(Turn.call_id == call.id)).all()
    assert not call.recording_problem
    sides = both_sides(played.stage.settings.recordings / call.recording)
    for turn in turns:
        side = sides[0 if turn.speaker == "resident" else 1]
        spoken = side[turn.start_ms * 8 : turn.end_ms * 8].astype(float)
        assert np.sqrt(np.mean(spoken**2)) > 300, f"{turn.speaker} is heard at {turn.start_ms} ms"
    answered = [t for t in turns if t.response_ms is not None]
    assert answered, "responses are measured"


def test_private_data_is_not_in_the_file_in_clear(played: Played) -> None:
    path = played.stage.settings.database.removeprefix("sqlite:///")
    content = Path(path).read_bytes()
    wal = Path(f"{path}-wal")
    content += wal.read_bytes() if wal.exists() else b""
    for secret in ("三十八度二", PEOPLE[0].name, PEOPLE[0].phone):
        assert secret.encode() not in content
    with played.stage.database.reading() as rows:
        assert rows.exec(select(AnswerRow.heard).where(AnswerRow.heard != "")).first()


def both_sides(path: Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (2, 8000, 2)
        sound = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    return sound.reshape(-1, 2).T
