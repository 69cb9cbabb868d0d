"""Twilio's own description of its REST interface, held against both ends by Prism.

The document comes with Twilio's command line; Prism stands between our side and the simulated
network, and refuses what the document does not allow, be it a request or an answer.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from ports import Ports

PACKAGES = Path(__file__).parents[3] / "node_modules"
PRISM = PACKAGES / ".bin" / "prism"
DOCUMENT = PACKAGES / "@twilio/cli-core/src/services/twilio-api/twilio_api_v2010.json"

_BASE = "/2010-04-01/Accounts"
USED = (
    f"{_BASE}/{{Sid}}.json",
    f"{_BASE}/{{AccountSid}}/Calls.json",
    f"{_BASE}/{{AccountSid}}/Calls/{{Sid}}.json",
    f"{_BASE}/{{AccountSid}}/IncomingPhoneNumbers.json",
)

STARTS_S = 60.0


def document() -> dict[str, Any]:
    """The paths we use.

    Two things in it are not as Twilio means them: fields with several values are sent one after
    another (StatusCallbackEvent=a&StatusCallbackEvent=b), which a form must say of itself; and
    addresses within Twilio are relative, as in the document's own examples, against its `uri`.
    """
    whole: dict[str, Any] = json.loads(DOCUMENT.read_text())
    whole["paths"] = {path: whole["paths"][path] for path in USED}
    for operation in _operations(whole):
        form = operation.get("requestBody", {}).get("content", {})
        for content in form.values():
            fields = content["schema"].get("properties", {})
            content["encoding"] = {
                name: {"style": "form", "explode": True}
                for name, field in fields.items()
                if field.get("type") == "array"
            }
    whole["components"]["schemas"] = _used_schemas(whole)
    _make_relative(whole)
    return whole


def _used_schemas(whole: dict[str, Any]) -> dict[str, Any]:
    """Those that the paths lead to: the others cost Prism half a minute."""
    schemas, used = whole["components"]["schemas"], dict[str, Any]()
    waiting = [whole["paths"]]
    while waiting:
        named = re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(waiting.pop()))
        for name in set(named) - used.keys():
            used[name] = schemas[name]
            waiting.append(schemas[name])
    return used


def _operations(whole: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        operation
        for methods in whole["paths"].values()
        for operation in methods.values()
        if isinstance(operation, dict)
    ]


def _make_relative(part: Any) -> None:
    if isinstance(part, dict):
        if part.get("format") == "uri":
            part["format"] = "uri-reference"
        for inner in part.values():
            _make_relative(inner)
    elif isinstance(part, list):
        for inner in part:
            _make_relative(inner)


@asynccontextmanager
async def prism_before(folder: Path, upstream_port: int) -> AsyncIterator[int]:
    """Gives the port of Prism, which passes everything right on to the upstream."""
    described, port = folder / "twilio.json", Ports.free().sip
    described.write_text(json.dumps(document()))
    with (folder / "prism.log").open("wb") as log:
        prism = await asyncio.create_subprocess_exec(
            *(str(PRISM), "proxy", str(described), f"http://127.0.0.1:{upstream_port}"),
            *("--errors", "--host", "127.0.0.1", "--port", str(port)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        await _listening(port, prism)
        yield port
    finally:
        if prism.returncode is None:
            prism.kill()
        await prism.wait()


async def _listening(port: int, prism: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(STARTS_S):
        while True:
            assert prism.returncode is None, "Prism did not start; see prism.log"
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return
