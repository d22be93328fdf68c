"""Acts that wait for toezicht: proposed, confirmed, refused, withdrawn, or carried out in the end.

What an act does is known by its kind (:mod:`monitor.access.act_kinds`); here is who may decide.
Checking an act and doing it are both done in the transaction of the decision, so that an act which
is no longer possible is refused and stays.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection, Engine, RowMapping, delete, insert, select, true

from monitor.access import account_lookup, act_kinds, overseers, oversight_mail, two_pairs_of_eyes
from monitor.access.act_kinds import Act, ActKind, Payload
from monitor.access.roles import Permission, Person, may
from monitor.access.two_pairs_of_eyes import Oversight
from monitor.clock import local_day
from monitor.errors import AccessRefused, InputRefused
from monitor.locale.formats import Day
from monitor.store import audit, nights, signed_rows
from monitor.store.engine import reading, writing
from monitor.store.oversight_tables import pending_act
from monitor.store.signed_rows import Kind
from monitor.store.tables import survey_round


@dataclass(frozen=True, slots=True)
class PendingAct:
    """An act that waits."""

    id: str
    kind: str
    about: str
    payload: Payload
    proposed_by: str
    proposed_at: datetime

    @property
    def proposed_on(self) -> date:
        """The day of the proposal."""
        return local_day(self.proposed_at)

    @property
    def ripe_on(self) -> date:
        """The first day on which it may be carried out without toezicht."""
        return two_pairs_of_eyes.ripe_on(self.proposed_on)

    def is_ripe(self, today: date) -> bool:
        """Whether it may be carried out without toezicht."""
        return two_pairs_of_eyes.is_ripe(self.proposed_on, today)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether an act was done, and the account that needs a one-time link because of it."""

    done: bool
    link_for: str | None = None


def oversight(connection: Connection) -> Oversight:
    """Whether a round was ever opened, and whether toezicht can act."""
    any_round = connection.execute(select(survey_round.c.period).limit(1)).first() is not None
    # What somebody else deleted or changed in the store does not bring back the time of setting up.
    return Oversight(
        any_round or signed_rows.split_ever(connection, Kind.ROUND),
        bool(overseers.ready(connection)) or overseers.altered(connection),
    )


def is_on(engine: Engine) -> bool:
    """Whether acts wait for toezicht."""
    with reading(engine) as connection:
        return oversight(connection).on


def submit(engine: Engine, act: Act, actor: str, now: datetime) -> Outcome:
    """Do an act at once where that is allowed, else have it wait for toezicht.

    Raises
    ------
    InputRefused
        When it is not possible, or waits already.
    """
    with writing(engine) as connection:
        overseers.lock(connection)  # what is looked at here is what it is done with
        act.kind.check(connection, act.payload, actor)
        harmless = act.kind.changes_nobody(connection, act.payload)
        # Who would gain by it follows from accounts and roles as the app left them.
        if not oversight(connection).on or (harmless and not overseers.altered(connection)):
            return _do(connection, act.kind, act.about, act.payload, actor, now)
        _propose(connection, act, actor, now)
    return Outcome(done=False)


def waiting(engine: Engine) -> tuple[PendingAct, ...]:
    """The acts that wait, oldest first."""
    with reading(engine) as connection:
        acts = [_act(row) for row in _stored(connection)]
    return tuple(sorted(acts, key=lambda act: (act.proposed_at, act.id)))


def all_waiting(connection: Connection) -> tuple[PendingAct, ...] | None:
    """As :func:`waiting`, within a transaction and in no order; None when one may be missing."""
    rows = signed_rows.whole(connection, (pending_act, true()))
    return None if rows is None else tuple(_act(row._mapping) for row in rows[0])


def confirm(engine: Engine, act_id: str, confirmer: Person, now: datetime) -> Outcome:
    """Toezicht confirms: the act is done.

    Raises
    ------
    AccessRefused
        When this person may not, or it does not wait any more.
    InputRefused
        When it is no longer possible; it still waits then.
    """
    with writing(engine) as connection:
        act = _taken(connection, act_id)
        is_toezicht = may(confirmer, Permission.CONFIRM_ACTS)
        if not two_pairs_of_eyes.may_confirm(
            confirmer.email, act.proposed_by, is_toezicht=is_toezicht
        ):
            raise AccessRefused("act.not_yours")
        audit.note(connection, confirmer.email, "act.confirmed", _detail(act), now)
        return _do_pending(connection, act, confirmer.email, now)


