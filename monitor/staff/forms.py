"""Reading what a form sends: small, plain and suspicious."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

LIMIT = 64 * 1024
"""The most bytes a form of ours may send."""
PATIENCE = 1024 * 1024
"""How much of a too large body is read and thrown away, so that the browser reads our answer."""
MOST_FIELDS = 200
KIND = "application/x-www-form-urlencoded"

Fields = tuple[tuple[str, str], ...]


class NotAForm(Exception):
    """The body is not what our own forms send."""


async def read_fields(request: Request, limit: int = LIMIT) -> Fields:
    """The fields of the form, in order, blank ones included.

    Parameters
    ----------
    limit
        The most bytes it may be; more than that is not read into memory.

    Raises
    ------
    NotAForm
        When it is of another kind, not UTF-8, or has far too many fields.
    HTTPException
        413, when it is larger than `limit`.
    """
    body = bytearray()
    received = 0
    async for part in request.stream():
        received += len(part)
        if received <= limit:
            body += part
        elif received > PATIENCE:
            break
    if received > limit:
        raise HTTPException(413)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != KIND:
        raise NotAForm
    try:
        return tuple(
            parse_qsl(
                body.decode("utf-8"),
                keep_blank_values=True,
                errors="strict",
                max_num_fields=MOST_FIELDS,
            )
        )
    except ValueError:
        raise NotAForm from None


def only_field(fields: Fields, name: str) -> str:
    """The value of the one field `name`; empty when it is absent or given twice."""
    values = [value for key, value in fields if key == name]
    return values[0] if len(values) == 1 else ""
