"""What a form of ours sends: fields, a file where one may be chosen, and whether it is whole."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

from monitor.web.http.body import BodyLimit, read_body

SMALL = BodyLimit(kept=64 * 1024, read=1024 * 1024)
"""For forms with short fields."""
LONG_TEXT = BodyLimit(kept=512 * 1024, read=8 * 1024 * 1024, tail=16 * 1024)
"""For forms in which somebody may paste far too much and gets it back: whole up to half a
megabyte, of more than that the beginning and every choice that follows the text."""
MOST_FIELDS = 200
URL_ENCODED = "application/x-www-form-urlencoded"

_HALF_ESCAPE = re.compile(rb"%[0-9A-Fa-f]?\Z")

Fields = tuple[tuple[str, str], ...]
"""Names and values in the order in which they were sent, blank values included."""


class NotAForm(Exception):
    """The body is not what our own forms send."""


class StaleForm(HTTPException):
    """The form was not filled in on our own page in this session (403)."""

    def __init__(self) -> None:
        super().__init__(403)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent, under the name that the browser gives."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Form:
    """A form that was sent.

    ``truncated``: it was too large, and something in the middle is missing from the fields.
    """

    fields: Fields = field(default=(), repr=False)
    upload: Upload | None = None
    truncated: bool = False

    def value(self, name: str) -> str:
        """The value of the field `name`; empty when it is absent or sent more than once."""
        values = self.values(name)
        return values[0] if len(values) == 1 else ""

    def values(self, name: str) -> tuple[str, ...]:
        """Every value of the field `name`."""
        return tuple(value for key, value in self.fields if key == name)


async def form_of(request: Request, limit: BodyLimit = SMALL) -> Form:
    """The URL-encoded form that `request` carries.

    Raises
    ------
    NotAForm
        When it is of another kind, not UTF-8, or has far too many fields.
    HTTPException
        413, when it is larger than `limit` allows.
    """
    body = await read_body(request, limit)
    if content_type(request) != URL_ENCODED:
        raise NotAForm
    if not body.truncated:
        return Form(_parse(body.start, "strict"))
    # A half escape or letter at the cut is dropped; the end begins with the first whole field.
    start = _HALF_ESCAPE.sub(b"", body.start)
    _, ampersand, end = body.end.partition(b"&")
    return Form(_parse(start + ampersand + end, "ignore"), truncated=True)


def content_type(request: Request) -> str:
    """The media type of the body, in lower case and without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _parse(body: bytes, errors: str) -> Fields:
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
