"""Closing a round: open the box once, shuffle, count, seal, destroy the key.

A crash at any moment leaves the box (and the close can be repeated) or the result, never both
and never neither.
"""

from __future__ import annotations

import logging
import random
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from monitor import logs
from monitor.context import AppContext
from monitor.errors import RoundRefused
from monitor.locale.formats import Month
from monitor.organisation.tree import Tree
from monitor.pulse.ballot import adoption, answered_counts, close_commitment
from monitor.pulse.ballot.answered_counts import AnsweredCounts
from monitor.pulse.ballot.envelope import AnswerSheet, DamagedEnvelope, EnvelopeOpener, RoundKey
from monitor.pulse.count import box_check, sealed_store, sealing
from monitor.pulse.count.counting import CountingScheme, count
from monitor.pulse.count.sealing import Sealed
from monitor.pulse.questionnaire import Questionnaire
from monitor.pulse.rounds import genuine, questionnaires, round_units, rounds
from monitor.pulse.rounds.rounds import UNDER_WAY, Round, RoundStatus
from monitor.store import audit, purge
from monitor.store.engine import reading, writing
from monitor.store.tables import envelope as envelope_table

ORPHAN_AGE = timedelta(hours=1)
"""A key of no round is destroyed when it is older than this; a younger one may belong to a round
that is being opened at this very moment."""
PURGE_TRIES, PURGE_PAUSE = 20, 0.1
Freeze = Callable[[Connection, str], None]
"""Computes and stores what must be in the transaction that seals, given the round's period."""


@dataclass(frozen=True, slots=True)
class CloseResult:
    """What may be shown of a close: nothing about who answered, or how many per unit."""

    period: str
    damaged: bool
    incomplete: bool = False
    """Whether the box of any unit was not whole, so that it was left out. Never which."""


@dataclass(frozen=True, slots=True)
class _CountedBox:
    """A ballot box counted and sealed in memory, and what is needed to store the result."""

    period: str
    tree: Tree
    questionnaire: Questionnaire
    sealed: Sealed
    envelopes: int
    damaged: int
    whole: bool
    code: bytes
    """Over what was counted, and by which rules (`close_commitment`)."""

    @property
    def result(self) -> CloseResult:
        """What may be shown of it."""
        return CloseResult(self.period, bool(self.damaged), not self.whole)


def close(
    context: AppContext, period: str, actor: str, now: datetime, freeze: Freeze | None = None
) -> CloseResult:
    """Close and seal the round; the app itself does so through `monitor.climate.close_round`.

    Safe to repeat, and safe in several processes at once: one of them seals, the others find
    it done.

    Raises
    ------
    RoundRefused
        When the round is unknown, abandoned or sealed already, somebody else changed it, another
        box was counted in an earlier try, or the counts beside its key are damaged; nothing has
        changed.
    KeyMissing
        When this process does not have the key; nothing has changed.
    """
    round_, key = _start_closing(context, period)
    box = _count_box(context, round_, key)
    with writing(context.engine) as connection:
        status = rounds.lock(connection, period).status
        if status is RoundStatus.SEALED:
            return CloseResult(period, bool(box.damaged))  # another process was first
        if status is not RoundStatus.CLOSING:
            raise RoundRefused(f"round.is_{status}", period=Month(period))
        _store_result(context, connection, box, key)
        if freeze is not None:
            freeze(connection, period)
        audit.note(connection, actor, "round.close", period, now)
        if not box.whole:
            audit.note(connection, actor, "round.incomplete", period, now)
    finish(context, round_)
    logs.note("round.closed", period=period)
    if not box.whole:
        logs.note("round.incomplete", level=logging.WARNING, period=period)
    return box.result


def _store_result(
    context: AppContext, connection: Connection, box: _CountedBox, key: RoundKey
) -> None:
    """Empty the box, and store what was sealed in its place."""
    if rounds.empty_box(connection, box.period) != box.envelopes:
        raise RoundRefused("round.box_changed", period=Month(box.period))
    # Before anything of the result goes to the database, which may keep it when this fails.
    if not close_commitment.is_first_or_same(context.keys, key, box.code):
        month = Month(box.period)
        raise RoundRefused("round.counted_otherwise", month=month, period=box.period)
    units = tuple(unit.key for unit in box.tree.units)
    sealed_store.store(connection, box.period, box.sealed, units, box.questionnaire)
    rounds.set_status(connection, box.period, RoundStatus.SEALED)


def finish(context: AppContext, round_: Round) -> None:
    """After the commit: read the result on a fresh connection, destroy the key, purge the log.

    The key goes first, and an envelope that somebody put back does not keep it: a reader in the way
    may make the purge wait for seconds.
    """
    with reading(context.engine) as connection:
        sealed = rounds.find(connection, round_.period).status is RoundStatus.SEALED
    if sealed:
        rounds.destroy_key(context.keys, round_)
    _purge_patiently(context)