def refuse(engine: Engine, act_id: str, person: Person, now: datetime) -> None:
    """Toezicht refuses, or the person it is about says that it was not asked for.

    Raises
    ------
    AccessRefused
        When this person may not, or it does not wait any more.
    """
    with writing(engine) as connection:
        act = _taken(connection, act_id)
        kind = act_kinds.named(act.kind)
        is_holder = kind is not None and kind.holder_may_refuse and person.email == act.about
        if not is_holder and not may(person, Permission.CONFIRM_ACTS):
            raise AccessRefused("act.not_yours")
        audit.note(connection, person.email, "act.refused", _detail(act), now)


def withdraw(engine: Engine, act_id: str, person: Person, now: datetime) -> None:
    """Take an act back, as whoever proposed it; refusals as for :func:`refuse`."""
    with writing(engine) as connection:
        act = _taken(connection, act_id)
        if person.email != act.proposed_by:
            raise AccessRefused("act.not_yours")
        audit.note(connection, person.email, "act.withdrawn", _detail(act), now)


def carry_out(engine: Engine, act_id: str, person: Person, now: datetime) -> Outcome:
    """A beheerder does what toezicht did not decide on within two weeks.

    Raises
    ------
    AccessRefused
        When that is too early, the clock cannot be believed, or it does not wait any more.
    InputRefused
        When it is no longer possible; it still waits then.
    """
    if nights.is_far_ahead(engine, local_day(now)):
        raise AccessRefused("act.clock")
    with writing(engine) as connection:
        act = _taken(connection, act_id)
        if not may(person, Permission.MANAGE_ACCOUNTS):
            raise AccessRefused("act.not_yours")
        if not act.is_ripe(local_day(now)):
            raise AccessRefused("act.too_early", day=Day(act.ripe_on))
        audit.note(connection, person.email, "act.unconfirmed", _detail(act), now)
        oversight_mail.tell_toezicht(connection, oversight_mail.LAPSED, now)
        return _do_pending(connection, act, person.email, now)


def _propose(connection: Connection, act: Act, actor: str, now: datetime) -> None:
    content = (act.kind.name, act.about, act.payload)
    if any((row["kind"], row["about"], row["payload"]) == content for row in _stored(connection)):
        raise InputRefused("act.waits_already")
    act_id = secrets.token_urlsafe(16)
    connection.execute(
        insert(pending_act).values(
            id=act_id,
            kind=act.kind.name,
            about=act.about,
            payload=dict(act.payload),
            proposed_by=actor,
            proposed_at=int(now.timestamp()),
        )
    )
    audit.note(connection, actor, "act.proposed", f"{act.kind.name} {act.about}", now)
    oversight_mail.tell_toezicht(connection, oversight_mail.WAITING, now, act_id)
    oversight_mail.tell(
        connection, oversight_mail.PROPOSED, _accounts(connection, act.about), now, act_id
    )


def _do_pending(connection: Connection, act: PendingAct, actor: str, now: datetime) -> Outcome:
    kind = act_kinds.named(act.kind)
    if kind is None:
        raise AccessRefused("act.gone")  # of another version of the program
    kind.check(connection, act.payload, act.proposed_by)
    return _do(connection, kind, act.about, act.payload, actor, now)


def _do(
    connection: Connection, kind: ActKind, about: str, payload: Payload, actor: str, now: datetime
) -> Outcome:
    before = _accounts(connection, about)
    link_for = kind.do(connection, payload, actor, now)
    concerned = {each for each in before if each in _accounts(connection, about)}
    oversight_mail.tell(connection, oversight_mail.CHANGED, concerned, now)
    return Outcome(done=True, link_for=link_for)


def _accounts(connection: Connection, about: str) -> frozenset[str]:
    """The account with this address, if there is one."""
    return frozenset(filter(None, [account_lookup.id_of(connection, [about])]))


def _taken(connection: Connection, act_id: str) -> PendingAct:
    """Remove the act from those that wait and return it, so that only one of two people decides."""
    stored = next((row for row in _stored(connection) if row["id"] == act_id), None)
    by_id = delete(pending_act).where(pending_act.c.id == act_id)
    if stored is None or connection.execute(by_id).rowcount != 1:
        raise AccessRefused("act.gone")
    return _act(stored)


def _stored(connection: Connection) -> tuple[RowMapping, ...]:
    """Every act that waits, as this program stored it: one that was dated back does not."""
    return tuple(row._mapping for row in signed_rows.genuine(connection, pending_act))


def _act(row: RowMapping) -> PendingAct:
    proposed_at = datetime.fromtimestamp(row["proposed_at"], UTC)
    return PendingAct(
        row["id"], row["kind"], row["about"], row["payload"], row["proposed_by"], proposed_at
    )


def _detail(act: PendingAct) -> str:
    return f"{act.kind} {act.about} ({act.proposed_by})"
