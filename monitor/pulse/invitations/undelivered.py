"""Letters that the mail server did not take: for which domains, and what it said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, func, select, update

from monitor.pulse.invitations.letters import Kind, Letter, Outcome, State
from monitor.store.delivery_tables import outbox
from monitor.store.engine import reading

STUCK = 3
"""So often put off, and a letter is no longer waited for."""
FEW = 0.1
"""As a share of the invitations."""
_REFUSAL = "5"
"""How a reply begins that refuses for good."""


@dataclass(frozen=True, slots=True)
class PutOffDomain:
    """A domain whose letters wait because the mail server did not take them yet."""

    domain: str
    letters: int
    reply: str = field(repr=False)
    """What the server said of the letter that is tried first."""
    next_try: datetime

    @property
    def refused(self) -> bool:
        """Whether it was refused for good, as every other letter of that time."""
        return self.reply.startswith(_REFUSAL)


def put_off_domains(engine: Engine, period: str) -> tuple[PutOffDomain, ...]:
    """The domains with letters that were put off, most letters first."""
    query = select(outbox.c.email, outbox.c.not_before, outbox.c.reply).where(
        outbox.c.period == period, outbox.c.state != State.SENT, outbox.c.put_off > 0
    )
    waiting: dict[str, list[tuple[int, str]]] = defaultdict(list)
    with reading(engine) as connection:
        for row in connection.execute(query.where(outbox.c.state != State.REFUSED)):
            domain = row.email.rpartition("@")[2].lower()
            waiting[domain].append((row.not_before, row.reply))
    put_off = []
    for domain, letters in waiting.items():
        not_before, reply = min(letters)
        moment = datetime.fromtimestamp(not_before, UTC)
        put_off.append(PutOffDomain(domain, len(letters), reply, moment))
    return tuple(sorted(put_off, key=lambda each: (-each.letters, each.domain)))


@dataclass(frozen=True, slots=True)
class RefusedAddress:
    """An address that the mail server refused for good, and what it said."""

    unit: str
    email: str = field(repr=False)
    reply: str = field(repr=False)


def refused(engine: Engine, period: str) -> tuple[RefusedAddress, ...]:
    """Every member whose address was refused for good."""
    query = select(outbox.c.unit, outbox.c.email, outbox.c.reply).where(
        outbox.c.period == period, outbox.c.state == State.REFUSED
    )
    replies: dict[tuple[str, str], str] = {}
    with reading(engine) as connection:
        for row in connection.execute(query.order_by(outbox.c.unit, outbox.c.email)):
            replies[row.unit, row.email] = row.reply or replies.get((row.unit, row.email), "")
    return tuple(RefusedAddress(*who, reply) for who, reply in replies.items())


def put_back(connection: Connection, letters: Iterable[tuple[Letter, Outcome]], now: int) -> None:
    """Let refused letters wait again: the server refused everybody, so no address is at fault."""
    for letter, outcome in letters:
        wait = int(outcome.wait.total_seconds()) if outcome.wait else 0
        connection.execute(
            update(outbox)
            .where(
                outbox.c.period == letter.period,
                outbox.c.kind == letter.kind,
                outbox.c.email == letter.email,
                outbox.c.generation == letter.codes_before,
                outbox.c.state == State.REFUSED,
            )
            .values(state=State.WAITING, put_off=letter.put_off + 1, not_before=now + wait)
        )


def invitations_wait(connection: Connection, period: str) -> bool:
    """Whether invitations are still to go.

    A few that were put off time after time do not keep everybody else from a reminder.
    """
    invites = (outbox.c.period == period) & (outbox.c.kind == Kind.INVITE)
    to_go = outbox.c.state.in_((State.WAITING, State.SENDING))
    total, unsent, stuck = connection.execute(
        select(
            func.count(),
            func.count().filter(to_go),
            func.count().filter(to_go & (outbox.c.put_off >= STUCK)),
        ).where(invites)
    ).one()
    return unsent > stuck or stuck > total * FEW


def first_due(engine: Engine, period: str) -> datetime | None:
    """When the first waiting letter may be tried; None when none waits."""
    query = select(outbox.c.not_before).where(
        outbox.c.period == period, outbox.c.state == State.WAITING
    )
    with reading(engine) as connection:
        earliest = connection.scalar(query.order_by(outbox.c.not_before).limit(1))
    return None if earliest is None else datetime.fromtimestamp(earliest, UTC)
