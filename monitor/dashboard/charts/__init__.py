"""Charts: pure functions from figures to an Altair chart, or to a small picture.

A withheld figure has no value and gets none here: it becomes a hollow mark on the axis. Colours
are those of the page, by name, so that a chart follows light, dark and paper.
"""

from monitor.dashboard.charts.lane import lane
from monitor.dashboard.charts.panel import Flag, Panel, panel
from monitor.dashboard.charts.parts import Share, shares
from monitor.dashboard.charts.side_by_side import Row, units

__all__ = ["Flag", "Panel", "Row", "Share", "lane", "panel", "shares", "units"]
