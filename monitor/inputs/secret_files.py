"""Secrets that people type into a file: read so that they can be typed again.

A mark or blank that an editor adds unseen would become part of the secret, which from then on
nobody can type.
"""

from __future__ import annotations

import codecs
from pathlib import Path

from monitor.errors import InputRefused
from monitor.inputs import signs
from monitor.inputs.file_faults import shown
from monitor.inputs.text_files import read_bytes

MOST_BYTES = 4096


def read_secret_line(path: Path) -> str:
    """The one line in the file at `path`, without a byte-order mark and the line's end.

    Raises
    ------
    InputRefused
        When it cannot be read, is not one line, or holds what nobody sees: a blank before or after
        it, or an invisible sign. The sentence never holds the secret.
    """
    name = shown(path.name)
    text = _decoded(read_bytes(path, MOST_BYTES), name)
    line = text.removesuffix("\n").removesuffix("\r")
    if not line or "\n" in line or "\r" in line:
        raise InputRefused("secret_file.one_line", name=name)
    check_typeable(line, name)
    return line


def check_typeable(secret: str, name: str) -> None:
    """Refuse a secret, from the place `name`, that holds what nobody sees.

    Raises
    ------
    InputRefused
        When it has a blank at either end, or an invisible sign.
    """
    if signs.has_invisible(secret):
        raise InputRefused("secret_file.invisible", name=name)
    if signs.is_blank(secret[:1] or "x") or signs.is_blank(secret[-1:] or "x"):
        raise InputRefused("secret_file.blank", name=name)


def _decoded(content: bytes, name: str) -> str:
    """The text, of UTF-8 or, with its mark, UTF-16; any other encoding would be a guess."""
    marked_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if marked_utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        raise InputRefused("secret_file.encoding", name=name) from None
