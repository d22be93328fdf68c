"""The counts beside the round's key: whatever dies in whichever step, the box stays whole."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from monitor.context import AppContext, build_context
from monitor.errors import CodeSpent, RoundRefused, StoreBusy
from monitor.pulse.ballot import ballot_box, batch_settlement
from monitor.pulse.ballot.answered_counts import AnsweredCounts
from monitor.pulse.count import closing, sealed_store
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.store import slot_file
from monitor.store.engine import reading
from monitor.store.slot_file import DamagedFile, SlotFile
from monitor.store.tables import ballot_batch, envelope
from tests.pulse.conftest import PERIOD, Sheet, codes_for, rows_in

KEY = b"k" * 32
Crash = Callable[[pytest.MonkeyPatch], None]


def counts_of(context: AppContext) -> AnsweredCounts:
    key = rounds.key_of(context.keys, rounds.get(context.engine, PERIOD))
    return AnsweredCounts.of(context.keys, key)


def total(context: AppContext) -> Counter[int]:
    with reading(context.engine) as connection:
        return counts_of(context).total(connection)


def die(*_: object, **__: object) -> None:
    os._exit(9)


def before_the_count(patch: pytest.MonkeyPatch) -> None:
    """Nothing is written yet."""
    patch.setattr(SlotFile, "write", die)


def before_the_commit(patch: pytest.MonkeyPatch) -> None:
    """The count is written, the transaction is not committed."""
    patch.setattr("sqlalchemy.engine.Transaction.commit", die)
    patch.setattr("sqlalchemy.engine.RootTransaction.commit", die)
    patch.setattr("sqlalchemy.engine.RootTransaction._do_commit", die)


def after_the_commit(patch: pytest.MonkeyPatch) -> None:
    """The transaction is committed, the count is still pending."""
    write = SlotFile.write

    def first_only(self: SlotFile, payload: bytes, *, sync: bool) -> None:
        if not sync:
            os._exit(9)
        write(self, payload, sync=sync)

    patch.setattr(SlotFile, "write", first_only)


CRASHES = {before_the_count: 0, before_the_commit: 0, after_the_commit: 1}
"""And how many of one sheet are in the box afterwards."""


def submit_and_die(context: AppContext, code: str, sheet: Sheet, crash: Crash) -> None:
    """Submit in a process that dies where `crash` says."""
    settings = context.settings
    context.engine.dispose()
    child = os.fork()
    if child == 0:
        try:
            own = build_context(settings)
            with pytest.MonkeyPatch.context() as patch:
                crash(patch)
                ballot_box.submit(own, code, sheet(4))
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@pytest.mark.slow
@pytest.mark.parametrize("crash", CRASHES)
@pytest.mark.parametrize("settled", [True, False])
def test_a_process_that_dies_leaves_no_unit_unequal_and_loses_nothing(
    context: AppContext,
    open_period: str,
    sheet: Sheet,
    now: datetime,
    crash: Crash,
    settled: bool,
) -> None:
    codes = codes_for(context, open_period, now, wmo_oost=9)["wmo-oost"]
    for code in codes[:4]:
        ballot_box.submit(context, code, sheet(4))

    for code in codes[4:6]:  # twice: the second finds what the first left
        submit_and_die(context, code, sheet, crash)
    if settled:
        batch_settlement.settle(context, rounds.get(context.engine, open_period))
        assert not counts_of(context).pending
    assert rows_in(context, envelope) == 4 + 2 * CRASHES[crash]
    for code in codes[4:6]:  # whoever was not thanked tries again
        if CRASHES[crash]:
            with pytest.raises(CodeSpent):
                ballot_box.submit(context, code, sheet(4))
        else:
            ballot_box.submit(context, code, sheet(4))
    for code in codes[6:8]:
        ballot_box.submit(context, code, sheet(4))

    assert sum(total(context).values()) == rows_in(context, envelope) == 8
    result = closing.close(context, open_period, "test", now)
    assert (result.damaged, result.incomplete) == (False, False)
    release = sealed_store.load(context.engine, open_period).release
    assert int(release.n[release.row_of["wmo-oost"]].max()) == 8


@pytest.mark.slow
def test_with_the_count_written_after_the_commit_a_crash_leaves_the_unit_unequal(
    context: AppContext,
    open_period: str,
    sheet: Sheet,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: a design without a pending count."""
    codes = codes_for(context, open_period, now, wmo_oost=9)["wmo-oost"]
    for code in codes[:7]:
        ballot_box.submit(context, code, sheet(4))

    def crash(patch: pytest.MonkeyPatch) -> None:
        def only_the_last(self: SlotFile, _payload: bytes, *, sync: bool) -> None:
            if not sync:
                os._exit(9)

        patch.setattr(SlotFile, "write", only_the_last)

    submit_and_die(context, codes[7], sheet, crash)

    assert rows_in(context, envelope) == 8
    assert closing.close(context, open_period, "test", now).incomplete


