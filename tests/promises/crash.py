"""A program that kills the close of a round at chosen steps and prints what is left.

It reads requests, each a line of JSON: an environment as the app reads it, the way to close, and
steps. It closes a copy of the round once undisturbed, so that no child does anew what does not
depend on the store (imports, statements). Then for each step it copies the store (PostgreSQL
copies its own) and the key folder, closes the round in a process that is killed at that step, and
starts again as the app does, in another process. It prints a line of JSON for each step, until a
close is not killed any more, and an empty line at the end of each request. A step is a number of
lines of the program, or with ``us`` behind it a number of microseconds after which the process
dies wherever it is.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import psycopg
from sqlalchemy import delete, select

from monitor import clock, scheduler
from monitor.climate import close_round as whole_closing
from monitor.config import settings
from monitor.context import AppContext, build_context
from monitor.errors import KeyMissing
from monitor.pulse.ballot.envelope import EnvelopeOpener
from monitor.pulse.count import closing, sealed_store, sealing
from monitor.pulse.count.counting import CountingScheme, count
from monitor.pulse.rounds import questionnaires, round_units, rounds
from monitor.store import engine, key_folder, purge
from monitor.store.engine import reading, writing
from monitor.store.tables import atom, ballot, class_atom, envelope, spread

STEPS_IN = (
    closing,
    sealed_store,
    whole_closing,
    key_folder,
    engine,
    rounds,
    round_units,
    questionnaires,
    purge,
)
"""Modules in which every line that a close runs is a step."""

Close = Callable[[AppContext, str], None]


def careful(context: AppContext, period: str) -> None:
    """Close a round as the app does."""
    whole_closing.close(context, period, "test", clock.now())


def careless(context: AppContext, period: str) -> None:
    """Close a round by a worse design: empty the box, destroy the key, then store the result."""
    survey_round = rounds.get(context.engine, period)
    key = rounds.key_of(context.keys, survey_round)
    with writing(context.engine) as connection:
        tree = round_units.frozen_tree(connection, period)
        questions = questionnaires.load(connection, survey_round.questionnaire)
        box = connection.execute(select(envelope.c.sealed)).scalars().all()
        connection.execute(delete(envelope))
    context.keys.destroy(survey_round.key_name)
    shape = CountingScheme.of(tuple(tree.parent_places), questions)
    opener = EnvelopeOpener.of(key)
    sealed = sealing.seal(
        count([opener.open(sealed_sheet) for sealed_sheet in box], shape),
        shape,
        survey_round.minimum,
    )
    with writing(context.engine) as connection:
        units = tuple(unit.key for unit in tree.units)
        sealed_store.store(connection, period, sealed, units, questions)
        rounds.set_status(connection, period, rounds.RoundStatus.SEALED)


def state_of(context: AppContext, period: str) -> dict[str, Any]:
    """What there is of a round: its status, box, result and key."""
    survey_round = rounds.get(context.engine, period)
    with reading(context.engine) as connection:
        box = [len(connection.execute(select(table)).all()) for table in (envelope, ballot)]
        results = [
            sorted(map(str, connection.execute(select(table)).all()))
            for table in (atom, class_atom, spread)
        ]
    try:
        rounds.key_of(context.keys, survey_round)
        key = True
    except KeyMissing:
        key = False
    return {"status": str(survey_round.status), "box": box, "result": results, "key": key}


def in_child(work: Callable[[], object], answer: Path | None = None) -> bool:
    """Do `work` in a child process; return whether it came to its end."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            result = work()
            if answer is not None:
                answer.write_text(json.dumps(result))
            status = 0
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1] == 0


