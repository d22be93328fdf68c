"""What happens by itself: rounds open, remind and close, and the box is looked at once a night.

`tick` may run in several processes at once, and may have been away for months: what was missed is
caught up with exactly once.
"""

from monitor.scheduler.box_estimate import in_tens, in_words, received
from monitor.scheduler.schedule import next_opening
from monitor.scheduler.tick import Ticked, tick

__all__ = ["Ticked", "in_tens", "in_words", "next_opening", "received", "tick"]
