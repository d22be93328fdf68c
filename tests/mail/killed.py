"""A sender in a process of its own, to be killed: ``python -m tests.mail.killed PERIOD``."""

from __future__ import annotations

import sys
from datetime import timedelta

from monitor.context import current_context
from monitor.pulse.invitations import send_until_done
from monitor.pulse.invitations.sending import Pace

if __name__ == "__main__":
    pace = Pace(lease=timedelta(seconds=2), rest=timedelta(seconds=1), again=0.05)
    send_until_done.send_until_done(current_context(), sys.argv[1], lambda _: None, pace=pace)
