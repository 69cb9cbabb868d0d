"""A part of what is held in memory, so that a player can go to any place of a sound."""

import re
from typing import Final

from starlette.responses import Response

_ONE_RANGE: Final = re.compile(r"bytes=(\d*)-(\d*)")


def partial_response(content: bytes, media_type: str, asked: str) -> Response:
    """The bytes that the header `Range` asks for (RFC 9110, section 14), or all of them.

    asked: the header, empty if there is none. Several ranges at once are answered with the whole,
    as the standard allows; one beyond the end with 416.
    """
    headers = {"Accept-Ranges": "bytes"}
    match = _ONE_RANGE.fullmatch(asked.strip())
    if match is None or not (match[1] or match[2]):
        return Response(content, media_type=media_type, headers=headers)
    size = len(content)
    if match[1]:
        first = int(match[1])
        last = min(int(match[2]), size - 1) if match[2] else size - 1
    else:
        first, last = max(0, size - int(match[2])), size - 1
    if first >= size or first > last:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return Response(content[first : last + 1], 206, headers, media_type)
