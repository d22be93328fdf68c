"""Reading TOML files: the one way in for every file an organisation writes itself."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

from monitor.errors import InputRefused
from monitor.inputs.file_faults import shown
from monitor.inputs.garbled import garbled_line
from monitor.inputs.text_files import decode, read_bytes

MOST_CHARACTERS = 256 * 1024
"""The longest file of ours has less than a third of that."""
MOST_PARTS = 8
"""Parts of a name such as ``text.nl``. The reader keeps every beginning of a name: one of 100,000
parts, in a file of 200 kB, took all memory there was."""
_PART = r"""(?:[\w-]++|"(?:[^"\\\n]|\\.){0,100}+"|'[^'\n]{0,100}+')"""
"""One part; a longer one in quotes is none, because a file has room for few of those."""
_LONG_NAME = re.compile(rf"(?<![\w-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{MOST_PARTS},}}")
_SYNTAX_LINE = re.compile(r"\(at line (\d+),")
_CURLY = re.compile("[\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb]")
_ODD = re.compile("[\u00a0\u2000-\u200d\u202f\u2060\u3000\ufeff]")


def load_toml(path: Path) -> dict[str, Any]:
    """As :func:`parse_toml`, of the file at `path`; also refused when that cannot be read."""
    return parse_toml(read_bytes(path), path.name)


def parse_toml(content: bytes, name: str) -> dict[str, Any]:
    """The tables in a file, unchecked.

    The encoding is found as for every text file. Line ends may be those of any system, and texts
    come in Unicode's composed form.

    Raises
    ------
    InputRefused
        When it is no text, its letters were garbled by an earlier program, or it is not TOML; the
        sentence names the file, the line and what to do.
    """
    return parse_toml_text(decode(content, name), name)


def parse_toml_text(text: str, name: str) -> dict[str, Any]:
    """As :func:`parse_toml`, of text that is decoded already."""
    if len(text) > MOST_CHARACTERS:
        raise InputRefused("toml.large", name=shown(name), most=MOST_CHARACTERS // 1024)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if (line := garbled_line(text)) is not None:
        raise InputRefused("toml.garbled", name=shown(name), line=line)
    if (long_name := _LONG_NAME.search(text)) is not None:
        line = text.count("\n", 0, long_name.start()) + 1
        raise InputRefused("toml.syntax", line=line, name=shown(name))
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _syntax(str(error), text, name) from None


def _syntax(message: str, text: str, name: str) -> InputRefused:
    lines = text.split("\n")
    match = _SYNTAX_LINE.search(message)
    number = int(match[1]) if match else len(text.rstrip().split("\n"))
    faulty = lines[number - 1] if number <= len(lines) else ""
    if "overwrite" in message or "twice" in message:
        key = "toml.twice"
    elif _CURLY.search(faulty):
        key = "toml.curly"
    elif _ODD.search(faulty):
        key = "toml.odd_blank"
    else:
        key = "toml.syntax"
    return InputRefused(key, line=number, name=shown(name))
