"""Probes: the process lives, and says why when it cannot do its work."""

from pathlib import Path

from web_office import Console

from callbot.config import Settings
from callbot.web.app import Office


async def ready(console: Console) -> tuple[int, str]:
    answer = await console.browser().get("/readyz")
    return answer.status_code, answer.json().get("detail", "")


def set_up(console: Console, **given: object) -> None:
    settings = Settings(data_dir=console.office.settings.data_dir, **given)
    console.app.state.office = Office(settings, console.office.database, console.clock)


async def test_ready_with_a_database_and_models(console: Console) -> None:
    assert await ready(console) == (200, "")


async def test_not_ready_while_the_database_is_away(console: Console) -> None:
    console.office.database.close()
    (console.office.settings.data_dir / "callbot.sqlite3").unlink()
    (console.office.settings.data_dir / "callbot.sqlite3").mkdir()
    status, detail = await ready(console)
    assert (status, bool(detail)) == (503, True)
    assert (await console.browser().get("/healthz")).status_code == 200


async def test_not_ready_without_a_model_that_a_language_needs(
    console: Console, tmp_path: Path
) -> None:
    model = tmp_path / "vosk-model-small-ko-0.22"
    set_up(console, asr={"ko-KR": f"vosk:{model}"})
    assert await ready(console) == (503, f"CALLBOT_ASR_KO_KR: no such folder: {model}")
    model.mkdir()
    status, detail = await ready(console)
    assert status == 503
    assert str(model) in detail


async def test_not_ready_when_a_model_was_cut_short(console: Console) -> None:
    folder = console.office.settings.data_dir / "models" / "whisper-base"
    folder.mkdir(parents=True)
    status, detail = await ready(console)
    assert status == 503
    assert "whisper-base" in detail