def sweep(context: AppContext, now: datetime) -> tuple[str, ...]:
    """Destroy keys and counts of finished rounds, and old ones of no round; returns their names.

    A round that is authentic and over needs no key, whatever other row in the store names it too.
    """
    needed, finished = _key_names(context)
    orphaned_before = (now - ORPHAN_AGE).timestamp()
    destroyed: list[str] = []
    # Keys before what lies beside them: a key without counts is one whose box is to be adopted.
    for name in sorted(context.keys.names(), key=lambda name: _key_beside(name) != name):
        key_name = _key_beside(name)
        if not key_name.startswith("round-") or key_name in needed:
            continue
        if key_name in finished or context.keys.written_before(name, orphaned_before):
            if name != key_name and context.keys.read(key_name) is not None:
                continue
            context.keys.destroy(name)
            destroyed.append(name)
    if destroyed:
        _purge_patiently(context)
    return tuple(destroyed)


def _key_names(context: AppContext) -> tuple[set[str], set[str]]:
    """The names of the keys that rounds under way need, and of those of finished rounds."""
    with_key = [round_ for round_ in rounds.all_rounds(context.engine) if round_.public_key]
    needed = {round_.key_name for round_ in with_key if round_.status in UNDER_WAY}
    named = {round_.key_name for round_ in with_key}
    with reading(context.engine) as connection:
        for round_ in with_key:
            if round_.key_name in needed and genuine.was_finished(connection, round_):
                needed.remove(round_.key_name)
    return needed, named - needed


def _key_beside(name: str) -> str:
    return close_commitment.key_beside(answered_counts.key_beside(name))


def _start_closing(context: AppContext, period: str) -> tuple[Round, RoundKey]:
    """Mark the round as closing, so that its box takes in nothing more."""
    adoption.ensure(context, period)
    with writing(context.engine) as connection:
        round_ = rounds.lock(connection, period)
        if round_.status in (RoundStatus.SEALED, RoundStatus.ABANDONED):
            raise RoundRefused(f"round.is_{round_.status}", period=Month(period))
        key = rounds.key_of(context.keys, round_)
        AnsweredCounts.of(context.keys, key).total(connection)  # refuses when it is damaged
        rounds.set_status(connection, period, RoundStatus.CLOSING)
    return round_, key


def _count_box(context: AppContext, round_: Round, key: RoundKey) -> _CountedBox:
    with reading(context.engine) as connection:
        tree = round_units.frozen_tree(connection, round_.period)
        round_ = genuine.find(connection, round_.period)
        questionnaire = questionnaires.load(connection, round_.questionnaire)
        marks = box_check.marks_per_unit(connection, round_.period, key)
        counted = AnsweredCounts.of(context.keys, key).total(connection)
        in_box = envelope_table.c.period == round_.period
        envelopes = list(
            connection.execute(select(envelope_table.c.sealed).where(in_box)).scalars()
        )
    scheme = CountingScheme.of(tuple(tree.parent_places), questionnaire)
    sheets = _open_envelopes(envelopes, key, scheme)
    damaged = len(envelopes) - len(sheets)
    whole = box_check.whole_units(sheets, marks, counted)
    countable = [sheet for sheet in sheets if sheet.unit in whole]
    sealed = sealing.seal(count(countable, scheme), scheme, round_.minimum)
    is_whole = box_check.is_whole(sheets, marks, counted)
    rules = (tree.parent_places, round_.minimum, round_.questionnaire)
    code = close_commitment.code_of(key, rules, countable)
    return _CountedBox(
        round_.period, tree, questionnaire, sealed, len(envelopes), damaged, is_whole, code
    )


def _open_envelopes(
    envelopes: list[bytes], key: RoundKey, scheme: CountingScheme
) -> list[AnswerSheet]:
    """Every readable sheet of this round, shuffled.

    Equal envelopes count once: no two are ever sealed alike, so somebody copied one.
    """
    opener = EnvelopeOpener.of(key)
    sheets: list[AnswerSheet] = []
    for sealed in set(envelopes):
        try:
            sheet = opener.open(sealed)
        except DamagedEnvelope:
            continue
        if scheme.fits(sheet):
            sheets.append(sheet)
    generator: random.Random = secrets.SystemRandom()
    generator.shuffle(sheets)
    return sheets


def _purge_patiently(context: AppContext) -> None:
    for _ in range(PURGE_TRIES):
        if purge.purge_leftovers(context.engine):
            return
        time.sleep(PURGE_PAUSE)
