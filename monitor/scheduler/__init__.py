"""The calendar: rounds open, remind and close, and every night the ballot box is estimated.

`tick` may run in several processes at once, and after months in which none ran: what was missed
is done exactly once.
"""

from monitor.scheduler.box_estimate import (
    BOX_TABLES,
    response_in_tens,
    size_in_words,
    stored_box_sizes,
    stored_estimate,
)
from monitor.scheduler.runner import TickResult, tick
from monitor.scheduler.schedule import next_opening

__all__ = [
    "BOX_TABLES",
    "TickResult",
    "next_opening",
    "response_in_tens",
    "size_in_words",
    "stored_box_sizes",
    "stored_estimate",
    "tick",
]
