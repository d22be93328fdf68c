"""Bands: a number of people is shown as a range, never as a count."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

BANDS: tuple[tuple[int, int | None], ...] = ((5, 9), (10, 14), (15, 24), (25, 49), (50, None))
"""Fewest and most people of each band; the last one is open."""
NARROWEST = 3
"""Fewest numbers of people that a band of a response stands for: "10 of 10" would tell that
everybody answered, and "9 or 10" nearly that."""
SHARES_FROM = 100
"""From so many people invited on, a band is a tenth of them, named in per cent."""


@dataclass(frozen=True, slots=True)
class Band:
    """The fewest and the most people it stands for (None: no limit), and its name.

    The name is ``10-14`` or ``50+`` in people, or ``30-39%`` of those invited.
    """

    low: int
    high: int | None
    name: str


def band(count: int) -> str:
    """The band in which a count is shown, such as ``10-14``; empty below the first."""
    return next((b.name for b in _open_bands(5) if _holds(b, count)), "")


def response_band(people: int, invited: int, minimum: int = 5) -> Band | None:
    """The band in which the number of people who answered is shown; None when none may be.

    Parameters
    ----------
    people
        Who are in released cells. More than were invited (codes were replaced) count as all.
    invited
        0 where it is unknown: then bands are those of `band`.
    minimum
        Below which nothing is shown, so that a figure that is shown stands for at least as many.
    """
    if not invited:
        return next((b for b in _open_bands(minimum) if _holds(b, people)), None)
    people = min(people, invited)
    return next((b for b in response_bands(invited, minimum) if _holds(b, people)), None)


@lru_cache(maxsize=4096)
def response_bands(invited: int, minimum: int = 5) -> tuple[Band, ...]:
    """The bands of a response of `invited` people, each at least `NARROWEST` wide.

    The last one ends at the number invited. One that is too narrow is merged with the one below
    it, and the lowest with the one above it. Where not even one is wide enough (below seven
    invited) there is none.
    """
    lows = _share_lows(invited) if invited >= SHARES_FROM else [low for low, _ in BANDS]
    first = max((low for low in lows if low <= minimum), default=minimum)
    starts = [max(minimum, low) for low in lows if first <= low <= invited]
    if not starts or starts[0] > minimum:
        starts = [minimum, *starts]
    edges = [*dict.fromkeys(starts), invited + 1]
    while len(edges) > 2 and edges[1] - edges[0] < NARROWEST:
        del edges[1]
    while len(edges) > 2 and edges[-1] - edges[-2] < NARROWEST:
        del edges[-2]
    if edges[-1] - edges[0] < NARROWEST:
        return ()
    return tuple(
        Band(low, after - 1, _name(low, after - 1, invited)) for low, after in pairwise(edges)
    )


def _open_bands(minimum: int) -> list[Band]:
    """The bands where nobody knows how many there could be; none below the minimum."""
    return [
        Band(max(low, minimum), high, f"{low}-{high}" if high else f"{low}+")
        for low, high in BANDS
        if high is None or high >= minimum
    ]


def _share_lows(invited: int) -> list[int]:
    """The fewest people of each tenth of the invited."""
    return [-(-invited * tenth // 10) for tenth in range(10)]


def _name(low: int, high: int, invited: int) -> str:
    if invited < SHARES_FROM:
        return f"{low}-{high}"
    return f"{_tens(low, invited)}-{100 if high == invited else _tens(high, invited) + 9}%"


def _tens(people: int, invited: int) -> int:
    """Their share of the invited in per cent, down to the tens."""
    return 10 * people // invited * 10


def _holds(candidate: Band, people: int) -> bool:
    return candidate.low <= people and (candidate.high is None or people <= candidate.high)


def people_in(name: str, invited: int = 0) -> int:
    """A cautious guess of how many people a band stands for.

    A third of the way up from its lower end; the lower end of an open band. A band in per cent
    needs the number `invited`.
    """
    low, _, high = name.rstrip("%+").partition("-")
    ends = (int(low), int(high or low))
    if name.endswith("%"):
        ends = (-(-invited * ends[0] // 100), invited * ends[1] // 100)
    return ends[0] + max(0, ends[1] - ends[0]) // 3
