"""Reading what a form sends: small, plain and suspicious."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

LIMIT = 64 * 1024
"""The most bytes a form of ours may send."""
PATIENCE = 1024 * 1024
"""How much of a too large body is read and thrown away, so that the browser reads our answer."""
MOST_FORGIVEN = 8 * 1024 * 1024
"""How large a form may be of which only a part is kept; more than that is not listened to."""
END = 16 * 1024
"""Bytes kept of the end of such a form, where the choices are that follow a text."""
MOST_FIELDS = 200
KIND = "application/x-www-form-urlencoded"

_HALF_SIGN = re.compile(rb"%[0-9A-Fa-f]?\Z")

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
    return _parsed(request, bytes(body), "strict")


async def read_long(request: Request, limit: int) -> tuple[Fields, bool]:
    """As :func:`read_fields`, but of a form larger than `limit` what fits is kept.

    So that somebody who pasted far too much gets a page with the beginning of it, and no bare
    refusal. The end of the form is kept too, with the choices that were made after the text.

    Returns
    -------
    The fields, and whether something in the middle is missing from them.

    Raises
    ------
    NotAForm
        As :func:`read_fields`.
    HTTPException
        413, when it is larger than anybody would paste.
    """
    if _announced(request) > MOST_FORGIVEN:
        raise HTTPException(413)
    body, end = bytearray(), bytearray()
    received = 0
    async for part in request.stream():
        room = max(0, limit - received)
        received += len(part)
        if received > MOST_FORGIVEN:
            raise HTTPException(413)
        body += part[:room]
        end = (end + part[room:])[-END:]
    if received <= limit:
        return _parsed(request, bytes(body), "strict"), False
    # A sign of which the other half is missing goes; and the end starts with a whole field.
    start = _HALF_SIGN.sub(b"", bytes(body))
    _, ampersand, last = bytes(end).partition(b"&")
    return _parsed(request, start + ampersand + last, "ignore"), True


def _announced(request: Request) -> int:
    said = request.headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() else 0


def _parsed(request: Request, body: bytes, errors: str) -> Fields:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != KIND:
        raise NotAForm
    try:
        return tuple(
            parse_qsl(
                body.decode("utf-8", errors),
                keep_blank_values=True,
                errors=errors,
                max_num_fields=MOST_FIELDS,
            )
        )
    except ValueError:
        raise NotAForm from None


def only_field(fields: Fields, name: str) -> str:
    """The value of the one field `name`; empty when it is absent or given twice."""
    values = [value for key, value in fields if key == name]
    return values[0] if len(values) == 1 else ""
