"""Senders that are killed, or two at once: nobody is skipped, and a copy is the same letter."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.context import AppContext
from monitor.pulse.invitations import outbox
from tests.fork_server import ForkedProgram, ForkServer
from tests.mail.conftest import EVERYBODY, OFFSET, PERIOD
from tests.mail.mailroom import Mailroom
from tests.stores import BOTH

PATIENCE = 120
Sender = Callable[..., ForkedProgram]


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest) -> str:
    """The database that holds the data."""
    return str(request.param)


@pytest.fixture
def sender(queued: AppContext, forks: ForkServer, tmp_path: Path) -> Sender:
    """Starts a process that sends the queued letters."""

    def start(lease: float = 2) -> ForkedProgram:
        output = tmp_path / secrets.token_hex(8)
        call, ahead = "tests.mail.killed:send", OFFSET.total_seconds()
        return forks.program(queued.settings, output, call, PERIOD, ahead, lease)

    return start


def wait_for(process: ForkedProgram) -> None:
    status, output = process.wait(), process.output.read_text()
    assert status == 0, output
    assert output == ""


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_killed_before_the_server_has_the_letter_it_goes_once(
    queued: AppContext, mailroom: Mailroom, sender: Sender
) -> None:
    mailroom.slow_rcpt = {sorted(EVERYBODY)[4]: 5.0}
    first = sender()
    wait_until(lambda: not mailroom.slow_rcpt)
    first.kill()
    assert outbox.progress(queued.engine, PERIOD).sending == 1

    wait_for(sender())

    assert mailroom.to == dict.fromkeys(EVERYBODY, 1)


def test_killed_after_the_server_took_it_the_same_letter_comes_again_and_nobody_is_skipped(
    queued: AppContext, mailroom: Mailroom, sender: Sender
) -> None:
    mailroom.wait_after = 0.2
    for taken in (3, 7):
        process = sender()
        wait_until(lambda count=taken: len(mailroom.taken) >= count)  # type: ignore[misc]
        process.kill()

    wait_for(sender())

    assert set(mailroom.to) == EVERYBODY
    assert len(mailroom.message_ids) == 11  # copies carry the same Message-ID
    assert len(mailroom.taken) <= 13
    assert len({str(m["To"]) + str(m.get_body(("plain",))) for m in mailroom.taken}) == 11


def test_two_processes_at_once_send_everything_once(
    queued: AppContext, mailroom: Mailroom, sender: Sender
) -> None:
    mailroom.wait = 0.05
    # A lease that no slow machine outlasts: one that lapses lets the other send a letter again.
    both = sender(lease=PATIENCE), sender(lease=PATIENCE)
    for process in both:
        wait_for(process)

    assert mailroom.to == dict.fromkeys(EVERYBODY, 1)
    assert outbox.progress(queued.engine, PERIOD).sent == 11


def test_another_process_goes_on_where_one_was_killed(mailroom: Mailroom, sender: Sender) -> None:
    mailroom.wait = 0.15
    first = sender(lease=4)  # long enough that it lapses after the kill only
    wait_until(lambda: len(mailroom.taken) >= 2)
    second = sender(lease=PATIENCE)
    wait_until(lambda: len(mailroom.taken) >= 5)
    first.kill()
    wait_for(second)

    assert set(mailroom.to) == EVERYBODY
    assert len(mailroom.message_ids) == 11
    assert len(mailroom.taken) <= 12
