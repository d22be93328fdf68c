"""Which addresses belong to the plain pages, and which to the dashboard."""

from __future__ import annotations

PLAIN_PAGES = frozenset(
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
"""First segments of the plain pages' addresses; whatever lies beneath is answered by them."""
HASHED = "/static/"
"""Where the dashboard's static files lie; their names change with their content."""


def is_plain_page(path: str) -> bool:
    """Whether `path` belongs to the plain pages, in capitals or not."""
    return path[1:].partition("/")[0].lower() in PLAIN_PAGES


def is_hashed(path: str) -> bool:
    """Whether `path` is one of the dashboard's static files."""
    return path.startswith(HASHED)


def is_malformed(path: str) -> bool:
    """Whether no browser asks for `path` by itself: climbing, doubled or odd separators."""
    segments = path.split("/")
    return path.startswith("//") or "\\" in path or "\0" in path or ".." in segments
