"""The figures of `callbot bench conversation` and `callbot bench console` as tables."""

from collections.abc import Sequence

from callbot.bench.console import ConsoleBench
from callbot.bench.conversation import ConditionFigures
from callbot.bench.recorded_answers import RecordedFigures
from callbot.bench.tallies import TallyOfKind
from callbot.cli.output import print_json, print_table

_KIND_COLUMNS = ("right", "unclear", "wrong yet clear")


def show_pages(measured: ConsoleBench) -> None:
    print_table(
        f"{measured.residents} residents; ready after the start: today's figures "
        f"{measured.figures_ready_s} s, scripts {measured.scripts_ready_s} s, search "
        f"{measured.search_ready_s} s, days of reports {measured.days_ready_s} s",
        ("page", "p50 ms", "p95 ms", "processor ms", "kB", "kB with assets"),
        [
            (p.page, p.p50_ms, p.p95_ms, p.cpu_ms, p.kilobytes, p.with_assets_kilobytes)
            for p in measured.pages
        ],
    )


def show_conditions(measured: Sequence[ConditionFigures], *, as_json: bool) -> None:
    if as_json:
        print_json([figures.as_json() for figures in measured])
        return
    print_table(
        "Answers",
        ("condition", "kind", "answers", *_KIND_COLUMNS),
        [
            (figures.condition, kind, *_tally_cells(tally))
            for figures in measured
            for kind, tally in (*sorted(figures.kinds.items()), ("all", figures.all_kinds))
        ],
    )
    print_table(
        "Calls",
        (
            *("condition", "completed", "abnormal flagged", "turns a call", "seconds a call"),
            *("response p50 / p95", "early cuts", "barge-in, at most"),
        ),
        [
            (
                f.condition,
                f"{f.completed} of {f.calls}",
                f"{f.flagged} of {f.abnormal}",
                f.turns_per_call,
                f.seconds_per_call,
                f"{_ms(f.response_p50_ms)} / {_ms(f.response_p95_ms)}",
                f"{f.early_cuts} of {f.spoken_turns}",
                _ms(f.barge_in_max_ms),
            )
            for f in measured
        ],
    )


def show_recorded(figures: RecordedFigures, *, as_json: bool) -> None:
    if as_json:
        print_json(figures.as_json())
        return
    print_table(
        f"{figures.recordings} recordings",
        ("kind", "answers", *_KIND_COLUMNS),
        [(kind, *_tally_cells(tally)) for kind, tally in sorted(figures.kinds.items())],
    )
    rows = [("latency p50 / p95", f"{figures.latency_p50_s:.2f} s / {figures.latency_p95_s:.2f} s")]
    rows += [("wrong yet clear", name) for name in figures.wrong]
    print_table("", ("figure", "value"), rows)


def _tally_cells(tally: TallyOfKind) -> tuple[object, ...]:
    return (
        tally.answers,
        f"{tally.right_share:.1%}",
        tally.unclear,
        f"{tally.wrong_but_clear} ({tally.wrong_share:.1%})",
    )


def _ms(value: int | None) -> str:
    return "none" if value is None else f"{value} ms"
