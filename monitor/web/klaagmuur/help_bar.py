"""What stands on every page of the klaagmuur: where help is, and a quick way out."""

from __future__ import annotations

from monitor.klaagmuur.help import Contact, Need

QUICK_EXIT = "https://www.knmi.nl/nederland-nu/weer/verwachtingen"
"""Where the quick exit leads: a page that anybody may have open."""


def help_values(contacts: tuple[Contact, ...]) -> dict[str, object]:
    """The variables with which the templates show `contacts` and the quick exit."""
    return {"quick_exit": QUICK_EXIT, "needs": tuple(Need), "contacts": contacts}
