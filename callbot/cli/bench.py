"""`callbot bench …`: the figures of BENCHMARKS.md, measured again on this machine."""

import asyncio
import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from callbot.bench.calls import ROUNDS, CallsBench, bench_calls
from callbot.bench.console import bench_console
from callbot.bench.conversation import (
    CALLS_AT_ONCE,
    SCRIPT,
    Condition,
    ConditionFigures,
    bench_conversation,
)
from callbot.bench.large_office import Size
from callbot.bench.recorded_answers import RecordedFigures, bench_recorded, load_truths
from callbot.bench.speech import (
    RecognitionFigures,
    SpeechFigures,
    bench_recognition,
    bench_speech,
    recorded_samples,
)
from callbot.bench.streaming import StreamingCost
from callbot.bench.utterances import model_of_tests, recordings_hints, spoken_samples
from callbot.cli.bench_campaigns import dialer, planning, starts
from callbot.cli.bench_carrier import carrier
from callbot.cli.bench_tables import show_conditions, show_pages, show_recorded
from callbot.cli.bench_viewers import viewers
from callbot.cli.db import AsJson
from callbot.cli.output import Stages, print_json, print_table
from callbot.clock import SystemClock
from callbot.config import Settings, load_settings
from callbot.dialog.script import Script, load_script
from callbot.errors import BadInput
from callbot.rehearsal.figures import Figures
from callbot.rehearsal.reach import Reached
from callbot.speech.engines import recognizer_for
from callbot.speech.pyttsx3_engine import Pyttsx3Synthesizer
from callbot.speech.synthesizer import Prompt
from callbot.speech.vosk import VoskRecognizer
from callbot.telephony.simulated.studio import Studio

app = typer.Typer(help="Measures speech and calls on this machine.", no_args_is_help=True)
app.command()(carrier)
app.command()(dialer)
app.command()(planning)
app.command()(starts)
app.command()(viewers)