def killed_at(step: str, close: Close, installation: settings.Settings, period: str) -> None:
    """Close the round, and die at that step."""
    context = build_context(installation)
    if step.endswith("us"):
        # This signal has no handler: the kernel ends the process, as it does for SIGKILL.
        signal.setitimer(signal.ITIMER_REAL, int(step[:-2]) / 1e6)
        close(context, period)
        return
    files = {module.__file__ for module in STEPS_IN} | {__file__}
    lines: set[tuple[CodeType, int]] = set()

    def on_line(frame: FrameType, event: str, _: object) -> Any:
        if event == "line" and (place := (frame.f_code, frame.f_lineno)) not in lines:
            lines.add(place)
            if len(lines) == int(step):
                os.kill(os.getpid(), signal.SIGKILL)
        return on_line

    sys.settrace(lambda frame, _e, _a: on_line if frame.f_code.co_filename in files else None)
    close(context, period)
    sys.settrace(None)


def start_again(installation: settings.Settings, period: str) -> dict[str, Any]:
    """Do what the app does at every start and within a minute after it."""
    context = build_context(installation)
    before = state_of(context, period)
    closing.sweep(context, clock.now())
    scheduler.tick(context, clock.now())
    if before["status"] == "open" and before["key"]:  # killed before the close began
        careful(context, period)
    after = state_of(context, period)
    context.engine.dispose()
    return {"before": before, "after": after}


@contextmanager
def copied(installation: settings.Settings, folder: Path) -> Iterator[settings.Settings]:
    """A copy of an installation, deleted at the end."""
    original = installation.keys_dir.parent.parent
    shutil.copytree(original, folder)
    copy = replace(
        installation,
        keys_dir=folder / installation.keys_dir.relative_to(original),
        secret_file=folder / installation.secret_file.relative_to(original),
    )
    if installation.database_file is not None:
        file = folder / installation.database_file.relative_to(original)
        yield replace(copy, database_url=f"sqlite:///{file}")
    else:
        server, _, name = installation.database_url.rpartition("/")
        copy_name = f"{name}_{secrets.token_hex(4)}"
        server_address = f"{server}/postgres".replace("+psycopg", "")
        with psycopg.connect(server_address, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {copy_name} TEMPLATE {name}".encode())
            yield replace(copy, database_url=f"{server}/{copy_name}")
            connection.execute(f"DROP DATABASE {copy_name} WITH (FORCE)".encode())
    shutil.rmtree(folder)


def rehearse(installation: settings.Settings, close: Close, period: str) -> None:
    """Close a copy and start again, in this process."""
    folder = installation.keys_dir.parent.parent
    with copied(installation, folder.with_name(f"{folder.name}-rehearsal")) as copy:
        context = build_context(copy)
        close(context, period)
        context.engine.dispose()
        start_again(copy, period)


def crashes(
    installation: settings.Settings, how: str, steps: Iterable[str], period: str = "2026-11"
) -> Iterator[dict[str, Any]]:
    """For each step the state after the kill and after the next start."""
    close = {"careful": careful, "careless": careless}[how]
    rehearse(installation, close, period)
    folder = installation.keys_dir.parent.parent
    for step in steps:
        folder_of_copy = folder.with_name(f"{folder.name}-{how}-{step}")
        with copied(installation, folder_of_copy) as copy:
            finished = in_child(lambda copy=copy, step=step: killed_at(step, close, copy, period))
            answer = folder_of_copy / "answer.json"
            in_child(lambda copy=copy: start_again(copy, period), answer)
            states = json.loads(answer.read_text()) if answer.exists() else {}
            key_files = [
                file.name
                for begin in ("round-*", "answered-*", "closing-*")
                for file in (folder_of_copy / "state").rglob(begin)
            ]
        yield {"step": step, "finished": finished, "keys": key_files, **states}
        if finished and not step.endswith("us"):
            return


def main() -> None:
    """Answer requests until there are no more."""
    for line in sys.stdin:
        request = json.loads(line)
        os.environ.update(request["environment"])
        for crash in crashes(settings.read(), request["how"], request["steps"]):
            _tell(json.dumps(crash))
        _tell("")


def _tell(line: str) -> None:
    """Write a line at once: else a child could write it once more."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
