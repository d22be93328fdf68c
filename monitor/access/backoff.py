"""How long somebody has to wait after failures: longer every time, and never for good."""

from __future__ import annotations

from dataclasses import dataclass

FREE_FAILURES = 4
FIRST_WAIT = 5
LONGEST_WAIT = 5 * 60
LONGEST_EVER = 60 * 60
CALM = 24 * 60 * 60
"""Seconds: the first wait, the longest after a wrong passphrase and after anything, and the quiet
time after which counting starts anew."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """Failures in a row, and the moment until which attempts are refused unchecked."""

    failures: int
    locked_until: int | None

    def waits(self, moment: int) -> bool:
        """Whether an attempt at this moment comes too early.

        Such an attempt is not counted; otherwise others could keep somebody out.
        """
        # A wait that is longer than the longest possible one was written by a wrong clock.
        return 0 < (self.locked_until or 0) - moment <= LONGEST_EVER

    def one_more(self, moment: int, longest: int = LONGEST_WAIT) -> Backoff:
        """The count after one more failure."""
        is_over = self.locked_until is not None and moment - self.locked_until >= CALM
        failures = 1 if is_over else self.failures + 1
        wait = wait_after(failures, longest)
        return Backoff(failures, moment + wait if wait else None)


def wait_after(failures: int, longest: int = LONGEST_WAIT) -> int:
    """Seconds to wait after that many failures in a row, `longest` at most."""
    if failures <= FREE_FAILURES:
        return 0
    doublings = min(failures - FREE_FAILURES - 1, longest.bit_length())
    return min(FIRST_WAIT << doublings, longest)
