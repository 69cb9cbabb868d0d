"""Style sheets, scripts and browser libraries, each at an address that changes with its content."""

import hashlib
from functools import cache
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

STATIC = Path(__file__).parent / "static"
LIBRARIES = Path(__file__).parents[2] / "node_modules"
FILES = {
    "console.css": STATIC / "console.css",
    "console.js": STATIC / "console.js",
    "drafts.js": STATIC / "drafts.js",
    "call.js": STATIC / "call.js",
    "speak.js": STATIC / "speak.js",
    "telephone.js": STATIC / "telephone.js",
    "mark.svg": STATIC / "mark.svg",
    "htmx.js": LIBRARIES / "htmx.org/dist/htmx.min.js",
    "sse.js": LIBRARIES / "htmx-ext-sse/dist/sse.min.js",
}
A_YEAR = "public, max-age=31536000, immutable"

router = APIRouter()


@cache
def asset(name: str) -> str:
    """The address of a file; empty when its package is not installed (`make demo` does that)."""
    path = FILES[name]
    if not path.is_file():
        return ""
    return f"/assets/{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}/{name}"


@router.get("/assets/{version}/{name}")
def serve(version: str, name: str) -> Response:
    """A version that is no longer is served as well, but not kept."""
    if name not in FILES or not FILES[name].is_file():
        return Response(status_code=404)
    current = asset(name) == f"/assets/{version}/{name}"
    return FileResponse(FILES[name], headers={"Cache-Control": A_YEAR if current else "no-cache"})
