"""Charts: pure functions from figures to an Altair chart.

A withheld figure has no value and gets none here: it becomes a hollow mark on the axis. Colours
are absolute: the same score has the same colour in every unit and every month.
"""

from monitor.dashboard.charts.months import trend
from monitor.dashboard.charts.parts import Share, shares
from monitor.dashboard.charts.scale import strip
from monitor.dashboard.charts.side_by_side import Row, units

__all__ = ["Row", "Share", "shares", "strip", "trend", "units"]
