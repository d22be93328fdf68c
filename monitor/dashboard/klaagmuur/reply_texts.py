"""What the buttons beside a reply do to the text in its box: pure functions of text."""

from __future__ import annotations

from collections.abc import Collection


def with_opening(typed: str, opening: str, openings: Collection[str]) -> str:
    """The text with an opening in front; it takes the place of another opening, or an empty box."""
    rest = typed.strip()
    for other in openings:
        if rest == other or rest.startswith(f"{other}\n"):
            rest = rest.removeprefix(other).strip()
    return f"{opening}\n\n{rest}" if rest else opening


def with_line(typed: str, line: str) -> str:
    """The text with a line at its end, once."""
    rest = typed.rstrip()
    if line in rest:
        return typed
    return f"{rest}\n\n{line}" if rest else line
