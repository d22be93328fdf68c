"""From the bytes of a file somebody saved to text, whatever program saved it."""

from __future__ import annotations

import codecs
from pathlib import Path

from monitor.errors import InputRefused
from monitor.organisation.faults import shown

MOST_BYTES = 5 * 1024 * 1024
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .ods; .xls


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """The content of the file at `path`.

    Raises
    ------
    InputRefused
        When there is no such file, it cannot be read, or holds more than `most` bytes.
    """
    name = shown(path.name)
    try:
        if not path.is_file():
            raise InputRefused("file.missing", name=name)
        with path.open("rb") as handle:
            content = handle.read(most + 1)
    except (OSError, ValueError):  # ValueError: a NUL in the path
        raise InputRefused("file.unreadable", name=name) from None
    check_size(content, name, most)
    return content


def check_size(content: bytes, name: str, most: int = MOST_BYTES) -> None:
    """Refuse more than `most` bytes."""
    if len(content) > most:
        raise InputRefused("file.too_large", name=shown(name), most=most // (1024 * 1024))


def decode(content: bytes, name: str) -> str:
    """The text, from UTF-8 (with or without mark), UTF-16 with mark, or Windows-1252.

    Raises
    ------
    InputRefused
        When it is none of those: a spreadsheet, say, or something else that is no text.
    """
    if content.startswith(_SPREADSHEETS):
        raise InputRefused("file.spreadsheet", name=shown(name))
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: tuple[str, ...] = ("utf-16",)
    elif content.startswith(codecs.BOM_UTF8):
        encodings = ("utf-8-sig",)
    else:
        encodings = ("utf-8", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InputRefused("file.encoding", name=shown(name))
