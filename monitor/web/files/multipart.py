"""Reading a form with a file in it: small, in memory, and never longer than need be."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from monitor.inputs.text_files import MOST_BYTES
from monitor.web.http.forms import NotAForm

MOST = MOST_BYTES + 256 * 1024
"""Bytes of a whole form: the largest file, and room for the fields beside it."""
PATIENCE = 4 * MOST_BYTES
"""How much of a too large body is read and thrown away, so that the browser reads our answer."""
MOST_FIELDS = 400
LONGEST_FIELD = 64 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in. Its name is what the browser says."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, each once, and its file if one was chosen."""

    fields: Mapping[str, str] = field(repr=False)
    upload: Upload | None


class _InMemory(MultiPartParser):
    """Lists of people do not touch the disk."""

    spool_max_size = MOST


async def read_form(request: Request) -> Form:
    """The form of `request`.

    Raises
    ------
    NotAForm
        When it is of another kind, damaged, or has far too many fields.
    HTTPException
        413, when it is larger than any form of ours.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await _body(request)
    if kind != "multipart/form-data":
        raise NotAForm
    parser = _InMemory(
        request.headers,
        _once(body),
        max_files=1,
        max_fields=MOST_FIELDS,
        max_part_size=LONGEST_FIELD,
    )
    try:
        parsed = await parser.parse()
    except (MultiPartException, KeyError, ValueError):
        raise NotAForm from None
    fields: dict[str, str] = {}
    upload: Upload | None = None
    for name, value in parsed.multi_items():
        if isinstance(value, UploadFile):
            upload = await _upload(value)
        else:
            fields[name] = value
    return Form(fields, upload)


async def _body(request: Request) -> bytes:
    body, received = bytearray(), 0
    async for part in request.stream():
        received += len(part)
        if received <= MOST:
            body += part
        elif received > PATIENCE:
            break
    if received > MOST:
        raise HTTPException(413)
    return bytes(body)


async def _once(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body


async def _upload(given: UploadFile) -> Upload | None:
    """The file; None where the browser sends that none was chosen."""
    content = await given.read()
    await given.close()
    # A browser on Windows may send a whole path; only the last part is repeated to people.
    name = PurePath((given.filename or "").replace("\\", "/")).name
    return Upload(name, content) if name or content else None
