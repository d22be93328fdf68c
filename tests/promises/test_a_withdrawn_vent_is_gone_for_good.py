"""A withdrawn or expired vent is gone for good: from the table, the log, and every backup."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from monitor import clock
from monitor.context import AppContext, build_context
from monitor.klaagmuur import envelope, expiry, reading, shredding, thread, vents
from monitor.klaagmuur.content import Vent
from monitor.klaagmuur.envelope import Damaged
from monitor.klaagmuur.refusals import ReceiptRefused
from monitor.klaagmuur.vents import Draft
from monitor.operations import restore
from monitor.store import backup, row_shuffle
from monitor.store.engine import is_sqlite
from tests.fork_server import ForkServer
from tests.promises import canary, theft
from tests.promises.theft import Disk


def withdraw(context: AppContext, code: str) -> None:
    thread.withdraw(context, code)


def expire(context: AppContext, _code: str) -> None:
    expiry.sweep(context, clock.now() + timedelta(60))


def delete(context: AppContext, code: str) -> None:
    receipt = envelope.receipt_of(code.encode())
    opened = thread.open_thread(context, code)
    thread.remove(context, {receipt.id: opened.shred.name})


@pytest.mark.parametrize("end", [withdraw, expire, delete])
def test_nothing_of_it_is_left_in_the_store(
    context: AppContext, noor: canary.Listener, end: Callable[[AppContext, str], None], disk: Disk
) -> None:
    code = vents.send(context, Draft(Vent(text=canary.TEXT)), clock.now())
    thread.answer(context, code, canary.ANSWER, "a" * 22, clock.now())
    ((name, sealed),) = canary.sealed_vents(context).items()
    key = thread.open_thread(context, code).shred.key

    end(context, code)
    if not is_sqlite(context.engine):
        # PostgreSQL keeps deleted rows on disk until the nightly shuffle.
        row_shuffle.shuffle_rows(context.engine)

    files = theft.tables_in(canary.all_files(context, disk))
    for trace in (sealed[40:140], sealed[-100:], name, key):
        assert [file for file, content in files.items() if trace in content] == []
    with pytest.raises(ReceiptRefused):
        thread.open_thread(context, code)


def test_the_control_before_it_ends_its_traces_are_found(
    context: AppContext, noor: canary.Listener, disk: Disk
) -> None:
    vents.send(context, Draft(Vent(text=canary.TEXT)), clock.now())
    ((name, sealed),) = canary.sealed_vents(context).items()

    everything = b"".join(theft.tables_in(canary.all_files(context, disk)).values())

    assert name in everything
    assert sealed[40:140] in everything


@pytest.mark.slow
@pytest.mark.parametrize("end", [withdraw, expire, delete])
def test_a_restored_backup_does_not_bring_it_back(
    context: AppContext,
    noor: canary.Listener,
    tmp_path: Path,
    end: Callable[[AppContext, str], None],
) -> None:
    code = vents.send(context, Draft(Vent(text=canary.TEXT)), clock.now())
    file = tmp_path / "backup.db"
    backup.write(context.engine, file)
    end(context, code)

    restored = restore.restore(context, file, "test", clock.now(), force=True)

    assert restored.vents == 1
    assert reading.inbox(context, noor.reader, noor.key).letters == ()
    with pytest.raises(ReceiptRefused):
        thread.open_thread(context, code)


@pytest.mark.slow
def test_a_restored_backup_does_bring_back_what_was_not_withdrawn(
    context: AppContext, noor: canary.Listener, tmp_path: Path
) -> None:
    code = vents.send(context, Draft(Vent(text=canary.TEXT)), clock.now())
    file = tmp_path / "backup.db"
    backup.write(context.engine, file)

    restore.restore(context, file, "test", clock.now(), force=True)

    assert thread.open_thread(context, code).vent.text == canary.TEXT


def test_a_stolen_copy_opens_nothing_even_with_the_luisteraars_key(
    context: AppContext, noor: canary.Listener, disk: Disk
) -> None:
    code = vents.send(context, Draft(Vent(text=canary.TEXT)), clock.now())
    ((name, sealed),) = canary.sealed_vents(context).items()
    stolen = b"".join(disk().values())  # all logs included, without the key folder
    thread.withdraw(context, code)

    assert sealed[40:140] in stolen
    remaining = [shredding.read(context.keys, bytes.fromhex(n[5:])) for n in context.keys.names()]
    keys = [shred_key.key for shred_key in remaining if shred_key is not None]

    assert keys
    for shred in (*keys, bytes(32)):
        with pytest.raises(Damaged):
            envelope.open_as_reader(sealed, name, noor.key, shred)
        with pytest.raises(Damaged):
            envelope.open_as_sender(sealed, envelope.receipt_of(code.encode()), shred)


def test_through_the_page_and_across_a_restart(
    context: AppContext, noor: canary.Listener, forks: ForkServer, tmp_path: Path
) -> None:
    with (
        forks.running(context.settings, tmp_path) as live,
        httpx.Client(base_url=live.address, timeout=30, verify=False) as client,
    ):
        code, other = canary.send(client), canary.send(client, "blijft staan")
        gone = client.post(
            "/klaagmuur/gesprek", data={"code": code, "stap": "intrekken", "zeker": "ja"}
        )
        assert "Het is weg" in gone.text
        live.stop()
    restarted = build_context(context.settings)

    with pytest.raises(ReceiptRefused):
        thread.open_thread(restarted, code)
    assert thread.open_thread(restarted, other).vent.text == "blijft staan"
    restarted.engine.dispose()
