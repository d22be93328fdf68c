"""Closing a round: open the box once, shuffle, count, seal, destroy the key.

A crash at any moment leaves the box (and the close can be repeated) or the result, never both
and never neither.
"""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select

from monitor.context import AppContext
from monitor.errors import RoundRefused
from monitor.pulse.ballot.envelope import AnswerSheet, DamagedEnvelope, EnvelopeOpener, RoundKey
from monitor.pulse.count import sealing
from monitor.pulse.count.counting import CountingScheme, count
from monitor.pulse.count.sealing import Sealed
from monitor.pulse.questionnaire import Questionnaire
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import Round, RoundStatus
from monitor.store import audit, purge
from monitor.store.engine import reading, writing
from monitor.store.tables import atom, class_atom, spread, survey_round
from monitor.store.tables import envelope as envelope_table

ORPHAN_AGE = timedelta(hours=1)
"""A key that belongs to no round is swept when older than this; a younger one may belong to a
round that is being opened at this very moment."""
FLUSH_TRIES, FLUSH_PAUSE = 20, 0.1
Freeze = Callable[[Connection, str], None]
"""What must be worked out and stored in the same breath as the sealing."""


@dataclass(frozen=True, slots=True)
class Closed:
    """What may be said of a close: nothing that tells who, or how many per unit."""

    period: str
    damaged: bool


def close(
    context: AppContext, period: str, actor: str, now: datetime, freeze: Freeze | None = None
) -> Closed:
    """Close and seal the round; the app itself does so through `monitor.climate.close_round`.

    Safe to repeat, and safe in several processes at once: one of them seals, the others find
    it done. `freeze` is run within the transaction that seals, with the round's period.

    Raises
    ------
    RoundRefused
        When the round is unknown, abandoned or sealed already.
    KeyMissing
        When this process does not have the key; nothing has changed.
    """
    with writing(context.engine) as connection:
        found = rounds.lock(connection, period)
        if found.status in (RoundStatus.SEALED, RoundStatus.ABANDONED):
            raise RoundRefused(f"round.is_{found.status}", period=period)
        key = rounds.key_of(context.keys, found)
        rounds.set_status(connection, period, RoundStatus.CLOSING)
    with reading(context.engine) as connection:
        tree = rounds.frozen_tree(connection, period)
        questions = rounds.questionnaire_of(connection, found.questionnaire)
        box = connection.execute(
            select(envelope_table.c.sealed).where(envelope_table.c.period == period)
        ).scalars()
        shape = shape_of(tuple(tree.parent_places), questions)
        sheets, damaged = _open_all(list(box), key, shape)
    sealed = sealing.seal(count(sheets, shape), shape, found.minimum)
    counted = len(sheets) + damaged
    del sheets
    keys = tuple(unit.key for unit in tree.units)
    with writing(context.engine) as connection:
        status = rounds.lock(connection, period).status
        if status is RoundStatus.SEALED:
            return Closed(period, bool(damaged))  # another process was first
        if status is not RoundStatus.CLOSING:
            raise RoundRefused(f"round.is_{status}", period=period)
        store_sealed(connection, period, sealed, keys, questions)
        if rounds.empty_box(connection, period) != counted:
            raise RoundRefused("round.box_changed", period=period)
        rounds.set_status(connection, period, RoundStatus.SEALED)
        if freeze is not None:
            freeze(connection, period)
        audit.note(connection, actor, "round.close", period, now)
    finish(context, found)
    return Closed(period, bool(damaged))


def finish(context: AppContext, found: Round) -> None:
    """After the commit: empty the log, see the result with fresh eyes, then destroy the key."""
    _flush_patiently(context)
    with reading(context.engine) as connection:
        status = rounds.find(connection, found.period).status
        left = connection.execute(
            select(envelope_table.c.id).where(envelope_table.c.period == found.period).limit(1)
        ).first()
    if status is RoundStatus.SEALED and left is None:
        context.keys.destroy(found.key_name)


def sweep(context: AppContext, now: datetime) -> tuple[str, ...]:
    """Destroy keys that should no longer be there; the names of those destroyed."""
    with reading(context.engine) as connection:
        rows = connection.execute(select(survey_round)).all()
    found = [rounds.from_row(row) for row in rows if row.public_key is not None]
    alive = {r.key_name for r in found if r.status in (RoundStatus.OPEN, RoundStatus.CLOSING)}
    dead = {r.key_name for r in found} - alive
    oldest = (now - ORPHAN_AGE).timestamp()
    gone: list[str] = []
    for name in context.keys.names():
        if not name.startswith("round-") or name in alive:
            continue
        if name in dead or context.keys.written_before(name, oldest):
            context.keys.destroy(name)
            gone.append(name)
    if gone:
        _flush_patiently(context)
    return tuple(gone)


def shape_of(parents: tuple[int, ...], questions: Questionnaire) -> CountingScheme:
    """The shape of a round's sheets."""
    themes: list[tuple[int, ...]] = []
    start = 0
    for theme in questions.themes:
        themes.append(tuple(range(start, start + len(theme.questions))))
        start += len(theme.questions)
    return CountingScheme(parents, tuple(themes))


def store_sealed(
    connection: Connection,
    period: str,
    sealed: Sealed,
    units: tuple[str, ...],
    questions: Questionnaire,
) -> None:
    """Write the sealed results of a round."""
    places = shape_of((), questions).themes
    names = [question.key for question in questions.questions]
    atoms = [
        {
            "period": period,
            "unit": units[a.unit],
            "pool": a.pool,
            "theme": questions.themes[a.theme].key,
            "question": names[place],
            "n": n,
            "points": points,
        }
        for a in sealed.atoms
        for place, n, points in zip(places[a.theme], a.n, a.points, strict=True)
    ]
    classes = [
        {
            "period": period,
            "unit": units[c.unit],
            "pool": c.pool,
            "question": names[c.question],
            "unfavourable": c.counts[0],
            "neutral": c.counts[1],
            "favourable": c.counts[2],
        }
        for c in sealed.class_atoms
    ]
    variances = [
        {"period": period, "theme": theme.key, "variance": value}
        for theme, value in zip(questions.themes, sealed.variances, strict=True)
        if value is not None
    ]
    for table, rows in ((atom, atoms), (class_atom, classes), (spread, variances)):
        if rows:
            connection.execute(insert(table), rows)


def _open_all(
    box: list[bytes], key: RoundKey, shape: CountingScheme
) -> tuple[list[AnswerSheet], int]:
    """Every readable sheet, shuffled, and the number of envelopes that hold none.

    The same envelope twice was copied by somebody: no two are ever sealed alike.
    """
    opener = EnvelopeOpener.of(key)
    sheets: list[AnswerSheet] = []
    for sealed in set(box):
        try:
            sheet = opener.open(sealed)
        except DamagedEnvelope:
            continue
        if shape.fits(sheet):
            sheets.append(sheet)
    lot: random.Random = secrets.SystemRandom()
    lot.shuffle(sheets)
    return sheets, len(box) - len(sheets)


def _flush_patiently(context: AppContext) -> None:
    for _ in range(FLUSH_TRIES):
        if purge.purge_leftovers(context.engine):
            return
        time.sleep(FLUSH_PAUSE)
