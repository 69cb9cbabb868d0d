"""`callbot campaign preview`: who, who not and why, how the day will go, what is likely wrong."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Annotated, Any

import typer

from callbot.campaigns.planning.forecast import Forecast
from callbot.campaigns.planning.preview import (
    Outlook,
    Preview,
    PreviewRow,
    outlook,
    preview,
    residents,
)
from callbot.campaigns.planning.warnings import warnings
from callbot.campaigns.rules.reasons import SOURCE
from callbot.cli.db import AsJson, Locale, Office, ShowPhones, open_office
from callbot.cli.output import note, print_json, print_table
from callbot.errors import BadInput
from callbot.models import Resident, mask_phone

LISTED = 200
"""Of those who will be called, and of the others."""

NO_NUMBER = "no number of lines would do: some are due later, or retries have to wait"

CampaignId = Annotated[int, typer.Argument(help="the campaign's number")]


def preview_command(
    campaign_id: CampaignId,
    locale: Locale = SOURCE,
    by: Annotated[
        str | None, typer.Option("--by", help="HH:MM: how many more lines would finish by then")
    ] = None,
    only_forecast: Annotated[
        bool, typer.Option("--forecast", help="Calls, lines and time only, not who.")
    ] = False,
    everybody: Annotated[
        bool, typer.Option("--all", help=f"everybody, not the first {LISTED} of each kind")
    ] = False,
    show_phones: ShowPhones = False,
    as_json: AsJson = False,
) -> None:
    """Who will be called today, who will not and why; calls, lines and time expected."""
    with open_office() as office:
        wanted = _moment(office, by)
        seen = preview(office.database, campaign_id, office.now)
        ahead = outlook(office.database, campaign_id, seen.due, office.now, office.settings.zone)
        rows = _listed(seen, everybody=everybody or as_json) if not only_forecast else []
        people = residents(office.database, rows)
        shown = [
            _row(row, people[row.resident_id], locale, show_phones=show_phones)
            for row in rows
            if row.resident_id in people
        ]
        amiss = warnings(office.database, campaign_id, office.now, office.settings.zone, locale)
        if as_json:
            told = {**_forecast(ahead, wanted), "warnings": amiss}
            print_json(told if only_forecast else shown)
            return
        if not only_forecast:
            _print_rows(office, campaign_id, shown)
            _note_left_out(seen, len(shown))
        _print_forecast(office, ahead, wanted)
        why = seen.not_called(lambda verdict: verdict.said(locale))
        for words, count in why.most_common(10):
            note(f"{count} not called: {words}")
        for words in amiss:
            note(f"[yellow]careful:[/] {words}")
        note(f"{seen.due.total()} to be called today, {why.total()} not")


def _listed(seen: Preview, *, everybody: bool) -> list[PreviewRow]:
    """By id. Names of a hundred thousand take some seconds to decipher, and nobody reads them."""
    if everybody:
        return seen.rows()
    first = [*seen.first(LISTED, called=True), *seen.first(LISTED, called=False)]
    return sorted(first, key=lambda row: row.resident_id)


def _note_left_out(seen: Preview, shown: int) -> None:
    left_out = sum(len(group.resident_ids) for group in seen.groups) - shown
    if left_out > 0:
        note(f"{left_out} more are not listed; `--all` lists everybody")


def warn(office: Office, campaign_id: int) -> None:
    """What is likely wrong, to the person who starts the campaign."""
    for words in warnings(office.database, campaign_id, office.now, office.settings.zone):
        note(f"[yellow]careful:[/] {words}")


def _moment(office: Office, by: str | None) -> datetime | None:
    """Today at that time of day, by the office's clock."""
    if by is None:
        return None
    try:
        at = time.fromisoformat(by)
    except ValueError as error:
        raise BadInput(f"--by {by!r}: not a time of day; write it like 17:30") from error
    zone = office.settings.zone
    return datetime.combine(office.now.astimezone(zone).date(), at, zone)


def _row(row: PreviewRow, resident: Resident, locale: str, *, show_phones: bool) -> dict[str, Any]:
    return {
        "resident_id": row.resident_id,
        "name": resident.name,
        "phone": resident.phone if show_phones else mask_phone(resident.phone),
        "community": resident.community,
        "grid": resident.grid,
        "call_at": row.call_at,
        "why": row.said(locale),
        "blockers": [reason.blocker for reason in row.in_the_way.reasons],
    }


def _print_rows(office: Office, campaign_id: int, shown: Sequence[dict[str, Any]]) -> None:
    print_table(
        f"campaign {campaign_id} at {office.local(office.now)}",
        ("id", "resident", "where", "call at", "why not, or already planned"),
        [
            (
                row["resident_id"],
                f"{row['name']}\n{row['phone']}",
                f"{row['community']}\n{row['grid']}".strip(),
                _time(office, row["call_at"]),
                row["why"],
            )
            for row in shown
        ],
        whole=("id", "resident", "call at"),
    )


def _forecast(ahead: Outlook, by: datetime | None) -> dict[str, Any]:
    expected = ahead.expected
    told: dict[str, Any] = {
        "people": ahead.day.people,
        "lines": ahead.lines,
        "lines_needed": ahead.lines_needed,
        "rates": {**vars(ahead.day.rates), "assumed": ahead.day.rates.rings == 0},
        "attempts": expected and round(expected.attempts, 1),
        "reached": expected and round(expected.reached, 1),
        "unreached": expected and round(expected.unreached, 1),
        "left": expected and round(expected.left, 1),
        "finish_at": expected and expected.finish_at,
    }
    if by is not None:
        told["by"], told["more_lines"] = by, ahead.more_lines_for(by)
    return told


def _print_forecast(office: Office, ahead: Outlook, by: datetime | None) -> None:
    rates = ahead.day.rates
    source = f"of the last {rates.rings} rings" if rates.rings else "assumed, no figures yet"
    lines: list[tuple[str, str]] = [
        ("to be called", str(ahead.day.people)),
        ("reached by one ring", f"{rates.reached:.0%} ({source})"),
        ("seconds on the line", f"{rates.talk_s:.0f} reached, {rates.ring_s:.0f} not"),
        ("lines there are", str(ahead.lines or "none yet")),
        ("lines needed today", _or_none(ahead.lines_needed)),
    ]
    if ahead.expected is not None:
        lines += _expected(office, ahead.expected)
    if by is not None:
        more = _or_none(ahead.more_lines_for(by))
        lines.append((f"more lines to be done by {by:%H:%M}", more))
    print_table("forecast for today", ("", ""), lines)


def _expected(office: Office, expected: Forecast) -> list[tuple[str, str]]:
    done = _time(office, expected.finish_at) if expected.finish_at else "not today"
    return [
        ("attempts expected", f"{expected.attempts:.0f}"),
        ("reached", f"{expected.reached:.0f}"),
        ("not reached by any attempt", f"{expected.unreached:.0f}"),
        ("left when the hours end", f"{expected.left:.0f}"),
        ("done at", done),
    ]


def _or_none(lines: int | None) -> str:
    return NO_NUMBER if lines is None else str(lines)


def _time(office: Office, moment: datetime | None) -> str:
    """The time of day alone: a preview is of today, which its title names."""
    return f"{moment.astimezone(office.settings.zone):%H:%M}" if moment else "not today"
