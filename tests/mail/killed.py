"""A sender in a process of its own: ``python -m tests.mail.killed PERIOD OFFSET LEASE``.

Its clock is OFFSET seconds ahead; after LEASE seconds of silence another process takes over.
"""

from __future__ import annotations

import sys
from datetime import timedelta

from monitor import clock
from monitor.context import current_context
from monitor.pulse.invitations import send_until_done
from monitor.pulse.invitations.sending import SendTiming

if __name__ == "__main__":
    ahead = timedelta(seconds=float(sys.argv[2]))
    timing = SendTiming(
        timedelta(seconds=float(sys.argv[3])),
        timedelta(seconds=1),
        waits=(timedelta(seconds=1),),
        poll_seconds=0.05,
    )
    send_until_done.send_until_done(
        current_context(), sys.argv[1], lambda _: None, lambda: clock.now() + ahead, timing
    )
