"""Decoding the bytes of a file to text, whatever program saved it."""

from __future__ import annotations

import codecs
from pathlib import Path

from monitor.errors import InputRefused
from monitor.inputs.file_faults import shown

MOST_BYTES = 5 * 1024 * 1024
_WINDOWS_LETTERS = 0xC0
"""From here on lie the letters with accents in Windows-1252."""
_MAC_LETTERS = frozenset(range(0x80, 0xA0)) - frozenset(b"\x80\x85\x91\x92\x93\x94\x96\x97")
"""Letters with accents in Mac Roman, without those that are a quotation mark, a dash, an ellipsis
or a euro in Windows-1252."""
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
        raise InputRefused("file.not_readable", name=name) from None
    check_size(content, name, most)
    return content


def check_size(content: bytes, name: str, most: int = MOST_BYTES) -> None:
    """Refuse more than `most` bytes."""
    if len(content) > most:
        raise InputRefused("file.too_large", name=shown(name), most=most // (1024 * 1024))


def decode(content: bytes, name: str) -> str:
    """The text, from UTF-8 (with or without mark), UTF-16 with mark, Windows-1252 or Mac Roman.

    Raises
    ------
    InputRefused
        When it is none of those, such as a spreadsheet or an image.
    """
    if content.startswith(_SPREADSHEETS):
        raise InputRefused("file.spreadsheet", name=shown(name))
    refused_at = 1
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            refused_at = content.count(b"\n", 0, error.start) + 1
            continue
        if "\0" not in text:
            return text
        refused_at = text.count("\n", 0, text.index("\0")) + 1
    raise InputRefused("file.encoding", line=refused_at, name=shown(name))


def _encodings(content: bytes) -> tuple[str, ...]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    if content.startswith(codecs.BOM_UTF8):
        return ("utf-8-sig",)
    return ("utf-8", "mac_roman" if _is_macintosh(content) else "cp1252")


def _is_macintosh(content: bytes) -> bool:
    """Whether it is Excel's "CSV (Macintosh)", where letters lie where Windows has signs."""
    if b"\n" in content or any(byte >= _WINDOWS_LETTERS for byte in content):
        return False
    return any(byte in _MAC_LETTERS for byte in content)
