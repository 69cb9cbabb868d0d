"""The addresses of the carriers that are reached over HTTP: `callbot.web.<carrier>_webhooks`."""

from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec

from fastapi import APIRouter, FastAPI

from callbot.telephony.carrier import Carrier


def webhooks_of(carriers: Iterable[Carrier]) -> list[APIRouter]:
    routers = []
    for carrier in carriers:
        module = f"callbot.web.{carrier.name}_webhooks"
        if find_spec(module) is not None:
            router = import_module(module).router_of(carrier)
            assert isinstance(router, APIRouter)
            routers.append(router)
    return routers


def app_of(carriers: Iterable[Carrier]) -> FastAPI:
    """An application of these addresses alone, without a console."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    for router in webhooks_of(carriers):
        app.include_router(router)
    return app
