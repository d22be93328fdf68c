"""The lesser design: a program that believes every row in its store, for the controls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from monitor.store.signed_rows import row_reading
from monitor.store.signed_rows.guard import RowGuard
from monitor.store.signed_rows.row_reading import _RowRead


@contextmanager
def every_row() -> Iterator[None]:
    """Take every row for genuine, and a row that is not there for one that never was."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RowGuard, "is_genuine", lambda *_: True)
        patch.setattr(row_reading, "_in_manifest", lambda *_: False)
        patch.setattr(_RowRead, "_complete", lambda *_: True)
        yield
