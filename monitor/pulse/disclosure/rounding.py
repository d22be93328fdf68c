"""How precisely figures leave: scores in whole points, a low response with a caution."""

from __future__ import annotations

from monitor.bands import Band
from monitor.pulse.count.sealing import HIGHEST, LOWEST

LOW_RESPONSE = 0.4
"""Below this share of the invited, at the lower end of the band, a figure carries a caution."""


def is_low_response(band: Band | None, invited: int) -> bool:
    """Whether a figure carries the caution: the band's lower end is under 40 % of the invited."""
    return band is not None and invited > 0 and band.low < LOW_RESPONSE * invited


def shown(score: int) -> str:
    """A score as released: whole points, ``<=10`` and ``>=90`` at the ends."""
    if score <= LOWEST:
        return f"<={LOWEST}"
    return f">={HIGHEST}" if score >= HIGHEST else str(score)
