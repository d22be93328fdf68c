"""These modules draw charts: pure functions from figures to an Altair chart or a small picture.

A withheld figure has no value and gets none here: it becomes a hollow mark beneath the scale.
Colours are those of the page, by name, so that a chart follows light, dark and paper.
"""

from monitor.dashboard.charts.lane import lane
from monitor.dashboard.charts.panel import panel
from monitor.dashboard.charts.panel_content import Flag, Panel

__all__ = ["Flag", "Panel", "lane", "panel"]
