"""The way from a signal to the page on which a conversation about it is prepared."""

from __future__ import annotations

from urllib.parse import urlencode

from monitor.dashboard import elements
from monitor.dashboard.session import Slot
from monitor.dashboard.visit import Visit

PREPARE = "gesprek"
AGREEMENTS = "afspraken"


def prepare(visit: Visit, unit: str, theme: str = "", *, quiet: bool = False) -> None:
    """A link to prepare a conversation of `unit`; nothing for whoever does not lead it."""
    if unit in visit.replies_to:
        label = visit.t("talk.prepare")
        elements.link(visit, address(PREPARE, unit, theme), label, quiet=quiet)


def address(page: str, unit: str, theme: str = "") -> str:
    """The address of a page of the dashboard with a unit, and perhaps a theme, chosen."""
    chosen = {Slot.UNIT.value: unit} | ({Slot.THEME.value: theme} if theme else {})
    return f"/{page}?{urlencode(chosen)}"
