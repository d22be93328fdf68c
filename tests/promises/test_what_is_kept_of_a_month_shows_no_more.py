"""Whoever can write in the store cannot change what pages show through what is kept of a month."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from sqlalchemy import Connection, insert, select, update

from monitor.climate import results as climate
from monitor.climate.results import Results
from monitor.context import AppContext
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.count import closing, released_arrays, released_months
from monitor.pulse.count.released_arrays import KnownTrees
from monitor.pulse.count.sealed_store import SealedRelease
from monitor.pulse.disclosure.release import SUPPRESSED
from monitor.pulse.invitations import issue
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.store import derived_keys
from monitor.store.engine import open_store, writing
from monitor.store.signed_rows import RowGuard, attach
from monitor.store.tables import released
from tests.conftest import NOW
from tests.promises import sheets
from tests.promises.conftest import CopyOf

PERIOD, BEFORE = "2026-02", "2026-01"
SMALL, LARGE = "west", "oost"
PEOPLE = {LARGE: 9, SMALL: 3}
Attack = Callable[[Connection, bytes | None], None]


@pytest.fixture
def town(copy_of: CopyOf) -> AppContext:
    """Two sealed months of which the release is kept; one team is too small for figures."""
    return copy_of(_fill)[0]


def _fill(context: AppContext) -> None:
    now = NOW
    units = (Unit("stad", None, "Stad"), *(Unit(key, "stad", key) for key in PEOPLE))
    import_tree(context.engine, Tree(units), "test", now)
    questions = load(context.settings.questionnaire_file)
    for period, answer in ((BEFORE, 2), (PERIOD, 4)):
        rounds.open_round(context, period, questions, None, "test", now)
        invitations = issue.invite(context, period, PEOPLE, "test", now)
        sheet = (answer,) * len(questions.questions)
        sheets.submit(context, [(invitation.code, sheet) for invitation in invitations])
        closing.close(context, period, "test", now)
    assert climate.keep(context.engine) == (BEFORE, PERIOD)


def after_a_start(town: AppContext) -> Results:
    """What a new process shows."""
    engine = open_store(town.settings.database_url)
    derived_keys.remember(engine, town.secret)
    attach(engine, RowGuard.of(town.secret, town.keys))
    try:
        return climate.results(engine)
    finally:
        engine.dispose()


def rewrite(connection: Connection, key: bytes | None, change: Callable[[bytes], bytes]) -> None:
    """Change the arrays of the month; sign them when the attacker has the key."""
    row = connection.execute(select(released).where(released.c.period == PERIOD)).one()
    arrays = change(row.arrays)
    mac = released_months.code_of(key, PERIOD, row.rules, row.atoms_digest, arrays) if key else None
    values = {"arrays": arrays} | ({"mac": mac} if mac else {})
    connection.execute(update(released).where(released.c.period == PERIOD).values(values))


def show_the_small_team(connection: Connection, key: bytes | None) -> None:
    """Put a score where none may be shown."""

    def change(packed: bytes) -> bytes:
        month, tree = released_arrays.unpack(packed, KnownTrees())
        scores = np.where(month.scores == SUPPRESSED, 33, month.scores)
        people = np.where(month.scores == SUPPRESSED, 5, month.n)
        return released_arrays.pack(replace(month, scores=scores, n=people), tree)

    rewrite(connection, key, change)


def lead_another_team(connection: Connection, key: bytes | None) -> None:
    """Let whoever leads the small team see the figures of the large one."""

    def change(packed: bytes) -> bytes:
        month, tree = released_arrays.unpack(packed, KnownTrees())
        rows = [month.row_of[unit] for unit in ("stad", SMALL, LARGE)]
        return released_arrays.pack(
            replace(month, scores=month.scores[rows], n=month.n[rows]), tree
        )

    rewrite(connection, key, change)


def show_another_month(connection: Connection, key: bytes | None) -> None:
    """Put what is kept of one month in the place of another."""
    other = connection.execute(select(released).where(released.c.period == BEFORE)).one()
    rewrite(connection, key, lambda _: bytes(other.arrays))
    if key is None:
        values = {"mac": other.mac, "atoms_digest": other.atoms_digest}
        connection.execute(update(released).where(released.c.period == PERIOD).values(values))


ATTACKS = (show_the_small_team, lead_another_team, show_another_month)


@pytest.mark.slow
def test_what_was_altered_does_not_count_and_is_made_anew(town: AppContext) -> None:
    before = list(after_a_start(town).rows())
    for attack in ATTACKS:
        with writing(town.engine) as connection:
            attack(connection, None)

        assert list(after_a_start(town).rows()) == before
        assert released_months.keep(town.engine, months_of(town)) == (PERIOD,)


def test_with_the_secret_the_attack_would_succeed(town: AppContext) -> None:
    before = list(after_a_start(town).rows())
    for attack in ATTACKS:
        with writing(town.engine) as connection:
            attack(connection, derived_keys.key_for(town.engine, released_months.USE))

        assert list(after_a_start(town).rows()) != before


def test_a_month_that_was_never_sealed_is_not_shown(town: AppContext, now: datetime) -> None:
    questions = load(town.settings.questionnaire_file)
    rounds.open_round(town, "2026-03", questions, None, "test", now)
    with writing(town.engine) as connection:
        row = connection.execute(select(released).where(released.c.period == PERIOD)).one()
        connection.execute(insert(released).values({**row._mapping, "period": "2026-03"}))

    assert after_a_start(town).periods == (BEFORE, PERIOD)


def months_of(town: AppContext) -> dict[str, SealedRelease]:
    """The months as this process has them."""
    return {month.arrays.period: month.released for month in climate.results(town.engine).months}
