"""Kinds of agreement, by which agreements are pooled and compared."""

from __future__ import annotations

from enum import StrEnum

from monitor.locale import Texts


class Kind(StrEnum):
    """A kind to choose from; the command line takes others as well."""

    TALK = "talk"
    """A fixed moment to talk."""
    TASKS = "tasks"
    HOURS = "hours"
    RULE = "rule"
    """A rule that chafes: asked per rule, without a case."""
    TOGETHER = "together"
    """How colleagues or teams work together."""
    LEARNING = "learning"
    CARE = "care"
    """Help and care for one another, after a hard conversation for example."""
    MEANS = "means"
    """People, money, rooms, systems."""
    OTHER = "other"


def title(kind: str, t: Texts) -> str:
    """A kind as people read it: in their language where it is one of ours, else as it was typed."""
    return t(f"kind.{kind}") if t.has(f"kind.{kind}") else kind.replace("_", " ")
