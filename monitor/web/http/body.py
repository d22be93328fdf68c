"""The one reader of request bodies: never more in memory than a limit, never read without end."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request


@dataclass(frozen=True, slots=True)
class BodyLimit:
    """How much of a body is kept, and how much is read.

    Parameters
    ----------
    kept
        Bytes kept of the beginning.
    read
        Bytes read at most. What is read and not kept gives a browser that is still sending the
        chance to read the refusal.
    tail
        Bytes kept of the end of a body larger than `kept`. With 0 such a body is refused.
    """

    kept: int
    read: int
    tail: int = 0


@dataclass(frozen=True, slots=True)
class Body:
    """A body, or the beginning and the end of one of which the middle was dropped."""

    start: bytes
    end: bytes = b""
    truncated: bool = False


async def read_body(request: Request, limit: BodyLimit) -> Body:
    """The body of `request`.

    Raises
    ------
    HTTPException
        413, when it is larger than `limit` allows; at once where the request says so itself.
    """
    if _announced_bytes(request) > limit.read:
        raise HTTPException(413)
    start, end, received = bytearray(), b"", 0
    async for part in request.stream():
        space = max(0, limit.kept - received)
        received += len(part)
        if received > limit.read:
            raise HTTPException(413)
        start += part[:space]
        if limit.tail and len(part) > space:
            end = (end + part[space:])[-limit.tail :]
    if received <= limit.kept:
        return Body(bytes(start))
    if not limit.tail:
        raise HTTPException(413)
    return Body(bytes(start), end, truncated=True)


def _announced_bytes(request: Request) -> int:
    for name, value in request.scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0
