"""Templates to HTML: everything escaped, every word in the visitor's language, times local."""

from datetime import date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request

from callbot.models import mask_phone
from callbot.review.labels import labels_for
from callbot.web import language, words
from callbot.web.assets import asset

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(asset=asset, languages=language.LANGUAGES)
    made.filters.update(masked=mask_phone, duration=words.duration)
    return made


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
            labels=labels_for(spoken),
            words=words.Words(spoken),
            here=_here(request),
            now=clock.now(),
            today=clock.now().astimezone(zone).date(),
            at=partial(_at, zone),
            at_time=lambda moment: f"{moment:%H:%M}" if moment else "",
            days=timedelta,
            **{"desk": None, **context},
        )
    )


def _here(request: Request) -> str:
    """The page's own address, to come back to."""
    query = f"?{request.url.query}" if request.url.query else ""
    return request.url.path + query


def _at(zone: ZoneInfo, moment: datetime | date | None, form: str = "%m-%d %H:%M") -> str:
    """A moment as the office's clock shows it; a day as it is."""
    if moment is None:
        return ""
    if isinstance(moment, datetime):
        moment = moment.astimezone(zone)
    return moment.strftime(form)
