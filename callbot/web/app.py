"""The web application: one FastAPI application, put together from one router for each subject."""

from fastapi import APIRouter, FastAPI

from callbot.web import events_api, health, metrics
from callbot.web.console import add_console, console_running
from callbot.web.office import Office

__all__ = ["Office", "create_app"]


def create_app(office: Office, *carriers: APIRouter) -> FastAPI:
    """The application. carriers: routers of the carriers that are reached over HTTP."""
    app = FastAPI(
        title="Callbot", docs_url=None, redoc_url=None, openapi_url=None, lifespan=console_running
    )
    app.state.office = office
    for router in (health.router, metrics.router, events_api.router, *carriers):
        app.include_router(router)
    add_console(app, office)
    return app
