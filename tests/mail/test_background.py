"""While the app runs it sends queued letters, and its log holds no address and no code."""

from __future__ import annotations

import re
import time
from pathlib import Path

from monitor.context import AppContext
from tests.fork_server import POST_EVERY, ForkServer
from tests.mail.conftest import EVERYBODY, OFFSET
from tests.mail.mailroom import Mailroom

PATIENCE = 120


def test_a_running_app_sends_queued_letters_and_stops_when_asked(
    queued: AppContext, mailroom: Mailroom, forks: ForkServer, tmp_path: Path
) -> None:
    refused = min(EVERYBODY)
    mailroom.on_rcpt = lambda to, _: f"550 {to} unknown" if to == refused else None
    with forks.running(queued.settings, tmp_path, OFFSET, {POST_EVERY: 0.2}) as live:
        deadline = time.monotonic() + PATIENCE
        while '"event": "mail.sent"' not in live.log() and time.monotonic() < deadline:
            time.sleep(0.1)
        mailroom.slow_on = dict.fromkeys(EVERYBODY, 2.0)
        assert live.stop() == 0
        log = live.log()

    assert mailroom.to == dict.fromkeys(EVERYBODY - {refused}, 1)
    assert '{"level": "info", "event": "mail.sent", "sent": 10, "refused": 1, "put_off": 0}' in log
    assert "waterrijk.example" not in log
    assert not re.search(r"[0-9A-Z]{20}", log)
