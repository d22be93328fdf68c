"""What an examination of an installation can find."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """Something does not work, or a promise is not kept."""
    WARNING = "warning"
    """It works today, and somebody should look at it."""


WARNINGS = frozenset(
    {
        "doctor.backup_late",
        "doctor.backup_none",
        "doctor.help_stale",
        "doctor.letters_stuck",
        "doctor.key_left",
        "doctor.mail_links",
        "doctor.no_toezicht",
        "doctor.room",
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A thing to mend: the key of its sentence, and the words to fill in."""

    key: str
    words: dict[str, object] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        """How much it matters."""
        return Level.WARNING if self.key in WARNINGS else Level.ERROR
