"""The figures of ``/metrics``, in the text format that Prometheus reads."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from monitor import __version__, clock
from monitor.context import AppContext
from monitor.errors import StoreBusy
from monitor.operations.status import Status, status_of
from monitor.store.engine import is_reachable

STARTED = clock.now().timestamp()


@dataclass(frozen=True, slots=True)
class Figure:
    """One gauge; a name once released stays what it is."""

    name: str
    help: str
    value: float
    labels: str = ""


def figures(context: AppContext, now: datetime) -> tuple[Figure, ...]:
    """Every figure; those about the installation only while the store answers."""
    reachable = is_reachable(context.engine)
    versions = f'{{python="{platform.python_version()}",version="{__version__}"}}'
    always = (
        Figure("start_time_seconds", "When this process started, since 1970.", STARTED),
        Figure("store_reachable", "Whether the store answers (1) or not (0).", int(reachable)),
        Figure("info", "What runs.", 1, versions),
    )
    if not reachable:
        return always
    try:
        status = status_of(context, now)
    except StoreBusy:
        return always
    return (*always, *_calendar(status), *_letters(status), *_machine(status))


def text(shown: Iterable[Figure]) -> str:
    """The figures as Prometheus reads them (text format 0.0.4)."""
    lines: list[str] = []
    for figure in shown:
        name = f"teamklimaat_{figure.name}"
        lines += (
            f"# HELP {name} {figure.help}",
            f"# TYPE {name} gauge",
            f"{name}{figure.labels} {figure.value:.0f}",
        )
    return "\n".join(lines) + "\n"


def _calendar(status: Status) -> tuple[Figure, ...]:
    """Whether what the calendar asks was done."""
    return (
        Figure(
            "last_tick_time_seconds",
            "When this process last did what the calendar asks, since 1970, in steps of 300.",
            status.last_tick,
        ),
        Figure(
            "last_night_time_seconds",
            "The beginning of the day of the last nightly work, since 1970; 0 before the first.",
            _seconds(status.last_night),
        ),
        Figure(
            "last_backup_time_seconds",
            "When the last backup was made, since 1970; 0 before the first.",
            status.last_backup.timestamp() if status.last_backup else 0,
        ),
        Figure(
            "rounds_overdue",
            "Rounds whose closing day has passed and that are not closed.",
            len(status.overdue),
        ),
        Figure(
            "rounds_without_key",
            "Rounds under way of which this process does not have the key.",
            len(status.keyless),
        ),
    )


def _letters(status: Status) -> tuple[Figure, ...]:
    """What waits for the mail server, and what it refused."""
    return (
        Figure(
            "letters_waiting",
            "Letters that wait for the mail server, in tens.",
            status.letters_waiting,
        ),
        Figure(
            "letters_refused",
            "Letters that the mail server refused, in tens.",
            status.letters_refused,
        ),
        Figure(
            "letters_stuck",
            "Whether letters wait and for six hours in which mail goes none went (1) or not (0).",
            int(status.letters_stuck),
        ),
    )


def _machine(status: Status) -> tuple[Figure, ...]:
    """Whether the machine has space, and a clock that can be believed."""
    return (
        Figure(
            "space_sufficient",
            "Whether more than 1 GB is free where the app writes (1) or not (0).",
            int(status.enough_space),
        ),
        Figure(
            "clock_unconfirmed",
            "Whether nothing irreversible happens until a person confirms the date (1).",
            int(status.clock_ahead),
        ),
    )


def _seconds(day: date | None) -> float:
    return datetime.combine(day, time(0), UTC).timestamp() if day else 0
