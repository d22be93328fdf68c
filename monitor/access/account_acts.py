"""Acts of a beheerder on accounts, which toezicht confirms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from monitor.access import (
    account_lookup,
    accounts,
    act_kinds,
    credential_reset,
    grants,
    overseers,
    pending_acts,
    removal,
    role_giving,
)
from monitor.access.act_kinds import Act, ActKind, Payload
from monitor.access.pending_acts import PendingAct
from monitor.access.roles import Grant, Role
from monitor.errors import InputRefused

PROTECTED = frozenset({Role.LEIDINGGEVENDE, Role.TOEZICHT, Role.LUISTERAAR})
"""Roles that see results, read vents or confirm: whose account starts over only when confirmed."""


def give_role(email: str, role: Role, unit: str | None) -> Act:
    """Giving somebody a role, with an account where there is none yet."""
    address = accounts.normal_email(email)
    return Act(GIVE_ROLE, address, _payload(address, Grant(role, unit)))


def take_role(email: str, role: Role, unit: str | None) -> Act:
    """Taking a role from somebody."""
    address = accounts.normal_email(email)
    return Act(TAKE_ROLE, address, _payload(address, Grant(role, unit)))


def remove(email: str) -> Act:
    """Removing an account."""
    address = accounts.normal_email(email)
    return Act(REMOVE, address, {"email": address})


def start_over(email: str) -> Act:
    """Forgetting what somebody signs in with, and a new one-time link."""
    address = accounts.normal_email(email)
    return Act(START_OVER, address, {"email": address})


def start_overs_of(engine: Engine, email: str) -> tuple[PendingAct, ...]:
    """The start-overs of this person's account that wait, which the person may refuse."""
    return tuple(
        act
        for act in pending_acts.waiting(engine)
        if act.kind == START_OVER.name and act.about == email
    )


def grant_of(payload: Payload) -> Grant:
    """The role that an act gives or takes."""
    return Grant(Role(payload["role"]), payload["unit"])


def _payload(email: str, grant: Grant) -> Mapping[str, Any]:
    return {"email": email, "role": grant.role.value, "unit": grant.unit}


def _check_give(connection: Connection, payload: Payload, _actor: str) -> None:
    grant = grant_of(payload)
    _, held = role_giving.check_role(connection, payload["email"], grant)
    if grant in held:
        raise InputRefused("account.role_held", email=payload["email"])


def _give(connection: Connection, payload: Payload, actor: str, now: datetime) -> str | None:
    account_id = role_giving.give_role(connection, payload["email"], grant_of(payload), actor, now)
    return None if account_id in overseers.able_to_sign_in(connection) else account_id


def _check_take(connection: Connection, payload: Payload, _actor: str) -> None:
    removal.check_take(connection, payload["email"], grant_of(payload))


def _take(connection: Connection, payload: Payload, actor: str, now: datetime) -> None:
    removal.take(connection, payload["email"], grant_of(payload), actor, now)


def _check_remove(connection: Connection, payload: Payload, _actor: str) -> None:
    removal.check_remove(connection, payload["email"])


def _remove(connection: Connection, payload: Payload, actor: str, now: datetime) -> None:
    removal.remove_account(connection, payload["email"], actor, now)


def _check_start_over(connection: Connection, payload: Payload, actor: str) -> None:
    credential_reset.check(connection, payload["email"], actor)


def _start_over(connection: Connection, payload: Payload, actor: str, now: datetime) -> str:
    return credential_reset.forget(connection, payload["email"], actor, now)


def _holds_nothing(connection: Connection, payload: Payload) -> bool:
    return not _roles(connection, payload["email"])


def _is_unprotected(connection: Connection, payload: Payload) -> bool:
    return not _roles(connection, payload["email"]) & PROTECTED


def _roles(connection: Connection, email: str) -> frozenset[Role]:
    account_id = account_lookup.id_of(connection, [email])
    held = grants.held(connection, account_id) if account_id else frozenset()
    return frozenset(grant.role for grant in held)


GIVE_ROLE = act_kinds.register(ActKind("access.give_role", _check_give, _give))
TAKE_ROLE = act_kinds.register(ActKind("access.take_role", _check_take, _take))
REMOVE = act_kinds.register(ActKind("access.remove", _check_remove, _remove, _holds_nothing))
START_OVER = act_kinds.register(
    ActKind(
        "access.start_over",
        _check_start_over,
        _start_over,
        _is_unprotected,
        holder_may_refuse=True,
    )
)
