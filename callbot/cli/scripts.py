"""`callbot scripts …`: the prompts that the office edits."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from callbot.cli.db import AsJson
from callbot.cli.output import note, print_json, print_table
from callbot.cli.talk import Talk
from callbot.clock import SystemClock
from callbot.config import Settings, load_settings
from callbot.dialog.diagram import mermaid
from callbot.dialog.script import Script, load_script, script_names
from callbot.dialog.session import Session
from callbot.dialog.silent_call import SilentCall
from callbot.dialog.state import Member
from callbot.dialog.trial import EXAMPLE_NAME, KEYS_PREFIX, third_day
from callbot.errors import BadInput
from callbot.script_shelf import ScriptShelf

app = typer.Typer(help="Dialogue scripts.", no_args_is_help=True)


@app.command()
def check(
    path: Annotated[
        Path | None, typer.Argument(help="a script's folder; all when left out")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Checks questions, branches, rules, wording and lexicons; the first error by file and line."""
    scripts = _scripts(path)
    rows = [
        (s.name, s.version, len(s.file.questions), len(s.file.rules), list(s.wordings))
        for s in scripts
    ]
    columns = ("script", "version", "questions", "rules", "languages")
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        shown = [(*row, ", ".join(languages)) for *row, languages in rows]
        print_table("Scripts without an error", columns, shown)


@app.command()
def diagram(
    name: Annotated[str, typer.Argument(help="the script's name")], as_json: AsJson = False
) -> None:
    """Prints the dialogue as a Mermaid state diagram."""
    drawn = mermaid(load_script(load_settings().prompts_dir, name).file)
    if as_json:
        print_json({"script": name, "mermaid": drawn})
    else:
        typer.echo(drawn)


@app.command()
def talk(
    name: Annotated[str, typer.Argument(help="the script's name")],
    locale: Annotated[str, typer.Option(help="the language to talk in")] = "zh-CN",
    resident: Annotated[str, typer.Option(help="whom the bot asks for")] = EXAMPLE_NAME,
    member: Annotated[
        list[str] | None, typer.Option(help="another of the household; may be given again")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Talks by typing: words, keys as #365, an empty line is silence, Ctrl-D hangs up."""
    settings = load_settings()
    script = load_script(settings.prompts_dir, name)
    members = [Member(id=str(number), name=each) for number, each in enumerate(member or (), 1)]
    session = Session.new(
        script,
        locale,
        _variables(settings, script, locale, resident),
        time_zone=settings.timezone,
        members=members,
    )
    conversation = Talk(SilentCall(script, session), SystemClock())
    if sys.stdin.isatty():
        note(f"Type words; {KEYS_PREFIX}365 presses keys, Enter is silence, Ctrl-D hangs up.")
    _show(conversation.start())
    while not conversation.ended:
        typed = sys.stdin.readline()
        _show(conversation.give(typed or None))
    _print_result(conversation.result(), as_json=as_json)


def _variables(settings: Settings, script: Script, locale: str, resident: str) -> dict[str, str]:
    return third_day(
        script,
        locale,
        SystemClock().now().astimezone(settings.zone).date(),
        resident=resident,
        office=settings.office_in(locale),
        office_phone=settings.office_phone,
    )


def _show(lines: Iterable[str]) -> None:
    for line in lines:
        note(escape(line))


def _print_result(result: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(result)
        return
    answers = [
        (a["question"], a.get("member", ""), a["status"], a["value"] or "", a["heard"])
        for a in result["answers"]
    ]
    print_table(
        f"Ended: {result['outcome']}", ("question", "member", "status", "value", "heard"), answers
    )
    flags = [(f["severity"], f["rule"], f.get("member", ""), f["reason"]) for f in result["flags"]]
    print_table("Flags", ("severity", "rule", "member", "reason"), flags)


def _scripts(path: Path | None) -> list[Script]:
    if path is not None:
        folder = path.parent if path.name == "script.yaml" else path
        if not (folder / "script.yaml").is_file():
            raise BadInput(f"{folder}: no script.yaml there; give the folder of a script")
        return [load_script(folder.resolve().parent, folder.resolve().name)]
    prompts = load_settings().prompts_dir
    names = script_names(prompts)
    if not names:
        raise BadInput(f"{prompts}: no scripts there; set CALLBOT_PROMPTS_DIR")
    scripts, shelf = [], ScriptShelf(prompts)
    for name in names:
        note(f"checking {escape(name)}")
        scripts.append(shelf.script(name))
    return scripts
