"""The release of sealed months as kept beside them, so that a start need not work it out again.

Disposable (table ``released``). A row counts only when its code is right under a key that follows
from the installation's secret, which is not in the store; when the rules of this very program made
it; and when the rows it was worked out of are what they were. Any other row is as good as none,
and is made anew from the sealed month.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType

from sqlalchemy import BigInteger, Connection, Engine, cast, delete, func, insert, select
from sqlalchemy.sql.elements import ColumnElement

from monitor.pulse.count import counting, released_arrays, sealed_store, sealing
from monitor.pulse.count.released_arrays import KnownTrees
from monitor.pulse.count.sealed_store import SealedRelease
from monitor.pulse.disclosure import compact_arrays, release
from monitor.pulse.rounds import questionnaires, round_units
from monitor.store import derived_keys
from monitor.store.engine import reading, writing
from monitor.store.tables import atom, class_atom, released, round_unit, spread, survey_round

USE = "released months"
"""What the key is for."""
AT_ONCE = 8
"""Months read from the database at a time."""
MADE_BY = (release, compact_arrays, counting, sealing, sealed_store, released_arrays, round_units)
"""The modules that decide what comes out of a sealed month."""


def rules_of(modules: Sequence[ModuleType]) -> str:
    """A digest of the source of these modules: other rules, other digest."""
    sources = (Path(str(module.__file__)).read_bytes() for module in modules)
    return hashlib.sha256(b"\0".join(sources)).hexdigest()


RULES = rules_of(MADE_BY)
"""The version of the rules of this program."""


def load(engine: Engine, periods: Sequence[str]) -> dict[str, SealedRelease]:
    """The months of `periods` that are kept and may be believed."""
    key = derived_keys.key_for(engine, USE)
    if key is None or not periods:
        return {}
    trees, months = KnownTrees(), {}
    with reading(engine) as connection:
        digests = atoms_digests(connection, periods)
        signals = sealed_store.signals_of(connection, periods)
        questionnaire_of = questionnaires.of_rounds(connection, periods)
        for period, arrays in _believed(connection, key, digests):
            arrays_read, tree = released_arrays.unpack(arrays, trees)
            months[period] = SealedRelease(
                arrays_read, tree, questionnaire_of[period], signals.get(period, {})
            )
    return months


def keep(engine: Engine, months: Mapping[str, SealedRelease]) -> tuple[str, ...]:
    """Keep those of `months` of which no row is kept that may be believed; returns which.

    The months must be what the store holds: read from it, or worked out of it.
    """
    key = derived_keys.key_for(engine, USE)
    if key is None or not months:
        return ()
    with reading(engine) as connection:
        digests = atoms_digests(connection, tuple(months))
        believed = {period for period, _ in _believed(connection, key, digests)}
    missing = tuple(period for period in digests if period not in believed)
    for period in missing:
        month = months[period]
        arrays = released_arrays.pack(month.release, month.tree)
        with writing(engine) as connection:
            connection.execute(delete(released).where(released.c.period == period))
            row = {"period": period, "rules": RULES, "atoms_digest": digests[period]}
            code = code_of(key, period, RULES, digests[period], arrays)
            connection.execute(insert(released).values(**row, arrays=arrays, mac=code))
    return missing


def atoms_digests(connection: Connection, periods: Sequence[str]) -> dict[str, bytes]:
    """Per sealed month a digest of the rows that its release is worked out of.

    The database adds them up: what is compared are numbers of rows and sums, of which those in the
    atoms change with every answer. That finds rows that were restored, imported or lost. It does
    not find every alteration by somebody who can write in the store: then the kept release, which
    has a code of its own, is the one that was right.
    """
    facts = _facts(connection, periods)
    return {
        period: hashlib.sha256(json.dumps(of_period).encode()).digest()
        for period, of_period in facts.items()
    }


def _facts(connection: Connection, periods: Sequence[str]) -> dict[str, list[list[object]]]:
    rounds = select(
        survey_round.c.period, survey_round.c.minimum, survey_round.c.questionnaire
    ).where(survey_round.c.period.in_(periods))
    rounds = rounds.order_by(survey_round.c.period)
    facts: dict[str, list[list[object]]] = {
        period: [[minimum, questionnaire]]
        for period, minimum, questionnaire in connection.execute(rounds)
    }
    for table, sums in (
        (atom, (atom.c.n, atom.c.points, _big(atom.c.n) * atom.c.points)),
        (class_atom, (class_atom.c.unfavourable, class_atom.c.neutral, class_atom.c.favourable)),
        (
            round_unit,
            (round_unit.c.invited, round_unit.c.issued, func.length(round_unit.c.name)),
        ),
    ):
        totals = (func.sum(each) for each in sums)
        query = (
            select(table.c.period, func.count(), *totals)
            .where(table.c.period.in_(periods))
            .group_by(table.c.period)
        )
        for period, *numbers in connection.execute(query):
            facts[period].append([table.name, *map(int, numbers)])
    variances = select(spread).where(spread.c.period.in_(periods))
    for row in connection.execute(variances.order_by(spread.c.period, spread.c.theme)):
        facts[row.period].append([row.theme, row.variance])
    return facts


def _big(column: ColumnElement[int]) -> ColumnElement[int]:
    return cast(column, BigInteger)


def _believed(
    connection: Connection, key: bytes, digests: Mapping[str, bytes]
) -> Iterator[tuple[str, bytes]]:
    """Period and arrays of the rows that count."""
    conditions = released.c.period.in_(digests), released.c.rules == RULES
    query = select(released).where(*conditions).order_by(released.c.period)
    for row in connection.execute(query, execution_options={"yield_per": AT_ONCE}):
        expected = code_of(key, row.period, RULES, digests[row.period], row.arrays)
        if hmac.compare_digest(expected, row.mac) and row.atoms_digest == digests[row.period]:
            yield row.period, row.arrays


def code_of(key: bytes, period: str, rules: str, digest: bytes, arrays: bytes) -> bytes:
    """The code of a row; period, rules and digest have a fixed length."""
    message = b"\0".join([period.encode(), rules.encode(), digest])
    return hmac.digest(key, message + b"\0" + arrays, hashlib.sha256)
