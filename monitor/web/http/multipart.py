"""Reading a form with a file in it, in memory: lists of people do not touch the disk."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import PurePath

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from monitor.inputs.text_files import MOST_BYTES
from monitor.web.http.body import BodyLimit, read_body
from monitor.web.http.forms import Form, NotAForm, Upload, content_type

WITH_FILE = BodyLimit(kept=MOST_BYTES + 256 * 1024, read=4 * MOST_BYTES)
"""The largest file, and room for the fields beside it."""
MULTIPART = "multipart/form-data"
MOST_FIELDS = 400
LONGEST_FIELD = 64 * 1024


class _InMemoryParser(MultiPartParser):
    spool_max_size = WITH_FILE.kept


async def form_with_file_of(request: Request) -> Form:
    """The form that `request` carries in parts, and its file if one was chosen.

    Raises
    ------
    NotAForm
        When it is of another kind, damaged, or has far too many fields.
    HTTPException
        413, when it is larger than any form of ours.
    """
    body = await read_body(request, WITH_FILE)
    if content_type(request) != MULTIPART:
        raise NotAForm
    parts = (await _parse(request, body.start)).multi_items()
    files = [value for _, value in parts if isinstance(value, UploadFile)]
    return Form(
        fields=tuple((name, value) for name, value in parts if isinstance(value, str)),
        upload=await _upload(files[0]) if files else None,
    )


async def _parse(request: Request, body: bytes) -> FormData:
    parser = _InMemoryParser(
        request.headers,
        _once(body),
        max_files=1,
        max_fields=MOST_FIELDS,
        max_part_size=LONGEST_FIELD,
    )
    try:
        return await parser.parse()
    except (MultiPartException, KeyError, ValueError):
        raise NotAForm from None


async def _once(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body


async def _upload(file: UploadFile) -> Upload | None:
    """The file; None where the browser sends that none was chosen."""
    content = await file.read()
    await file.close()
    # A browser on Windows may send a whole path; only the last part is repeated to people.
    name = PurePath((file.filename or "").replace("\\", "/")).name
    return Upload(name, content) if name or content else None
