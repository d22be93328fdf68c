"""Telling a watcher outside that work was done, as healthchecks.io and its like take it.

The address says ``…/KEY``; after each piece of work ``…/KEY/<name>`` is asked for, and
``…/KEY/<name>/fail`` when it failed. Whoever watches notices that a ping stays away, which no
process can tell about itself. Nothing goes along but the name.
"""

from __future__ import annotations

import http.client
import logging
import urllib.error
import urllib.request
from enum import StrEnum
from threading import Thread

from monitor import logs

TIMEOUT = 5.0


class Work(StrEnum):
    """What is reported; the last part of the address."""

    TICK = "tick"
    NIGHT = "night"
    BACKUP = "backup"


def ping_in_background(url: str, work: Work, *, ok: bool = True) -> None:
    """As `ping`, in a thread of its own: nothing waits for it."""
    if url:
        Thread(target=ping, args=(url, work), kwargs={"ok": ok}, daemon=True).start()


def ping(url: str, work: Work, *, ok: bool = True) -> bool:
    """Report the work; returns whether that succeeded. Without a `url` nothing is sent."""
    if not url:
        return False
    address = f"{url}/{work.value}{'' if ok else '/fail'}"
    try:
        # The settings accept http and https only.
        with urllib.request.urlopen(address, timeout=TIMEOUT) as response:  # noqa: S310
            response.read(1)
    except (OSError, urllib.error.URLError, http.client.HTTPException, ValueError) as error:
        # Not the error's text: it holds the address, and that holds a key.
        logs.note("ping.failed", level=logging.WARNING, error=type(error).__qualname__)
        return False
    return True
