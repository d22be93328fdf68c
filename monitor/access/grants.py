"""The roles of an account as they are stored, one row each."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert

from monitor.access.roles import Grant, Role
from monitor.store import signed_rows
from monitor.store.tables import account_role


def held(connection: Connection, account_id: str) -> frozenset[Grant]:
    """The roles of an account, without rows that this program did not write."""
    rows = signed_rows.genuine(connection, account_role, account_role.c.account == account_id)
    return frozenset(Grant(Role(row.role), row.unit or None) for row in rows)


def give(connection: Connection, account_id: str, grant: Grant) -> None:
    """Give an account a role that it does not have yet."""
    take(connection, account_id, grant)  # in the place of a row that is not genuine
    connection.execute(
        insert(account_role).values(
            account=account_id, role=grant.role.value, unit=grant.unit or ""
        )
    )


def take(connection: Connection, account_id: str, grant: Grant) -> bool:
    """Take a role from an account; False when it did not have it."""
    deleted = connection.execute(
        delete(account_role).where(
            account_role.c.account == account_id,
            account_role.c.role == grant.role.value,
            account_role.c.unit == (grant.unit or ""),
        )
    )
    return deleted.rowcount == 1


def audit_detail(email: str, grant: Grant) -> str:
    """A role of somebody as the audit log writes it: address, role and unit."""
    return " ".join(filter(None, (email, grant.role.value, grant.unit)))
