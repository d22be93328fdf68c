"""The two databases the app may keep its data in; see the fixture ``store``."""

from __future__ import annotations

SQLITE, POSTGRESQL = "sqlite", "postgresql"
BOTH = (SQLITE, POSTGRESQL)
