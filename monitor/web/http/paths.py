"""Which of the two doors an address belongs to."""

from __future__ import annotations

STAFF = frozenset(
    {
        "pulse",
        "klaagmuur",
        "downloads",
        "resultaten",
        "privacy",
        "toegankelijkheid",
        "aanmelden",
        "afmelden",
        "welkom",
        "mijn-account",
        "healthz",
        "metrics",
        "bestanden",
    }
)
"""First parts of the addresses of the staff door; whatever lies beneath is answered there."""
HASHED = "/static/"
"""Where the dashboard's static files lie; their names change with their content."""


def is_staff(path: str) -> bool:
    """Whether `path` belongs to the staff door, however it is capitalised."""
    return path[1:].partition("/")[0].lower() in STAFF


def is_hashed(path: str) -> bool:
    """Whether `path` is one of the dashboard's static files."""
    return path.startswith(HASHED)


def is_crooked(path: str) -> bool:
    """Whether no browser would ask for `path` by itself: climbing, doubled or odd separators."""
    parts = path.split("/")
    return path.startswith("//") or "\\" in path or "\0" in path or ".." in parts