@app.command()
def speech(
    audio: Annotated[
        Path | None, typer.Option(help="your own WAV files, each with its words in a .txt")
    ] = None,
    locale: Annotated[str, typer.Option(help="of your own files")] = "zh-CN",
    noise_db: Annotated[
        float | None, typer.Option(help="signal-to-noise ratio; a clean line when left out")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Recognition, streaming and synthesis; or recognition of recordings of your own."""
    settings = load_settings()
    script = load_script(settings.prompts_dir, "quarantine")
    if audio is None:
        figures = asyncio.run(_speech(settings, script, noise_db))
        recognised = figures.recognition[0]
    else:
        figures = None
        recognised = asyncio.run(_own_recordings(settings, script, audio, locale))
    if as_json:
        print_json(asdict(figures or recognised))
        return
    print_table("Recognition", ("figure", "value"), _recognition_rows(recognised))
    if figures is not None:
        print_table("Streaming and synthesis", ("figure", "value"), _speech_rows(figures))


@app.command()
def calls(
    at_once: Annotated[int, typer.Option("--calls", min=1, max=200)] = 8,
    carrier: Annotated[
        Reached,
        typer.Option("--carrier", help="sip, twilio: over their wire, on loopback"),
    ] = Reached.SIMULATED,
    barges_in: Annotated[
        bool, typer.Option("--barges-in", help="residents interrupt each question")
    ] = False,
    locale: Annotated[str, typer.Option(help="zh-CN by Whisper, ko-KR by Vosk")] = "zh-CN",
    in_step: Annotated[
        bool, typer.Option("--in-step", help="everybody says the same at the same time")
    ] = False,
    rounds: Annotated[int, typer.Option(min=1, help="calls on each line")] = ROUNDS,
    as_json: AsJson = False,
) -> None:
    """Spoken conversations at once, in real time; 40 take two minutes a round."""
    settings = load_settings()
    with Stages() as stages:
        bench = asyncio.run(
            bench_calls(
                at_once,
                settings,
                SystemClock().now(),
                stages.show,
                reached=carrier,
                barges_in=barges_in,
                locale=locale,
                in_step=in_step,
                rounds=rounds,
            )
        )
    if as_json:
        print_json(bench.as_json())
    else:
        print_table(f"{at_once} calls at once", ("figure", "value"), _calls_rows(bench))


@app.command()
def conversation(
    residents: Annotated[int, typer.Option(min=1, max=200, help="under each condition")] = 16,
    condition: Annotated[
        list[Condition] | None, typer.Option(help="may be repeated; all when left out")
    ] = None,
    at_once: Annotated[int, typer.Option("--calls", min=1, max=200)] = CALLS_AT_ONCE,
    audio: Annotated[Path | None, typer.Option(help="a folder of your own recordings")] = None,
    truths: Annotated[
        Path | None, typer.Option(help="with --audio: a sheet of file, question, said")
    ] = None,
    locale: Annotated[str, typer.Option(help="of your own recordings")] = "zh-CN",
    as_json: AsJson = False,
) -> None:
    """Whole calls under noise, loss and different voices; or answers you recorded yourself."""
    settings = load_settings()
    if (audio is None) != (truths is None):
        raise BadInput("--audio and --truths go together: recordings, and what was said in them")
    if audio is not None and truths is not None:
        with Stages() as stages:
            recorded = asyncio.run(_recorded(settings, audio, truths, locale, stages))
        show_recorded(recorded, as_json=as_json)
        return
    measured: list[ConditionFigures] = []

    async def measure(stages: Stages) -> None:
        conditions = condition or list(Condition)
        async for figures in bench_conversation(
            conditions,
            residents,
            settings,
            SystemClock().now(),
            at_once=at_once,
            progress=stages.show,
        ):
            measured.append(figures)

    try:
        with Stages() as stages:
            asyncio.run(measure(stages))
    finally:
        # All eight take half an hour: what was measured before a failure or Ctrl-C is not lost.
        if measured:
            show_conditions(measured, as_json=as_json)


async def _recorded(
    settings: Settings, folder: Path, sheet: Path, locale: str, stages: Stages
) -> RecordedFigures:
    script = load_script(settings.prompts_dir, SCRIPT)
    answers = load_truths(folder, sheet, script, locale)
    recognizer = recognizer_for(
        locale, settings.asr.get(locale), data_dir=settings.data_dir, workers=1
    )
    await recognizer.start()
    try:
        return await bench_recorded(answers, script, recognizer, stages.show)
    finally:
        await recognizer.close()


@app.command()
def console(
    residents: Annotated[int, typer.Option(min=600, max=1_000_000)] = 100_000,
    answers: Annotated[int, typer.Option(min=1)] = 1_000_000,
    flags: Annotated[int, typer.Option(min=1000)] = 50_000,
    folder: Annotated[
        Path | None, typer.Option(help="keeps the office there, and takes it again next time")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Server time of the console's pages with a large office behind them."""
    size = Size(residents, answers, flags)
    with tempfile.TemporaryDirectory(prefix="callbot-bench-") as own, Stages() as stages:
        place = folder or Path(own)
        measured = bench_console(place, size, SystemClock().now(), stages.show)
    if as_json:
        print_json(asdict(measured))
    else:
        show_pages(measured)


async def _speech(settings: Settings, script: Script, noise_db: float | None) -> SpeechFigures:
    samples = await spoken_samples(script, Studio(settings.data_dir / "cache"), noise_db)
    recognizer = recognizer_for("zh-CN", None, data_dir=settings.data_dir, workers=1)
    model = model_of_tests()
    sentences = [
        Prompt(prompt_id, "zh-CN", text) for prompt_id, text in script.fixed_prompts("zh-CN")
    ]
    return await bench_speech(
        samples,
        recognizer,
        Pyttsx3Synthesizer(),
        sentences,
        script,
        VoskRecognizer("ko-KR", model) if model else None,
    )


async def _own_recordings(
    settings: Settings, script: Script, folder: Path, locale: str
) -> RecognitionFigures:
    samples = recorded_samples(folder, recordings_hints(script, locale))
    recognizer = recognizer_for(
        locale, settings.asr.get(locale), data_dir=settings.data_dir, workers=1
    )
    await recognizer.start()
    try:
        return await bench_recognition(samples, recognizer)
    finally:
        await recognizer.close()


def _recognition_rows(f: RecognitionFigures) -> list[tuple[str, str]]:
    return [
        ("engine", f.engine),
        ("utterances", f"{f.utterances} of {f.audio_s:.0f} s"),
        ("latency p50 / p95", f"{f.latency_p50_s:.3f} s / {f.latency_p95_s:.3f} s"),
        ("error rate of sounds", f"{f.character_error_rate:.1%}"),
        ("best reading right", f"{f.right:.1%}"),
        ("right one in the list", f"{f.right_in_list:.1%}"),
    ]


def _speech_rows(f: SpeechFigures) -> list[tuple[str, str]]:
    return [
        *_streaming_rows(f.streaming),
        ("synthesis of a sentence, p50", f"{f.synthesis_p50_s:.3f} s"),
        ("synthesis of a sentence, p95", f"{f.synthesis_p95_s:.3f} s"),
    ]


def _streaming_rows(cost: StreamingCost | None) -> list[tuple[str, str]]:
    if cost is None:
        return [("Vosk", "no model here")]
    return [
        ("Vosk, CPU s per s of a call", f"{cost.per_call_s:.3f}"),
        ("Vosk, CPU s per s fed to it", f"{cost.per_fed_s:.3f}"),
        ("fed to it, of a call", f"{cost.fed_s / cost.call_s:.0%} of {cost.call_s:.0f} s"),
    ]


def _calls_rows(bench: CallsBench) -> list[tuple[str, object]]:
    figures = bench.figures
    return [
        ("calls", figures.attempts),
        ("completed", figures.outcomes.get("completed", 0)),
        ("sent to the emergency number, which ends a call", figures.sent_for_help),
        ("responses", figures.responses),
        ("response p50", f"{figures.response_p50_ms} ms"),
        ("response p95", f"{figures.response_p95_ms} ms"),
        *_filler_rows(figures),
        ("first word after pick-up", f"{figures.first_word_max_ms} ms at most"),
        ("early cuts", f"{figures.early_cuts} of {figures.spoken_turns} turns"),
        *_barge_in_rows(bench),
        ("CPU of recognition", f"{bench.recognition_cpu_share:.1%} of a core"),
        *_outside_rows(bench),
        ("memory", f"{figures.memory_mb} MB"),
        ("frames late", bench.late_frames),
        *_transport_rows(bench),
    ]


def _filler_rows(figures: Figures) -> list[tuple[str, object]]:
    if not figures.fillers:
        return []
    understood = f"{figures.understood_p50_ms} / {figures.understood_p95_ms} ms"
    return [
        ("of them fillers", figures.fillers),
        ("fillers passed over, at the node, p50 / p95", understood),
    ]


def _outside_rows(bench: CallsBench) -> list[tuple[str, object]]:
    outside, cores = bench.outside_recognition_share, os.cpu_count() or 1
    rows: list[tuple[str, object]] = [
        ("CPU outside it", f"{outside:.1%} of a core, {outside / cores:.1%} of {cores}")
    ]
    if bench.sip_cpu_share:
        rows.append(("of that, the SIP process", f"{bench.sip_cpu_share:.1%} of a core"))
    rows.append(("CPU of the residents' side", f"{bench.far_end_cpu_share:.1%} of a core"))
    return rows


def _barge_in_rows(bench: CallsBench) -> list[tuple[str, object]]:
    figures = bench.figures
    if figures.barge_in_max_ms is None:
        return []
    times = f"{figures.barge_in_p50_ms} / {figures.barge_in_p95_ms} / {figures.barge_in_max_ms} ms"
    return [("silent after barge-in p50 / p95 / max", times)]


def _transport_rows(bench: CallsBench) -> list[tuple[str, object]]:
    if bench.missing_frames_share is None:
        return []
    return [("frames lost or 60 ms late at the peer", f"{bench.missing_frames_share:.2%}")]
