"""What happens by itself: rounds open, remind and close, and the box is looked at once a night.

`tick` may run in several processes at once, and may have been away for months: what was missed is
caught up with exactly once.
"""

from monitor.scheduler.box_estimate import (
    BOX_TABLES,
    response_in_tens,
    size_in_words,
    stored_box_sizes,
    stored_estimate,
)
from monitor.scheduler.schedule import next_opening
from monitor.scheduler.tick import TickResult, tick

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
