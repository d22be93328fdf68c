"""Sealed months are read from what was kept of them, and come out as when they are worked out."""

from __future__ import annotations

import random
from dataclasses import fields
from datetime import datetime

import numpy as np
import pytest
from sqlalchemy import Engine, insert, select, text

from monitor import scheduler
from monitor.climate import results as climate
from monitor.climate.results import assemble
from monitor.context import AppContext
from monitor.errors import RoundRefused
from monitor.pulse.count import released_arrays, released_months, sealed_store
from monitor.pulse.count.released_arrays import KnownTrees
from monitor.pulse.count.sealed_store import SealedRelease
from monitor.pulse.disclosure.release import MonthRelease
from monitor.store import backup, derived_keys
from monitor.store.engine import open_store, reading, writing
from monitor.store.signed_rows.row_reading import Unguarded
from monitor.store.tables import atom, released, signal
from tests.climate.conftest import SealMonth
from tests.promises import towns
from tests.scale import samples
from tests.stores import BOTH

MONTHS = ("2026-01", "2026-02", "2026-03")
OTHER_RULES = "0" * 64
CHANGES = (
    "UPDATE atom SET n = n + 1 WHERE period = '2026-02'",
    "UPDATE atom SET points = points - 1 WHERE period = '2026-02'",
    "DELETE FROM atom WHERE period = '2026-02' AND theme = 'druk'",
    "INSERT INTO class_atom VALUES ('2026-02', 'oost', false, 'mens_blijven_zien', 9, 8, 7)",
    "INSERT INTO spread VALUES ('2026-02', 'druk', 410)",
)
"""To the second month, each of which changes what comes out of it."""
NOT_GENUINE = (
    "UPDATE round_unit SET invited = invited + 1 WHERE period = '2026-02' AND unit = 'oost'",
    "UPDATE survey_round SET minimum = 6 WHERE period = '2026-02'",
)
"""To authenticated rows: nothing comes out of such a month."""


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest) -> str:
    """Either database."""
    return str(request.param)


@pytest.fixture
def sealed(context: AppContext, seal_month: SealMonth) -> AppContext:
    """Three months, one of which has a unit that is too small; nothing is kept of them."""
    for number, period in enumerate(MONTHS):
        seal_month(period, oost=(6 + number, 4), west=(3 + number, 2))
    with writing(context.engine) as connection:
        row = {"period": MONTHS[1], "unit": "oost", "theme": "respect", "audience": "team"}
        connection.execute(insert(signal).values(**row, direction="down", since=MONTHS[0]))
    return context


def afresh(engine: Engine) -> dict[str, SealedRelease]:
    """Every month, worked out of its sealed rows."""
    return {period: sealed_store.load(engine, period) for period in MONTHS}


def kept_periods(engine: Engine) -> tuple[str, ...]:
    """The months of which something is kept that may be believed."""
    return tuple(released_months.load(engine, MONTHS))


def assert_same_release(ours: MonthRelease, other: MonthRelease) -> None:
    """Every field of two releases is equal."""
    for field in fields(MonthRelease):
        first, second = getattr(ours, field.name), getattr(other, field.name)
        if isinstance(first, np.ndarray):
            np.testing.assert_array_equal(first, second)
        else:
            assert first == second, field.name


def exported(months: dict[str, SealedRelease]) -> list[object]:
    """Every figure of the months, control limits and signals included."""
    return list(assemble(list(months.values())).rows())


@pytest.mark.slow
def test_what_is_kept_is_what_is_worked_out(sealed: AppContext) -> None:
    worked_out = afresh(sealed.engine)
    assert released_months.keep(sealed.engine, worked_out) == MONTHS

    kept = released_months.load(sealed.engine, MONTHS)

    assert tuple(kept) == MONTHS
    for period in MONTHS:
        assert_same_release(kept[period].release, worked_out[period].release)
        assert kept[period].tree == worked_out[period].tree
        assert kept[period].questionnaire == worked_out[period].questionnaire
        assert kept[period].signals == worked_out[period].signals
    assert exported(kept) == exported(worked_out)
    assert released_months.keep(sealed.engine, worked_out) == ()


