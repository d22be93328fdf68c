"""A sender in a process of its own, to be killed: ``python -m tests.delivery.killed PERIOD``."""

from __future__ import annotations

import sys
from datetime import timedelta

from monitor import wiring
from monitor.delivery import follow
from monitor.delivery.sending import Pace

if __name__ == "__main__":
    pace = Pace(lease=timedelta(seconds=2), rest=timedelta(seconds=1), again=0.05)
    follow.see_through(wiring.current(), sys.argv[1], lambda _: None, pace=pace)
