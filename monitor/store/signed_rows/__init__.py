"""Rows that decide who may read, who may see, or what counts, authenticated outside the store.

Whoever can write in the store but has neither the installation's secret nor the key folder can
delete such a row, and nothing else: a row that was changed, added or put back is no row.

* To have a table authenticated, describe it in :mod:`.deciding` (its kind and its deciding
  columns). That is all: what the program writes with ``writing(engine)`` is signed by itself when
  the transaction is committed (:mod:`.changes`), and at the first start of a version with a new
  table what is in it is signed once (:mod:`.adoption`).
* To read one, use :func:`genuine` in the place of ``connection.execute(select(table).where(…))``.
  It returns the rows that are authentic and up to date, whole, without a join and in no order.
* Where rows count together (a tree), use :func:`whole`: all of them, or nothing.
* Where a missing row would allow more (a second factor), ask :func:`expected`.
* To look at a row also when it is not authentic (a list for a beheerder, a finding of ``doctor``),
  select it as any other.

Each kind has one manifest (:mod:`.manifest`): the code of each of its rows, under a code over all
of them with a number that goes up, the epoch. The key folder keeps the highest epoch
(:mod:`.epochs`). A manifest that is older, changed or gone closes its kind: nothing in it is
genuine until an operator accepts what is there.
"""

from monitor.store.signed_rows.changes import attach
from monitor.store.signed_rows.guard import RowGuard, guard_of
from monitor.store.signed_rows.kinds import Kind
from monitor.store.signed_rows.row_reading import (
    any_ever,
    derived_key,
    expected,
    genuine,
    genuine_in,
    is_genuine,
    split_ever,
    whole,
)

__all__ = [
    "Kind",
    "RowGuard",
    "any_ever",
    "attach",
    "derived_key",
    "expected",
    "genuine",
    "genuine_in",
    "guard_of",
    "is_genuine",
    "split_ever",
    "whole",
]
