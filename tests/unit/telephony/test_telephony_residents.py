"""Simulated residents: the file that describes them, and what they say to what."""

from pathlib import Path

import pytest
import yaml

from callbot.dialog.answers import Answer, Kind, Status
from callbot.dialog.events import Listen
from callbot.errors import DataFileError
from callbot.telephony.simulated.residents import PickUp, SimulatedResident, load_residents

PROMPTS = Path(__file__).parents[3] / "prompts" / "quarantine"

DESCRIBED = """\
- name: 王秀英
  phone: "+8613800000001"
  locale: zh-CN
  voice: neural
  picks_up: [no_answer, answer]
  noise_db: 20
  barges_in: false
  says:
    identity: ["是我"]
    temperature: ["你说什么", "三十六度五"]
    symptoms: 有点咳嗽
    "*": ["没有"]
"""


def asks(question: str, asked: int = 1, *, confirming: bool = False) -> Listen:
    answer = Answer(question=question, kind=Kind.OPEN, status=Status.CLEAR)
    return Listen(
        question=question, kind=Kind.OPEN, asked=asked, reads_back=answer if confirming else None
    )


def resident(**described: object) -> SimulatedResident:
    return SimulatedResident.model_validate(
        {"name": "王秀英", "phone": "+8613800000001", **described}
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "residents.yaml"
    path.write_text(DESCRIBED, encoding="utf-8")
    return path


def test_a_file_as_the_contract_shows_it_is_read(file: Path) -> None:
    (woman,) = load_residents(file)
    assert woman.phone == "+8613800000001"
    assert woman.words(asks("symptoms")) == "有点咳嗽"


def test_asked_again_they_say_the_next_thing_and_the_last_thing_from_then_on(file: Path) -> None:
    (woman,) = load_residents(file)
    said = [woman.words(asks("temperature", nth)) for nth in (1, 2, 3)]
    assert said == ["你说什么", "三十六度五", "三十六度五"]


def test_at_any_other_question_they_say_what_is_under_the_star(file: Path) -> None:
    (woman,) = load_residents(file)
    assert woman.words(asks("needs")) == "没有"


def test_without_a_star_they_are_silent() -> None:
    assert resident(says={"identity": "是我"}).words(asks("needs")) is None


@pytest.mark.parametrize(
    ("says", "said"),
    [
        ({"temperature.confirm": "不对", "yes_no": "嗯"}, "不对"),
        ({"yes_no": "嗯", "*": "没有"}, "嗯"),
        ({"*": "没有"}, "是的"),
    ],
)
def test_a_confirmation_falls_back_to_yes_no_and_then_to_agreement(
    says: dict[str, str], said: str
) -> None:
    assert resident(says=says).words(asks("temperature", confirming=True)) == said


def test_agreement_is_in_the_residents_language() -> None:
    confirmation = asks("temperature", confirming=True)
    assert resident(locale="en-US").words(confirmation) == "Yes"
    assert resident(locale="ko-KR").words(confirmation) == "네"


def test_who_corrects_denies_only_what_was_read_back_wrong() -> None:
    careful = resident(corrects=True)
    confirmation = asks("temperature", confirming=True)
    assert careful.words(confirmation, read_back_true=False) == "不是"
    assert careful.words(confirmation, read_back_true=True) == "是的"
    assert careful.words(confirmation, read_back_true=None) == "是的"
    assert resident().words(confirmation, read_back_true=False) == "是的"


def test_silence_at_a_question_beats_the_star() -> None:
    assert resident(silent_at=["needs"], says={"*": "没有"}).words(asks("needs")) is None


def test_everything_they_can_come_to_say_is_known_beforehand() -> None:
    words = resident(
        picks_up=["voicemail", "answer"], corrects=True, says={"a": ["一", "二"], "*": "一"}
    ).all_words()
    assert words[:3] == ["一", "二", "是的"]
    assert {"不是", "说错了"} < set(words)
    assert any("留言" in line for line in words)


def test_each_attempt_is_met_as_described_and_the_last_description_repeats() -> None:
    evasive = resident(picks_up=["busy", "hangs_up_at:temperature"])
    assert evasive.pick_up(1) == (PickUp.BUSY, None)
    assert evasive.pick_up(2) == evasive.pick_up(9) == (PickUp.HANGS_UP_AT, "temperature")


@pytest.mark.parametrize(
    ("wrong", "with_", "line", "complaint"),
    [
        ("noise_db: 20", "noise: 20", 6, "unknown field"),
        ("locale: zh-CN", "locale: zh", 3, "zh-CN"),
        ('phone: "+8613800000001"', "phone: 13800000001", 2, "phone"),
        ("[no_answer, answer]", "[no_answer, asleep]", 5, "asleep"),
        ("[no_answer, answer]", '"hangs_up_at:"', 5, "hangs_up_at"),
        ("symptoms: 有点咳嗽", "symptoms: []", 11, "symptoms"),
        ("barges_in: false", 'keys: {temperature: "36x"}', 7, "not keys"),
        ("voice: neural", "voice: recordings/wang", 4, "no such folder"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_by_its_line(
    file: Path, wrong: str, with_: str, line: int, complaint: str
) -> None:
    file.write_text(DESCRIBED.replace(wrong, with_), encoding="utf-8")
    with pytest.raises(DataFileError, match=complaint) as caught:
        load_residents(file)
    assert caught.value.line == line


def test_a_number_given_twice_is_refused_at_its_second_line(file: Path) -> None:
    file.write_text(DESCRIBED * 2, encoding="utf-8")
    with pytest.raises(DataFileError, match="twice") as caught:
        load_residents(file)
    assert caught.value.line == 14


def test_a_folder_of_recordings_is_looked_for_beside_the_file(file: Path) -> None:
    (file.parent / "wang").mkdir()
    file.write_text(DESCRIBED.replace("voice: neural", "voice: wang"), encoding="utf-8")
    assert load_residents(file)[0].voice == str(file.parent / "wang")


@pytest.mark.parametrize("locale", ["zh-CN", "en-US", "ko-KR"])
def test_who_is_not_understood_agrees_in_the_words_that_are_then_asked_for(locale: str) -> None:
    wording = yaml.safe_load((PROMPTS / f"{locale}.yaml").read_text(encoding="utf-8"))
    agreeing = resident(locale=locale)
    first, again = (agreeing.words(asks("temperature", nth, confirming=True)) for nth in (1, 2))
    assert first is not None
    assert again is not None
    assert again.startswith(first)
    assert squeezed(again) in squeezed(wording["confirm_again"][0])
    assert {first, again} <= set(agreeing.all_words())


def squeezed(words: str) -> str:
    return "".join(c for c in words.casefold() if c.isalnum())


def test_a_resident_may_speak_first_and_press_keys_when_asked_again() -> None:
    person = resident(keys={"needs": ["", "2"]})
    assert person.presses(asks("needs")) is None
    assert person.presses(asks("needs", 2)) == "2"
