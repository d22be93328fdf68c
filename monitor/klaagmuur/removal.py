"""Removing many vents at once: a flood, or what somebody sent again and again."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.context import AppContext
from monitor.klaagmuur import theme_tokens, thread
from monitor.klaagmuur.expiry import AT_ONCE
from monitor.klaagmuur.reader_key import ReaderKey
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.reading import VentThread


def remove_all(context: AppContext, letters: Sequence[VentThread]) -> None:
    """Remove vents for good, before they expire."""
    for first in range(0, len(letters), AT_ONCE):
        batch = letters[first : first + AT_ONCE]
        thread.remove(context, {letter.id: letter.shred.name for letter in batch})


def remove_uncounted(
    context: AppContext, reader: Luisteraar, key: ReaderKey, letters: Sequence[VentThread]
) -> None:
    """Remove vents, and for each a token of its theme where there is one.

    Whether a vent's sender let it be counted is stored nowhere, so this may take a token of
    another vent: a theme is then counted too low, never too high.
    """
    remove_all(context, letters)
    themes = [(letter.day, letter.vent.theme) for letter in letters if letter.vent.theme]
    if themes:
        theme_tokens.strike(context.engine, reader, key, themes)