def test_months_with_one_tree_share_it(sealed: AppContext) -> None:
    released_months.keep(sealed.engine, afresh(sealed.engine))

    kept = list(released_months.load(sealed.engine, MONTHS).values())

    assert all(month.tree is kept[0].tree for month in kept)
    assert all(month.release.row_of is kept[0].release.row_of for month in kept)


@pytest.mark.slow
def test_any_month_comes_back_from_its_bytes() -> None:
    rng, known = random.Random(20261126), KnownTrees()
    for _ in range(samples(40)):
        month = towns.released(towns.random_town(rng, towns.questionnaire(3, 2)))

        packed = released_arrays.pack(month.release, month.tree)
        unpacked, tree = released_arrays.unpack(packed, known)

        assert_same_release(unpacked, month.release)
        assert tree == month.tree


@pytest.mark.slow
def test_a_month_of_which_rows_changed_is_worked_out_anew(sealed: AppContext) -> None:
    released_months.keep(sealed.engine, afresh(sealed.engine))
    for change in CHANGES:
        with writing(sealed.engine) as connection:
            connection.execute(text(change))

        assert kept_periods(sealed.engine) == (MONTHS[0], MONTHS[2]), change
        assert released_months.keep(sealed.engine, afresh(sealed.engine)) == (MONTHS[1],)
        assert kept_periods(sealed.engine) == MONTHS


@pytest.mark.parametrize("change", NOT_GENUINE)
def test_of_a_round_that_somebody_else_changed_nothing_kept_counts(
    sealed: AppContext, change: str
) -> None:
    released_months.keep(sealed.engine, afresh(sealed.engine))
    with writing(sealed.engine) as connection:
        connection.execute(text(change))

    assert kept_periods(sealed.engine) == (MONTHS[0], MONTHS[2])
    with pytest.raises(RoundRefused, match=r"round\.not_genuine"):
        sealed_store.load(sealed.engine, MONTHS[1])


def test_other_rules_work_every_month_out_anew(
    sealed: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    released_months.keep(sealed.engine, afresh(sealed.engine))
    monkeypatch.setattr(released_months, "RULES", OTHER_RULES)

    assert kept_periods(sealed.engine) == ()
    assert released_months.keep(sealed.engine, afresh(sealed.engine)) == MONTHS
    with reading(sealed.engine) as connection:
        assert set(connection.execute(select(released.c.rules)).scalars()) == {OTHER_RULES}


def test_the_rules_are_the_program_that_makes_the_figures() -> None:
    fewer = released_months.rules_of(released_months.MADE_BY[1:])

    assert len(released_months.RULES) == len(fewer) == 64
    assert fewer != released_months.RULES


@pytest.mark.slow
def test_a_new_process_reads_what_the_tick_kept(
    sealed: AppContext, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduler.tick(sealed, now)
    before = climate.results(sealed.engine)
    engine = open_store(sealed.settings.database_url)
    derived_keys.remember(engine, sealed.secret)
    monkeypatch.setattr(sealed_store, "load", refuse)

    after = climate.results(engine)

    assert list(after.rows()) == list(before.rows())
    engine.dispose()


def test_without_the_secret_nothing_kept_is_believed(sealed: AppContext) -> None:
    released_months.keep(sealed.engine, afresh(sealed.engine))
    engine = open_store(sealed.settings.database_url)

    assert kept_periods(engine) == ()
    with pytest.raises(Unguarded):
        afresh(engine)
    engine.dispose()


def test_looking_costs_a_tick_nothing_when_no_month_was_added(
    sealed: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert climate.keep(sealed.engine) == MONTHS
    monkeypatch.setattr(released_months, "keep", refuse)

    assert climate.keep(sealed.engine) == ()


@pytest.mark.slow
def test_it_is_in_no_backup(sealed: AppContext) -> None:
    climate.keep(sealed.engine)
    backup.write(sealed.engine, file := sealed.settings.keys_dir.parent / "backup.db")

    with backup.opened(file) as engine, reading(engine) as connection:
        assert connection.execute(select(atom)).first() is not None
        assert connection.execute(select(released)).first() is None


def refuse(*_arguments: object) -> None:
    """Stands in for what must not be called."""
    raise AssertionError("this should not have been called")
