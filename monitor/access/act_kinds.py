"""Kinds of acts that may have to wait for toezicht: what each checks, and what it does.

A kind is defined in the package that owns what it changes, and known here by its stored name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

Payload = Mapping[str, Any]
"""What exactly is to be done, in what JSON can hold."""


@dataclass(frozen=True, slots=True)
class ActKind:
    """A kind of act, and the functions of the package that owns it.

    Parameters
    ----------
    name
        ``package.name``; a stored value.
    check
        Raises a refusal when the act is not possible (any more).
    do
        Does it, for the actor, at that moment; returns the account that needs a one-time link now,
        or None.
    changes_nobody
        Whether an act with this payload gives nobody anything, and is done at once.
    holder_may_refuse
        Whether the person it is about may say that it was not asked for.
    """

    name: str
    check: Callable[[Connection, Payload, str], None]
    do: Callable[[Connection, Payload, str, datetime], str | None]
    changes_nobody: Callable[[Connection, Payload], bool] = lambda _connection, _payload: False
    holder_may_refuse: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody wants to do: a kind, the address or unit it is about, and the rest."""

    kind: ActKind
    about: str
    payload: Payload


_kinds: dict[str, ActKind] = {}


def register(kind: ActKind) -> ActKind:
    """Make a kind known to whoever decides; called where the kind is defined."""
    _kinds[kind.name] = kind
    return kind


def named(name: str) -> ActKind | None:
    """The kind with this stored name; none when it is of another version of the program."""
    return _kinds.get(name)
