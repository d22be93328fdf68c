"""Closing a round, on a real store: every acknowledged sheet counts, and nothing else is left."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, update

from monitor.context import AppContext
from monitor.errors import CodeClosed, KeyMissing, RoundRefused
from monitor.pulse.ballot import ballot_box, round_keys
from monitor.pulse.ballot.envelope import RoundKey
from monitor.pulse.count import closing, sealed_store
from monitor.pulse.questionnaire import Questionnaire
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.store.engine import writing
from monitor.store.key_folder import KeyFolder
from monitor.store.tables import atom, ballot, envelope, survey_round
from tests.pulse.conftest import Sheet, codes_for, fill, rows_in


def test_closing_leaves_the_result_and_nothing_of_the_box(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    fill(context, open_period, sheet, now, wmo_oost=6, wmo_west=3, jeugd_noord=4)

    closing.close(context, open_period, "test", now)

    release = sealed_store.load(context.engine, open_period).release
    scores = {unit: int(release.scores[row, 0]) for unit, row in release.row_of.items()}
    assert scores == {
        "stad": 75, "wmo": 75, "wmo-oost": 75, "wmo-west": -1,
        "jeugd": -1, "jeugd-noord": -1, "jeugd-zuid": -1,
    }  # fmt: skip
    assert int(release.n[release.row_of["stad"]].max()) == 13
    assert rows_in(context, envelope) == rows_in(context, ballot) == 0
    assert context.keys.names() == ()
    if file := context.settings.database_file:
        log = file.with_name("teamklimaat.db-wal")
        assert not log.exists() or log.stat().st_size == 0


def test_closing_twice_or_an_unknown_round_is_refused(
    context: AppContext, open_period: str, now: datetime
) -> None:
    closing.close(context, open_period, "test", now)

    with pytest.raises(RoundRefused, match="is_sealed"):
        closing.close(context, open_period, "test", now)
    with pytest.raises(RoundRefused, match="unknown"):
        closing.close(context, "2026-10", "test", now)


def test_an_empty_round_closes_to_nothing_shown(
    context: AppContext, open_period: str, now: datetime
) -> None:
    closing.close(context, open_period, "test", now)

    assert rows_in(context, atom) == 0
    assert sealed_store.sealed_periods(context.engine) == (open_period,)


def test_a_damaged_envelope_is_reported_and_blocks_nothing(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    fill(context, open_period, sheet, now, wmo_oost=6)
    with writing(context.engine) as connection:
        junk = {"id": b"x" * 16, "period": open_period, "sealed": b"junk" * 28}
        connection.execute(insert(envelope), junk)

    result = closing.close(context, open_period, "test", now)

    assert result.damaged
    assert rows_in(context, envelope) == 0
    assert rows_in(context, atom) == 9


@pytest.mark.slow
def test_submissions_during_the_close_are_counted_or_refused_never_lost(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    codes = codes_for(context, open_period, now, wmo_oost=60)["wmo-oost"]
    started = threading.Barrier(5)

    def submit_all(own_codes: list[str]) -> int:
        started.wait()
        accepted = 0
        for code in own_codes:
            try:
                ballot_box.submit(context, code, sheet(4))
            except (CodeClosed, KeyMissing):
                continue
            accepted += 1
        return accepted

    with ThreadPoolExecutor(5) as pool:
        senders = [pool.submit(submit_all, codes[i::4]) for i in range(4)]
        started.wait()
        while rows_in(context, envelope) < 10:
            pass
        closing.close(context, open_period, "test", now)
        acknowledged = sum(sender.result() for sender in senders)

    release = sealed_store.load(context.engine, open_period).release
    assert acknowledged >= 10
    assert int(release.n[release.row_of["wmo-oost"]].max()) == acknowledged


def test_a_round_that_closes_while_a_sheet_is_looked_up_is_closed_not_unknown(
    context: AppContext,
    open_period: str,
    sheet: Sheet,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (code,) = codes_for(context, open_period, now, wmo_oost=1)["wmo-oost"]
    load_key = round_keys.load_key

    def close_first(keys: KeyFolder, public: bytes) -> RoundKey | None:
        key = load_key(keys, public)
        monkeypatch.undo()
        monkeypatch.setattr(closing, "PURGE_TRIES", 1)  # the lookup reads until after the close
        with ThreadPoolExecutor(1) as other:
            other.submit(closing.close, context, open_period, "test", now).result()
        return key

    monkeypatch.setattr(round_keys, "load_key", close_first)
    with pytest.raises(CodeClosed):
        ballot_box.submit(context, code, sheet(4))
    assert rows_in(context, envelope) == 0


def test_five_processes_closing_at_once_seal_once(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    fill(context, open_period, sheet, now, wmo_oost=20, wmo_west=20)

    def close(_: int) -> None:
        with suppress(RoundRefused, KeyMissing):
            closing.close(context, open_period, "test", now)

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(close, range(5)))

    release = sealed_store.load(context.engine, open_period).release
    assert int(release.n[release.row_of["wmo"]].max()) == 40
    assert context.keys.names() == ()


def test_a_half_closed_round_takes_nothing_in_and_can_be_closed_again(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    codes = codes_for(context, open_period, now, wmo_oost=7)["wmo-oost"]
    for code in codes[:6]:
        ballot_box.submit(context, code, sheet(4))
    with writing(context.engine) as connection:
        connection.execute(update(survey_round).values(status=RoundStatus.CLOSING))

    with pytest.raises(CodeClosed):
        ballot_box.submit(context, codes[6], sheet(4))
    closing.close(context, open_period, "test", now)

    release = sealed_store.load(context.engine, open_period).release
    assert int(release.n[release.row_of["wmo-oost"]].max()) == 6


def test_the_sweep_destroys_keys_of_sealed_rounds_and_old_orphans_only(
    context: AppContext, open_period: str, questions: Questionnaire, now: datetime
) -> None:
    sealed = rounds.get(context.engine, open_period)
    content = context.keys.read(sealed.key_name) or b""
    closing.close(context, open_period, "test", now)
    context.keys.write(sealed.key_name, content)  # as after a crash right after the commit
    context.keys.write("round-orphan", b"x" * 64)
    context.keys.write("vent-something", b"x" * 32)
    context.keys.write(f"answered-{sealed.key_name.partition('-')[2]}-0", b"x")
    alive = rounds.open_round(context, "2026-12", questions, None, "test", now).key_name
    counts = f"answered-{alive.partition('-')[2]}-0"

    closing.sweep(context, now)
    assert context.keys.names() == (counts, alive, "round-orphan", "vent-something")
    closing.sweep(context, datetime.now(now.tzinfo) + timedelta(hours=2))
    assert context.keys.names() == (counts, alive, "vent-something")
