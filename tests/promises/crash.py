"""Kill the close of a round at a chosen step, and look at what is left: run as a process.

``python -m tests.promises.crash HOW STEP…`` reads the environment as the app does. For each step
it copies the store (PostgreSQL copies its own) and the key folder, closes the round in a process
that is killed as it comes to that step, then starts again as the app does. It prints one line of
JSON a step, until a close comes to its end. A step is a number of lines of the program; with ``us``
behind it, a number of microseconds, at which the process dies wherever it is.
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
"""Modules of which every line that a close comes by is a step."""

Close = Callable[[AppContext, str], None]


def careful(context: AppContext, period: str) -> None:
    """As the app closes a round."""
    whole_closing.close(context, period, "test", clock.now())


def careless(context: AppContext, period: str) -> None:
    """A lesser design: take the envelopes out, destroy the key, and then store the result."""
    found = rounds.get(context.engine, period)
    key = rounds.key_of(context.keys, found)
    with writing(context.engine) as connection:
        tree = round_units.frozen_tree(connection, period)
        questions = questionnaires.load(connection, found.questionnaire)
        box = connection.execute(select(envelope.c.sealed)).scalars().all()
        connection.execute(delete(envelope))
    context.keys.destroy(found.key_name)
    shape = CountingScheme.of(tuple(tree.parent_places), questions)
    opener = EnvelopeOpener.of(key)
    sealed = sealing.seal(count([opener.open(one) for one in box], shape), shape, found.minimum)
    with writing(context.engine) as connection:
        units = tuple(unit.key for unit in tree.units)
        sealed_store.store(connection, period, sealed, units, questions)
        rounds.set_status(connection, period, rounds.RoundStatus.SEALED)


def left(context: AppContext, period: str) -> dict[str, Any]:
    """What there is of the round: its box, its result and its key."""
    found = rounds.get(context.engine, period)
    with reading(context.engine) as connection:
        box = [len(connection.execute(select(table)).all()) for table in (envelope, ballot)]
        results = [
            sorted(map(str, connection.execute(select(table)).all()))
            for table in (atom, class_atom, spread)
        ]
    try:
        rounds.key_of(context.keys, found)
        key = True
    except KeyMissing:
        key = False
    return {"status": str(found.status), "box": box, "result": results, "key": key}


def in_child(work: Callable[[], object], answer: Path | None = None) -> bool:
    """Do `work` in a process of its own; whether it came to its end."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            made = work()
            if answer is not None:
                answer.write_text(json.dumps(made))
            status = 0
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1] == 0


def killed_at(step: str, close: Close, made: settings.Settings, period: str) -> None:
    """Close the round, and be killed at that step."""
    context = build_context(made)
    if step.endswith("us"):
        # Nobody handles this signal: the kernel ends the process, as it does for SIGKILL.
        signal.setitimer(signal.ITIMER_REAL, int(step[:-2]) / 1e6)
        close(context, period)
        return
    files = {module.__file__ for module in STEPS_IN} | {__file__}
    seen: set[tuple[CodeType, int]] = set()

    def on_line(frame: FrameType, event: str, _: object) -> Any:
        if event == "line" and (place := (frame.f_code, frame.f_lineno)) not in seen:
            seen.add(place)
            if len(seen) == int(step):
                os.kill(os.getpid(), signal.SIGKILL)
        return on_line

    sys.settrace(lambda frame, _e, _a: on_line if frame.f_code.co_filename in files else None)
    close(context, period)
    sys.settrace(None)


def started_again(made: settings.Settings, period: str) -> dict[str, Any]:
    """What the app does at every start, and within a minute after it."""
    context = build_context(made)
    before = left(context, period)
    closing.sweep(context, clock.now())
    scheduler.tick(context, clock.now())
    if before["status"] == "open" and before["key"]:  # killed before it began: closed once more
        careful(context, period)
    after = left(context, period)
    context.engine.dispose()
    return {"before": before, "after": after}


@contextmanager
def copied(here: settings.Settings, folder: Path) -> Iterator[settings.Settings]:
    """The same store with the same keys once more, for as long as it is needed."""
    original = here.keys_dir.parent.parent
    shutil.copytree(original, folder)
    moved = replace(
        here,
        keys_dir=folder / here.keys_dir.relative_to(original),
        secret_file=folder / here.secret_file.relative_to(original),
    )
    if here.database_file is not None:
        file = folder / here.database_file.relative_to(original)
        yield replace(moved, database_url=f"sqlite:///{file}")
    else:
        server, _, name = here.database_url.rpartition("/")
        again = f"{name}_{secrets.token_hex(4)}"
        place = f"{server}/postgres".replace("+psycopg", "")
        with psycopg.connect(place, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {again} TEMPLATE {name}".encode())
            yield replace(moved, database_url=f"{server}/{again}")
            connection.execute(f"DROP DATABASE {again} WITH (FORCE)".encode())
    shutil.rmtree(folder)


def main(how: str, steps: Iterable[str]) -> None:
    """Print what was left at each step, and after the next start."""
    close = {"careful": careful, "careless": careless}[how]
    here = settings.read()
    folder = here.keys_dir.parent.parent
    period = "2026-11"
    for step in steps:
        copy = folder.with_name(f"{folder.name}-{how}-{step}")
        with copied(here, copy) as made:
            finished = in_child(lambda made=made, step=step: killed_at(step, close, made, period))
            answer = copy / "answer.json"
            in_child(lambda made=made: started_again(made, period), answer)
            found = json.loads(answer.read_text()) if answer.exists() else {}
            files = [file.name for file in (copy / "state").rglob("round-*")]
        line = json.dumps({"step": step, "finished": finished, "keys": files, **found})
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
        if finished and not step.endswith("us"):
            return


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:] or map(str, range(1, 10_000)))
