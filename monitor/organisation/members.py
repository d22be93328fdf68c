"""The members of the organisation in the store, where the app sends the mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, select, true

from monitor.errors import StoreFailing
from monitor.organisation.unit_files import Member
from monitor.store import audit, signed_rows
from monitor.store.engine import reading, writing
from monitor.store.locks import lock_table
from monitor.store.tables import member, unit


@dataclass(frozen=True, slots=True)
class MembersChange:
    """The result of an import of members, in numbers of people."""

    total: int
    added: int
    moved: int
    removed: int


def members(engine: Engine) -> tuple[Member, ...]:
    """All members, by unit in tree order and then by address.

    Raises
    ------
    StoreFailing
        When somebody else changed a member, added one or took one away: each gets a code, and may
        answer for the unit.
    """
    with reading(engine) as connection:
        stored = signed_rows.whole(connection, (member, true()))
        if stored is None:
            raise StoreFailing("store.rows_closed", kind=signed_rows.Kind.MEMBERS.value)
        positions = {
            row.key: row.position for row in connection.execute(select(unit.c.key, unit.c.position))
        }
    rows = sorted(stored[0], key=lambda row: (positions[row.unit], row.email))
    return tuple(Member(row.email, row.unit) for row in rows)


def by_unit_if_genuine(engine: Engine) -> dict[str, tuple[str, ...]] | None:
    """As `by_unit`; None when somebody else changed the list."""
    try:
        return by_unit(engine)
    except StoreFailing:
        return None


def people_per_unit(engine: Engine) -> Counter[str] | None:
    """How many members each unit has; None when somebody else changed the list."""
    listed = by_unit_if_genuine(engine)
    return None if listed is None else Counter({unit: len(of) for unit, of in listed.items()})


def by_unit(engine: Engine) -> dict[str, tuple[str, ...]]:
    """The addresses of all members, per unit."""
    emails: dict[str, tuple[str, ...]] = {}
    for person in members(engine):
        emails[person.unit] = (*emails.get(person.unit, ()), person.email)
    return emails


def import_members(
    engine: Engine, people: Sequence[Member], actor: str, now: datetime
) -> MembersChange:
    """Make `people` the whole list of members; those not in it are deleted."""
    with writing(engine) as connection:
        lock_table(connection, member)
        change = _members_change(connection, people)
        if not (change.added or change.moved or change.removed):
            return change
        listed = {person.email: person.unit for person in people}
        connection.execute(delete(member))
        if listed:
            rows = [{"email": email, "unit": key} for email, key in sorted(listed.items())]
            connection.execute(insert(member), rows)
        audit.note(connection, actor, "members.import", in_numbers(asdict(change)), now)
    return change


def preview_members(engine: Engine, people: Sequence[Member]) -> MembersChange:
    """The result :func:`import_members` would have; nothing changes."""
    with reading(engine) as connection:
        return _members_change(connection, people)


def _members_change(connection: Connection, people: Sequence[Member]) -> MembersChange:
    before = {row.email: row.unit for row in connection.execute(select(member))}
    after = {person.email: person.unit for person in people}
    return MembersChange(
        total=len(after),
        added=len(after.keys() - before.keys()),
        moved=sum(after[email] != before[email] for email in after.keys() & before.keys()),
        removed=len(before.keys() - after.keys()),
    )


def in_numbers(numbers: Mapping[str, int]) -> str:
    """The numbers of a change, as the audit log writes them."""
    return ", ".join(f"{name} {number}" for name, number in numbers.items())
