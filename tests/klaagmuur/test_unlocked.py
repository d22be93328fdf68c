"""Unlocked keys stay in memory, for one session, and not for long."""

from __future__ import annotations

from dataclasses import dataclass

from monitor import clock
from monitor.access import sessions
from monitor.access.tokens import digest
from monitor.context import AppContext
from monitor.klaagmuur.enrolment import PATIENCE, WAITING, Enrolments
from monitor.klaagmuur.luisteraars import make_key
from monitor.klaagmuur.reader_key import ReaderKey, new_reader_key
from monitor.klaagmuur.refusals import KeyRefused
from monitor.klaagmuur.unlocked import HOLDER, IDLE, MOST, Unlocked
from monitor.store.engine import writing
from tests.klaagmuur.conftest import Listener, insecure_quick_cost

import pytest  # isort: skip

ONE, TWO = b"1" * 32, b"2" * 32


@dataclass
class Clock:
    """A clock one can move."""

    moment: float = 1000.0

    def __call__(self) -> float:
        return self.moment


def test_a_key_belongs_to_one_session_and_one_luisteraar() -> None:
    holder, key = Unlocked(), new_reader_key()
    holder.put(ONE, "noor", key)

    assert holder.use(ONE, "noor") == key
    assert holder.use(ONE, "karim") is None
    assert holder.use(TWO, "noor") is None
    holder.lock(ONE)
    assert holder.use(ONE, "noor") is None


def test_a_quarter_of_an_hour_without_use_wipes_it() -> None:
    clock = Clock()
    holder = Unlocked(clock)
    holder.put(ONE, "noor", new_reader_key())
    clock.moment += IDLE - 1
    assert holder.use(ONE, "noor") is not None  # use begins the time anew
    clock.moment += IDLE - 1
    assert holder.is_open(ONE)  # asking does not
    clock.moment += 1
    assert not holder.is_open(ONE)
    assert holder.use(ONE, "noor") is None


def test_how_long_still_is_known_and_asking_is_no_use() -> None:
    clock = Clock()
    holder = Unlocked(clock)
    assert holder.left(ONE) == 0.0
    holder.put(ONE, "noor", new_reader_key())
    clock.moment += IDLE - 60
    assert holder.left(ONE) == 60.0
    assert holder.left(ONE) == 60.0
    assert holder.use(ONE, "noor") is not None
    assert holder.left(ONE) == IDLE
    clock.moment += IDLE
    assert holder.left(ONE) == 0.0


def test_the_reaper_wipes_the_bytes_themselves() -> None:
    clock = Clock()
    holder = Unlocked(clock)
    holder.put(ONE, "noor", ReaderKey(b"s" * 32))
    seed = holder._held[ONE].seed
    clock.moment += IDLE

    holder.reap()

    assert not any(seed)
    assert holder._held == {}


def test_the_reaper_runs_by_itself() -> None:
    holder = Unlocked(idle=0.05)
    holder.put(ONE, "noor", new_reader_key())
    seed = holder._held[ONE].seed
    reaper = holder._reaper
    assert reaper is not None

    reaper.join(60)

    assert not any(seed)


def test_keys_do_not_pile_up() -> None:
    holder = Unlocked()
    for number in range(MOST + 5):
        holder.put(number.to_bytes(32), "noor", new_reader_key())

    assert len(holder._held) == MOST


def test_a_sheet_is_proven_by_typing_two_groups_of_it() -> None:
    waiting = Enrolments()
    new = make_key("vier losse natte eenden", insecure_quick_cost)
    pending = waiting.start(ONE, "Noor", new)
    groups = tuple(new.recovery_code[4 * n - 4 : 4 * n] for n in pending.group_numbers)

    assert pending.group_numbers[0] != pending.group_numbers[1]
    for wrong in (("", ""), (groups[0], "0000"), (groups[1], groups[0])):
        with pytest.raises(KeyRefused):
            waiting.prove(ONE, wrong)
    assert waiting.prove(ONE, (groups[0].lower(), groups[1])) is pending
    with pytest.raises(KeyRefused):
        waiting.prove(TWO, (groups[0], groups[1]))


def test_what_waits_too_long_is_dropped() -> None:
    clock = Clock()
    waiting = Enrolments(clock)
    waiting.start(ONE, "Noor", make_key("vier losse natte eenden", insecure_quick_cost))
    clock.moment += PATIENCE + 1

    assert waiting.get(ONE) is None


def test_a_session_that_ends_takes_its_key_along(context: AppContext, noor: Listener) -> None:
    by_button, by_account, other = (_signed_in(context, noor) for _ in range(3))
    for token in (by_button, by_account, other):
        HOLDER.put(_digest(token), noor.who.id, noor.key)
    seed = HOLDER._held[_digest(by_button)].seed
    WAITING.start(_digest(by_button), "Noor", noor.new)

    sessions.end(context.engine, by_button)

    assert not any(seed)
    assert HOLDER.use(_digest(by_button), noor.who.id) is None
    assert WAITING.get(_digest(by_button)) is None
    assert HOLDER.is_open(_digest(by_account))
    sessions.end_all(context.engine, noor.who.account)
    assert not HOLDER.is_open(_digest(by_account))
    assert not HOLDER.is_open(_digest(other))


def test_a_session_that_ends_elsewhere_is_noticed_by_the_reaper() -> None:
    running = [True]
    holder = Unlocked()
    holder.put(ONE, "noor", new_reader_key(), lambda: running[0])
    holder.reap()
    assert holder.is_open(ONE)
    seed = holder._held[ONE].seed

    running[0] = False
    holder.reap()

    assert not any(seed)
    assert not holder.is_open(ONE)


def test_a_store_that_cannot_answer_locks_nobody_out() -> None:
    def fails() -> bool:
        raise OSError

    holder = Unlocked()
    holder.put(ONE, "noor", new_reader_key(), fails)
    holder.reap()

    assert holder.is_open(ONE)


def _signed_in(context: AppContext, noor: Listener) -> str:
    with writing(context.engine) as connection:
        return sessions.start(connection, noor.who.account, clock.now())


def _digest(token: str) -> bytes:
    token_digest = digest(token)
    assert token_digest is not None
    return token_digest
