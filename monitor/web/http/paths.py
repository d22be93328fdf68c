"""Which addresses belong to the plain pages, and which to the dashboard."""

from __future__ import annotations

PLAIN_PAGES = frozenset(
    {
        "pulse",
        "klaagmuur",
        "downloads",
        "resultaten",
        "privacy",
        "dilemmas",
        "methoden",
        "kaarten",
        "toegankelijkheid",
        "aanmelden",
        "afmelden",
        "welkom",
        "mijn-account",
        "healthz",
        "readyz",
        "metrics",
        "bestanden",
        "gesprekken",
    }
)
"""First segments of the plain pages' addresses; whatever lies beneath is answered by them."""
AFTER_A_LINK = "/.,;:!?)]}>'\"\u2018\u2019\u201c\u201d\u00bb\u2026 \t\u00a0\u200b\ufeff"
"""What may follow a link in a text and be taken for a part of it."""
HASHED = "/static/"
"""Where the dashboard's static files lie; their names change with their content."""


def is_plain_page(path: str) -> bool:
    """Whether `path` belongs to the plain pages, in capitals or not, ended as a sentence or not."""
    return path[1:].partition("/")[0].rstrip(AFTER_A_LINK).lower() in PLAIN_PAGES


def is_hashed(path: str) -> bool:
    """Whether `path` is one of the dashboard's static files."""
    return path.startswith(HASHED)


def is_malformed(path: str) -> bool:
    """Whether no browser asks for `path` by itself: climbing, doubled or odd separators."""
    segments = path.split("/")
    return path.startswith("//") or "\\" in path or "\0" in path or ".." in segments
