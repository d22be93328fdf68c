"""Mail that is put off: how long it waits, and when that says something about the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from monitor.mail.smtp import TryLater

IN_A_ROW = 3
"""After so many messages that were put off because of the server, or for so many different domains,
the server is left alone for a while."""
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5, seconds=10),
    timedelta(minutes=15),
    timedelta(hours=1),
)
"""How long a message waits after it was put off once, twice, and so on. Greylisting servers
commonly take what comes again after five minutes."""


def wait_after(times: int, waits: Sequence[timedelta] = WAITS) -> timedelta:
    """How long a message waits that was put off `times` times."""
    return waits[min(max(times, 1), len(waits)) - 1]


@dataclass(slots=True)
class PutOffStreak:
    """Messages put off in a row.

    One domain that takes nothing says nothing about the mail server, however many messages go
    there; several different ones do.
    """

    domains: set[str] = field(default_factory=set)
    by_server: int = 0

    def taken(self) -> None:
        """Note that the server took or refused a message, so that it works."""
        self.domains.clear()
        self.by_server = 0

    def put_off(self, domain: str, later: TryLater) -> None:
        """Note that a message to `domain` was put off."""
        if later.of_address:
            self.domains.add(domain)
        else:
            self.by_server += 1

    @property
    def is_long(self) -> bool:
        """Whether so much was put off in a row that the server should be left alone for a while."""
        return self.by_server >= IN_A_ROW or len(self.domains) >= IN_A_ROW
