"""The web application: one FastAPI application, put together from one router for each subject."""

from dataclasses import dataclass

from fastapi import APIRouter, FastAPI

from callbot.clock import Clock
from callbot.config import Settings
from callbot.db import Database
from callbot.web import health


@dataclass(frozen=True)
class Office:
    """What every page and webhook works with; in a route: `request.app.state.office`."""

    settings: Settings
    database: Database
    clock: Clock


def create_app(office: Office, *carriers: APIRouter) -> FastAPI:
    """The application. carriers: routers of the carriers that are reached over HTTP."""
    app = FastAPI(title="Callbot", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.office = office
    for router in (health.router, *carriers):
        app.include_router(router)
    return app
