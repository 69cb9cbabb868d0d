"""Reports: figures of a day or a longer period, on the page, on paper and as workbooks."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from callbot.dialog.answers import Kind
from callbot.errors import BadInput
from callbot.models import Viewing, note_viewing
from callbot.review.choice import Choice
from callbot.review.labels import labels_for
from callbot.review.ledger import Ledger
from callbot.review.report import MOST_TEMPERATURES, Report, make_report, workbook_of
from callbot.web.charts import report as charts
from callbot.web.desk import Desk, Revealing, Seeing
from callbot.web.language import language_of
from callbot.web.places import communities, grids

router = APIRouter()

TEMPERATURES = 12
"""Residents with a line of temperatures on the page; the workbook has more."""

USUAL_DAYS = (1, 7, 14, 30)
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Asked:
    """The report's address: what was asked for, as it was written."""

    first: Annotated[str, Query(alias="from")] = ""
    last: Annotated[str, Query(alias="to")] = ""
    campaign: str = ""
    community: Annotated[str, Query(max_length=200)] = ""
    grid: Annotated[str, Query(max_length=200)] = ""

    def choice(self, desk: Desk) -> Choice:
        """Raises BadInput for a period that is none; a grid counts only with its community."""
        today = desk.now.astimezone(desk.office.settings.zone).date()
        try:
            last = date.fromisoformat(self.last) if self.last else today
            first = date.fromisoformat(self.first) if self.first else last
            campaign = int(self.campaign) if self.campaign else None
        except ValueError as error:
            raise BadInput(desk.say("日期不对。")) from error
        grid = self.grid if self.community else ""
        return Choice(first, last, desk.visitor.areas, campaign, self.community, grid)


@router.get("/reports")
def reports_page(asked: Annotated[Asked, Depends()], desk: Desk = Seeing) -> Response:
    problem = ""
    try:
        choice = asked.choice(desk)
    except BadInput:
        problem = desk.say("日期不对：开始日不能晚于结束日，最长92天。以下是今天的报告。")
        choice = Asked().choice(desk)
    report = _make(desk, choice, lists=False, most_temperatures=TEMPERATURES)
    names = labels_for(language_of(desk.request)).of_figures
    today = desk.now.astimezone(desk.office.settings.zone).date()
    if report.temperatures.lines:
        _note_viewing(desk)
    return desk.page(
        "reports/page.html",
        status=422 if problem else 200,
        problem=problem,
        report=report,
        figures=report.figures,
        place_rows=[
            (key or names.not_filled_in, each) for key, each in report.figures.by_place.items()
        ],
        campaigns=_offered(desk, report),
        campaign_rows=[
            (report.campaigns.get(key, names.no_campaign), each)
            for key, each in report.figures.by_campaign.items()
        ],
        choice=choice,
        names=names,
        charts=charts,
        communities=communities(desk.database, desk.visitor.areas),
        grids=grids(desk.database, desk.visitor.areas, choice.community),
        query=desk.request.url.query,
        periods=[(days, today - timedelta(days=days - 1), today) for days in USUAL_DAYS],
    )


@router.get("/reports/figures.xlsx")
def figures_workbook(asked: Annotated[Asked, Depends()], desk: Desk = Seeing) -> Response:
    return _workbook(desk, asked, lists=False)


@router.get("/reports/lists.xlsx")
def lists_workbook(asked: Annotated[Asked, Depends()], desk: Desk = Revealing) -> Response:
    """One day with names and numbers in clear."""
    return _workbook(desk, asked, lists=True)


def _workbook(desk: Desk, asked: Asked, *, lists: bool) -> Response:
    try:
        choice = asked.choice(desk)
        ledger: Ledger = desk.request.app.state.ledger
        ledger.bring_up_to_date(choice.first, choice.last, desk.now)
        report = _make(desk, choice, lists=lists, most_temperatures=MOST_TEMPERATURES)
    except BadInput:
        told = desk.say("这份表格做不出来：名单一次只能下载一天，统计最长92天。")
        return desk.back("/reports", told, problem=True)
    _note_viewing(desk)
    language = language_of(desk.request)
    content = workbook_of(report, desk.scripts.symptom_names(language), language)
    period = f"{choice.first}" if choice.first == choice.last else f"{choice.first}_{choice.last}"
    name = f"{'lists' if lists else 'figures'}-{period}.xlsx"
    disposition = f'attachment; filename="{name}"'
    return Response(content, media_type=WORKBOOK, headers={"Content-Disposition": disposition})


def _note_viewing(desk: Desk) -> None:
    """Names and what they answered are private: who saw them goes into the audit."""
    with desk.database.session() as rows:
        note_viewing(rows, desk.now, desk.visitor.name, Viewing.REPORT)


def _make(desk: Desk, choice: Choice, *, lists: bool, most_temperatures: int) -> Report:
    ledger: Ledger = desk.request.app.state.ledger
    return make_report(
        desk.database,
        ledger,
        choice,
        desk.now,
        desk.scripts.question_ids(Kind.TEMPERATURE),
        lists=lists,
        most_temperatures=most_temperatures,
    )


def _offered(desk: Desk, report: Report) -> dict[int, str]:
    """Campaigns to choose from: of a visitor with areas, those that called somebody there."""
    if not desk.visitor.areas:
        return report.campaigns
    called = report.figures.by_campaign
    return {key: name for key, name in report.campaigns.items() if key in called}
