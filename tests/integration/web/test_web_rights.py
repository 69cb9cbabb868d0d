"""Every route there is, by itself: each names a right, and keeps out whoever lacks it."""

import re
from collections.abc import Iterator

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from web_office import Console

from callbot.models import Role
from callbot.web.auth.rights import RIGHTS, Right
from callbot.web.console import ROUTERS
from callbot.web.desk import LoggedIn, same_origin

OPEN_TO_ALL = {"/login", "/language", "/welcome/{token}", "/assets/{version}/{name}"}
OF_ROLE = {Role.VIEWER: "vera", Role.REVIEWER: "anna", Role.OPERATOR: "otto"}
"""An account of each role; administrators lack no right."""


def routes() -> list[APIRoute]:
    return [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def calls_of(dependant: Dependant) -> Iterator[object]:
    for each in dependant.dependencies:
        yield each.call
        yield from calls_of(each)


def rights_of(route: APIRoute) -> list[Right]:
    return [call.right for call in calls_of(route.dependant) if isinstance(call, LoggedIn)]


def asked(route: APIRoute) -> list[tuple[str, str]]:
    path = re.sub(r"{\w+}", "1", route.path)
    return [(method, path) for method in sorted(route.methods - {"HEAD"})]


GUARDED = [route for route in routes() if route.path not in OPEN_TO_ALL]


def test_every_route_names_one_right() -> None:
    assert len(GUARDED) > 30
    assert [route.path for route in GUARDED if len(rights_of(route)) != 1] == []


def test_every_form_is_taken_from_our_own_pages_only() -> None:
    forms = [route for route in routes() if "POST" in route.methods]
    assert [form.path for form in forms if same_origin not in calls_of(form.dependant)] == []


async def test_charlie_without_a_log_in_gets_nowhere(console: Console) -> None:
    charlie = console.browser()
    for route in GUARDED:
        for method, path in asked(route):
            response = await charlie.request(method, path)
            assert response.status_code in (303, 422), (method, path)
            assert response.status_code == 422 or response.headers["location"].startswith("/login")


@pytest.mark.parametrize("role", OF_ROLE)
async def test_nobody_does_what_their_role_does_not_include(console: Console, role: Role) -> None:
    """A form that is incomplete is refused before it is asked who sends it; nothing else is."""
    browser = await console.as_(OF_ROLE[role])
    lacking = [route for route in GUARDED if rights_of(route)[0] not in RIGHTS[role]]
    assert lacking
    for route in lacking:
        for method, path in asked(route):
            assert (await browser.request(method, path)).status_code in (403, 422), (method, path)
