"""The texts of a team: one line each, of limited length, and nothing about a client in them."""

from __future__ import annotations

from datetime import date

from monitor.errors import InputRefused
from monitor.inputs import client_data
from monitor.inputs.lines import clean_line

LONGEST_TITLE = 120
LONGEST_TEXT = 280
LONGEST_ROLE = 60


def checked(text: str, most: int, today: date) -> str:
    """The text as it is stored, on one line.

    Raises
    ------
    InputRefused
        When it is empty, too long, or holds what looks like data about a client or a name.
    """
    line = clean_line(text, most)
    if line is None:
        words = " ".join(text.split())
        if not words:
            raise InputRefused("action.text_empty")
        if len(words) > most:
            raise InputRefused("action.text_long", most=most, length=len(words))
        raise InputRefused("action.text_unprintable")
    for mark in client_data.find(line, today):
        raise InputRefused("action.client_data", piece=line[mark.start : mark.end])
    return line


def optional(text: str, most: int, today: date) -> str:
    """As `checked`, where an empty text is a text as well."""
    return checked(text, most, today) if text.strip() else ""
