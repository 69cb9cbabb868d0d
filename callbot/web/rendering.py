"""Templates to HTML: everything escaped, every word in the visitor's language, times local."""

from datetime import date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import URL
from starlette.requests import HTTPConnection, Request

from callbot.models import mask_phone
from callbot.review.labels import labels_for
from callbot.web import language, words
from callbot.web.assets import asset
from callbot.web.once import NumberedForms, new_number

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[NumberedForms],
    )
    made.globals.update(asset=asset, languages=language.LANGUAGES, new_number=new_number)
    made.filters.update(masked=mask_phone, duration=words.duration)
    return made


def read_templates() -> None:
    """All, so that no page waits for one: half a second."""
    for name in environment().list_templates():
        environment().get_template(name)


def render(request: Request, template: str, **context: Any) -> str:
    """`context` beside what every template has: `_`, `language`, `here`, and the filters' words."""
    spoken = language.language_of(request)
    zone = request.app.state.office.settings.zone
    clock = request.app.state.office.clock
    return (
        environment()
        .get_template(template)
        .render(
            _=partial(language.translate, spoken),
            language=spoken,
            colon="：" if spoken == language.SOURCE else ": ",
            semicolon="；" if spoken == language.SOURCE else "; ",
            labels=labels_for(spoken),
            words=words_of(request),
            here=_here(request),
            now=clock.now(),
            today=clock.now().astimezone(zone).date(),
            at=partial(_at, zone),
            at_time=lambda moment: f"{moment:%H:%M}" if moment else "",
            days=timedelta,
            **{"desk": None, **context},
        )
    )


def words_of(request: HTTPConnection) -> words.Words:
    """In the visitor's language."""
    return words.Words(language.language_of(request), request.app.state.scripts)


def _here(request: Request) -> str:
    """The page's own address, to come back to; of an answer to a form, the form's page."""
    url = request.url
    if request.method == "POST":
        url = URL(request.headers.get("referer", "/"))
    return url.path + (f"?{url.query}" if url.query else "")


def _at(zone: ZoneInfo, moment: datetime | date | None, form: str = "%m-%d %H:%M") -> str:
    """A moment as the office's clock shows it; a day as it is."""
    if moment is None:
        return ""
    if isinstance(moment, datetime):
        moment = moment.astimezone(zone)
    return moment.strftime(form)
