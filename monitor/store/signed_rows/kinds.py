"""The kinds of authenticated rows: what of one kind stands and falls together."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What one manifest is about; stored values, and part of file names in the key folder."""

    ADOPTED = "adopted"
    """Which tables were signed when a version first met them; it holds no rows."""
    READERS = "readers"
    ACCOUNTS = "accounts"
    """Who somebody is, what they sign in with, and which roles they have."""
    LINKS = "links"
    """One-time links and login tickets."""
    SESSIONS = "sessions"
    BACKUP_KEY = "backup_key"
    """To whom backups are sealed."""
    ACTS = "acts"
    """What waits for toezicht."""
    SETTINGS = "settings"
    TREE = "tree"
    """The units of today, and the versions of the links to their results."""
    MEMBERS = "members"
    """To whom invitations are mailed, and for which unit."""
    ROUND = "round"
    """A round with its units; each round is a kind of its own, "round 2026-11"."""
