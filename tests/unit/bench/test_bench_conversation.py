"""The arithmetic of `callbot bench conversation`, on results whose figures are known."""

import wave
from pathlib import Path

import pytest
from golden import script as golden_script

from callbot.bench.conversation import Condition, condition_figures, inhabitants
from callbot.bench.recorded_answers import load_truths
from callbot.bench.tallies import TallyOfKind, tally, tally_answers
from callbot.dialog.events import Outcome
from callbot.dialog.script import Script
from callbot.errors import BadInput
from callbot.rehearsal.outcome import ResidentResult
from callbot.telephony.simulated.voices import Speaker

KINDS = {
    "temperature": "temperature",
    "symptoms": "symptoms",
    "movements": "movements",
    "contacts": "contacts",
}


def clear(value: dict[str, object]) -> dict[str, object]:
    return {"status": "clear", "value": value}


def test_an_answer_is_right_unclear_or_wrong_yet_clear() -> None:
    truth = {"celsius": 36.5}
    assert tally(truth, "clear", {"celsius": 36.5}) == TallyOfKind(right=1)
    assert tally(truth, "clear", {"celsius": 38.5}) == TallyOfKind(wrong_but_clear=1)
    assert tally(truth, "unclear", None) == TallyOfKind(unclear=1)
    assert tally(truth, None, None) == TallyOfKind(unclear=1)


def test_a_question_never_asked_counts_as_unclear_not_as_right() -> None:
    assert tally_answers({"symptoms": {"present": []}}, {}) == {"symptoms": TallyOfKind(unclear=1)}


def test_shares_are_of_all_answers() -> None:
    total = TallyOfKind(3, 1, 0) + TallyOfKind(3, 0, 1)
    assert (total.answers, total.right_share, total.wrong_share) == (8, 0.75, 0.125)
    assert TallyOfKind().right_share == 0


def test_who_is_sent_to_the_emergency_number_is_no_call_cut_off() -> None:
    [person] = inhabitants(Condition.CLEAN, 1)
    urgent = {"rule": "emergency", "severity": "urgent", "reason": ""}
    unfinished = {"rule": "unfinished", "severity": "high", "reason": ""}
    for flags, sent in (((urgent, unfinished), True), ((unfinished,), False)):
        result = ResidentResult(person.resident.phone, Outcome.PARTIAL, 1, {}, flags)
        assert result.sent_for_help is sent
        figures = condition_figures(Condition.CLEAN, [person], [result], KINDS)
        assert figures.completed == int(sent)


def test_figures_of_a_condition_are_summed_over_its_calls() -> None:
    people = inhabitants(Condition.CLEAN, 2)
    right = {question: clear(truth) for question, truth in people[0].archetype.answers.items()}
    results = [
        ResidentResult(
            people[0].resident.phone,
            Outcome.COMPLETED,
            1,
            right,
            (),
            turns=({}, {}),
            response_ms=(400, 600),
            duration_ms=60_000,
            spoken_turns=5,
        ),
        ResidentResult(
            people[1].resident.phone,
            Outcome.PARTIAL,
            1,
            {"temperature": clear({"celsius": 34.1})},
            (),
            turns=({}, {}, {}, {}),
            response_ms=(500,),
            duration_ms=30_000,
            barge_in_ms=(180,),
            spoken_turns=3,
            early_cuts=1,
        ),
    ]
    figures = condition_figures(Condition.CLEAN, people, results, KINDS)
    assert (figures.calls, figures.completed) == (2, 1)
    assert figures.kinds["temperature"] == TallyOfKind(right=1, wrong_but_clear=1)
    assert figures.kinds["symptoms"] == TallyOfKind(right=1, unclear=1)
    assert (figures.turns_per_call, figures.seconds_per_call) == (3.0, 45.0)
    assert (figures.response_p50_ms, figures.response_p95_ms) == (500, 600)
    assert (figures.early_cuts, figures.spoken_turns, figures.barge_in_max_ms) == (1, 8, 180)


@pytest.mark.parametrize("condition", Condition)
def test_residents_suit_their_condition(condition: Condition) -> None:
    people = [person.resident for person in inhabitants(condition, 30)]
    assert len({resident.phone for resident in people}) == 30
    expected = {Condition.NOISE_20_DB: 20.0, Condition.NOISE_10_DB: 10.0}.get(condition)
    assert {resident.noise_db for resident in people} == {expected}
    speeds = [Speaker.of(resident.phone).speed for resident in people]
    if condition is Condition.SLOW:
        assert max(speeds) < 0.95
    if condition is Condition.FAST:
        assert min(speeds) > 1.0


@pytest.fixture(scope="module")
def script() -> Script:
    return golden_script("quarantine")


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\x00\x10\x00\xf0" * 4000)
    return tmp_path


def sheet(folder: Path, *rows: str) -> Path:
    path = folder / "truths.csv"
    path.write_text("\n".join(("file,question,said,value", *rows)), encoding="utf-8-sig")
    return path


def test_truths_are_the_words_or_the_value_written(recordings: Path, script: Script) -> None:
    rows = ("a.wav,temperature,三十六度五,", 'a.wav,contacts,那个嘛,"{""contact"": true}"')
    temperature, contacts = load_truths(recordings, sheet(recordings, *rows), script, "zh-CN")
    assert temperature.truth == {"celsius": 36.5}
    assert temperature.hints.question == script.wording("zh-CN").questions["temperature"].ask[0]
    assert contacts.truth == {"contact": True}


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("b.wav,temperature,三十六度五,", "row 2, column file"),
        ("a.wav,weather,三十六度五,", "row 2, column question"),
        ("a.wav,temperature,那个嘛,", "row 2, column said"),
        ("a.wav,temperature,那个嘛,36.5度", "row 2, column value"),
    ],
)
def test_a_bad_row_is_named_with_its_column(
    recordings: Path, script: Script, row: str, says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        load_truths(recordings, sheet(recordings, row), script, "zh-CN")


def test_a_sheet_without_its_columns_says_which(recordings: Path, script: Script) -> None:
    path = recordings / "truths.csv"
    path.write_text("file,words\na.wav,好\n", encoding="utf-8")
    with pytest.raises(BadInput, match="question, said"):
        load_truths(recordings, path, script, "zh-CN")