def test_a_power_failure_that_loses_what_was_not_synced_loses_no_count(
    context: AppContext,
    open_period: str,
    sheet: Sheet,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    codes = codes_for(context, open_period, now, wmo_oost=6, wmo_west=6)
    write = SlotFile.write

    def synced_only(self: SlotFile, payload: bytes, *, sync: bool) -> None:
        if sync:
            write(self, payload, sync=True)

    for code in codes["wmo-oost"][:3]:
        ballot_box.submit(context, code, sheet(4))
    with monkeypatch.context() as patch:
        patch.setattr(SlotFile, "write", synced_only)
        for code in codes["wmo-oost"][3:]:
            ballot_box.submit(context, code, sheet(4))
    for code in codes["wmo-west"]:
        ballot_box.submit(context, code, sheet(4))

    assert sorted(total(context).values()) == [6, 6]
    assert not closing.close(context, open_period, "test", now).incomplete


@pytest.mark.slow
def test_people_who_answer_at_once_in_several_processes_are_all_counted(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    codes = codes_for(context, open_period, now, wmo_oost=40)["wmo-oost"]
    contexts = [build_context(context.settings) for _ in range(3)]

    with ThreadPoolExecutor(9) as pool:
        list(
            pool.map(
                lambda place: ballot_box.submit(contexts[place % 3], codes[place], sheet(4)),
                range(40),
            )
        )
    for each in contexts:
        each.engine.dispose()

    assert list(total(context).values()) == [40]
    with reading(context.engine) as connection:
        assert len(connection.execute(select(ballot_batch)).all()) <= 9  # one a file, not a batch
    assert not closing.close(context, open_period, "test", now).incomplete
    assert rows_in(context, ballot_batch) == 0
    assert context.keys.names() == ()


def test_a_count_that_cannot_be_written_thanks_nobody(
    context: AppContext,
    open_period: str,
    sheet: Sheet,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (code,) = codes_for(context, open_period, now, wmo_oost=1)["wmo-oost"]

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(SlotFile, "write", full)
        with pytest.raises(StoreBusy):
            ballot_box.submit(context, code, sheet(4))
    assert rows_in(context, envelope) == 0
    ballot_box.submit(context, code, sheet(4))


def test_damaged_counts_stop_the_close_and_change_nothing(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    codes = codes_for(context, open_period, now, wmo_oost=6)["wmo-oost"]
    for code in codes:
        ballot_box.submit(context, code, sheet(4))
    (file,) = context.keys.path.glob("answered-*")
    file.write_bytes(b"\0" * file.stat().st_size)

    with pytest.raises(RoundRefused, match="count_damaged"):
        closing.close(context, open_period, "test", now)
    assert rows_in(context, envelope) == 6
    assert rounds.get(context.engine, open_period).status is RoundStatus.OPEN


# -- the file ---------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A slot file that holds ``first``."""
    path = tmp_path / "slots"
    assert slot_file.create(path, KEY, b"first", 5000)
    assert not slot_file.create(path, KEY, b"other", 5000)
    return path


def write(file: Path, payload: bytes, *, sync: bool) -> None:
    with slot_file.locked(file, KEY) as held:
        assert held is not None
        held.write(payload, sync=sync)


def torn(file: Path, payload: bytes) -> None:
    """Spoil the slot that holds `payload`, as a power failure does."""
    raw = bytearray(file.read_bytes())
    raw[raw.index(payload)] ^= 1
    file.write_bytes(raw)


def test_a_slot_that_is_torn_brings_back_what_was_synced(file: Path) -> None:
    size = file.stat().st_size
    write(file, b"synced", sync=True)
    for number in range(3):  # over one another, never over what was synced
        write(file, b"loose-%d" % number, sync=False)
        torn(file, b"loose-%d" % number)
        assert slot_file.read(file, KEY) == b"synced"
    write(file, b"loose", sync=False)
    write(file, b"again", sync=True)
    torn(file, b"again")
    assert slot_file.read(file, KEY) == b"synced"
    assert file.stat().st_size == size


def test_neither_slot_whole_is_damage_and_another_key_opens_nothing(file: Path) -> None:
    with pytest.raises(DamagedFile):
        slot_file.read(file, b"x" * 32)
    torn(file, b"first")
    with pytest.raises(DamagedFile):
        slot_file.read(file, KEY)


def test_one_at_a_time_holds_it(file: Path) -> None:
    with slot_file.locked(file, KEY) as held, slot_file.locked(file, KEY) as second:
        assert held is not None
        assert second is None
    with slot_file.locked(file, KEY) as held:
        assert held is not None
        with pytest.raises(ValueError, match="does not fit"):
            held.write(b"x" * 9000, sync=True)
