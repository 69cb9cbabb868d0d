"""`callbot doctor`: what is configured, what works, what is missing and what to do about it."""

import asyncio
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Annotated

import typer

from callbot import db, vault
from callbot.cli.db import AsJson
from callbot.cli.output import print_json, print_table
from callbot.clock import SystemClock
from callbot.config import Settings, load_settings
from callbot.dialog.script import script_names
from callbot.errors import CallbotError
from callbot.models import check_key
from callbot.script_shelf import ScriptShelf
from callbot.speech.engines import recognizer_for
from callbot.speech.pyttsx3_engine import Pyttsx3Synthesizer
from callbot.speech.recognizer import Hints
from callbot.speech.synthesizer import Prompt
from callbot.telephony.carriers import CarrierFolder, carrier_folder, carrier_names

LOW_DISK_GB = 2.0
FAILED = 1


class Verdict(StrEnum):
    FINE = "fine"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True)
class Finding:
    """What was looked at, and what was found or is to be done."""

    what: str
    verdict: Verdict
    detail: str


def doctor_command(
    carrier: Annotated[
        str, typer.Option("--carrier", help="proves this carrier alone; nobody is rung")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Looks at settings, database, prompts, voice and recognisers; exit status 1 if broken."""
    settings = load_settings()
    findings = list(_carriers(settings, carrier) if carrier else _examine(settings))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        rows = [(f.what, f.verdict, f.detail) for f in findings]
        print_table("Callbot's health", ("what", "state", "detail"), rows, whole=("what", "state"))
    if any(finding.verdict is Verdict.BROKEN for finding in findings):
        raise typer.Exit(FAILED)


def _examine(settings: Settings) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", Verdict.FINE, version)
    yield _try("database", lambda: _database(settings))
    yield _disk(settings)
    locales: set[str] = set()
    # Reads the words of a language once for all scripts.
    shelf, names = ScriptShelf(settings.prompts_dir), script_names(settings.prompts_dir)
    for name in names:
        yield _try(f"script {name}", lambda name=name: _script(shelf, name, locales))  # type: ignore[misc]
    if not names:
        todo = f"no scripts in {settings.prompts_dir}; set CALLBOT_PROMPTS_DIR"
        yield Finding("scripts", Verdict.BROKEN, todo)
    for locale in sorted(locales):
        yield _try(f"voice {locale}", lambda locale=locale: asyncio.run(_voice(locale)))  # type: ignore[misc]
        yield _try(
            f"recogniser {locale}",
            lambda locale=locale: asyncio.run(_recogniser(settings, locale)),  # type: ignore[misc]
        )
    todo = f"`callbot doctor --carrier` {' or '.join(carrier_names())} proves one, and rings nobody"
    yield Finding("carriers", Verdict.FINE, todo)


def _carriers(settings: Settings, names: str) -> Iterator[Finding]:
    """What a carrier's own check proves, up to the first thing that is wrong."""
    for name in (part.strip() for part in names.split(",")):
        folder = carrier_folder(name)
        try:
            for proven in asyncio.run(_proven(folder, settings)):
                yield Finding(name, Verdict.FINE, proven)
        except CallbotError as error:
            yield Finding(name, Verdict.BROKEN, str(error))


async def _proven(folder: CarrierFolder, settings: Settings) -> Sequence[str]:
    return await folder.check(settings, SystemClock())


def _try(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, Verdict.FINE, look())
    except CallbotError as error:
        return Finding(what, Verdict.BROKEN, str(error))


def _database(settings: Settings) -> str:
    database = db.open_database(settings)
    try:
        vault.unlock(settings.encryption_keys, settings.data_dir)
        state = db.describe(database)
        if state["schema"] is not None:
            with database.reading() as session:
                check_key(session)
    finally:
        database.close()
    schema = state["schema"] or "none yet; it is made at first use"
    return f"{state['database']}, schema {schema}"


def _disk(settings: Settings) -> Finding:
    folder = settings.data_dir.absolute()
    there = next(path for path in (folder, *folder.parents) if path.is_dir())
    free_gb = shutil.disk_usage(there).free / 2**30
    detail = f"{free_gb:.1f} GB free for recordings (115 MB for each hour of calls)"
    verdict = Verdict.FINE if free_gb >= LOW_DISK_GB else Verdict.WARNING
    return Finding("disk", verdict, detail)


def _script(shelf: ScriptShelf, name: str, locales: set[str]) -> str:
    script = shelf.script(name)
    locales.update(script.wordings)
    return f"version {script.version}, {', '.join(script.wordings)}"


async def _voice(locale: str) -> str:
    synthesizer = Pyttsx3Synthesizer()
    try:
        await synthesizer.start()
        sound = await synthesizer.speak(Prompt("doctor", locale, "1 2 3"))
    finally:
        await synthesizer.close()
    return f"{synthesizer.voice(locale).id}, {len(sound) / 16000:.1f} s spoken"


async def _recogniser(settings: Settings, locale: str) -> str:
    recognizer = recognizer_for(
        locale, settings.asr.get(locale), data_dir=settings.data_dir, workers=1
    )
    try:
        await recognizer.start()
        stream = recognizer.open(Hints(locale))
        stream.feed(bytes(16000))
        await stream.result()
        await stream.close()
    finally:
        await recognizer.close()
    return f"{recognizer.name}, model verified, decodes"
