"""This package does by itself what is due: it opens, reminds and closes rounds, and works at night.

`tick` may run in several processes at once, and after months in which none ran: what was missed
is done exactly once.
"""

from monitor.scheduler.runner import TickResult, tick
from monitor.scheduler.schedule import next_opening

__all__ = ["TickResult", "next_opening", "tick"]
