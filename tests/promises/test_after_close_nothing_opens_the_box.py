"""After the close nothing opens the box: not an older backup, nor everything on the server.

And whatever happens while it closes, the box is there or the result is, never both or neither.
"""

from __future__ import annotations

import hmac
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from nacl.bindings import crypto_scalarmult_base
from sqlalchemy import insert, select, update

from monitor.config.settings import ROOT
from monitor.context import AppContext
from monitor.errors import KeyMissing
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.ballot import ballot_box
from monitor.pulse.ballot.envelope import DamagedEnvelope, EnvelopeOpener, RoundKey
from monitor.pulse.count import closing
from monitor.pulse.invitations import issue
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.store.engine import reading, writing
from monitor.store.tables import atom, ballot, envelope
from tests.fork_server import ForkServer
from tests.live import environment
from tests.promises import theft
from tests.promises.theft import Disk
from tests.scale import SOAK, samples
from tests.stores import POSTGRESQL, SQLITE

PERIOD = "2026-11"
TEAMS = {"oost": 8, "west": 4, "noord": 4}
STEPS = {SQLITE: 269, POSTGRESQL: 266}
"""The approximate number of steps of a close, from which a sample is taken."""


@pytest.fixture
def codes(context: AppContext, now: datetime) -> tuple[str, ...]:
    """An open round in which all but two people answered; every code."""
    units = (Unit("stad", None, "Stad"), *(Unit(team, "stad", team) for team in TEAMS))
    import_tree(context.engine, Tree(units), "test", now)
    questions = load(context.settings.questionnaire_file)
    rounds.open_round(context, PERIOD, questions, None, "test", now)
    invitations = issue.invite(context, PERIOD, TEAMS, "test", now)
    for place, invitation in enumerate(invitations[:-2]):
        answers = tuple(1 + place * question % 5 for question in range(1, 10))
        ballot_box.submit(context, invitation.code, answers)
    return tuple(invitation.code for invitation in invitations)


@pytest.fixture(scope="module")
def crashing() -> Iterator[subprocess.Popen[str]]:
    """The program that closes rounds and kills what closes them."""
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.promises.crash"],
        cwd=ROOT,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield program
    finally:
        program.communicate()


@pytest.mark.slow
def test_an_older_backup_and_everything_on_the_server_open_nothing(
    context: AppContext, codes: tuple[str, ...], now: datetime, tmp_path: Path, disk: Disk
) -> None:
    backup = _stolen(context)
    truth = rounds.key_of(context.keys, rounds.get(context.engine, PERIOD))
    closing.close(context, PERIOD, "test", now)
    server = theft.files_in(tmp_path / "state")

    assert len(backup["envelope"]) == len(codes) - 2
    assert server
    assert _keys_among(server.values(), backup, codes) == []
    # The database is too large to try every 32 bytes as a key, so the true keys are looked for.
    everything = b"".join([*server.values(), *disk().values()])
    assert truth.private not in everything
    assert truth.code_key not in everything


@pytest.mark.slow
def test_with_the_key_left_behind_the_same_backup_opens(
    context: AppContext, codes: tuple[str, ...], now: datetime, tmp_path: Path
) -> None:
    """The control is a design that forgets to destroy its key."""
    backup = _stolen(context)
    kept = context.keys.read(rounds.get(context.engine, PERIOD).key_name)
    assert kept is not None
    closing.close(context, PERIOD, "test", now)
    (tmp_path / "state" / "keys" / "forgotten").write_bytes(b"some header" + kept)

    server = theft.files_in(tmp_path / "state")

    assert _keys_among(server.values(), backup, codes)


@pytest.mark.slow
def test_a_process_killed_at_any_step_of_the_close_leaves_box_or_result(
    context: AppContext,
    codes: tuple[str, ...],
    crashing: subprocess.Popen[str],
    tmp_path: Path,
    rng: random.Random,
    store: str,
) -> None:
    steps = range(1, STEPS[store] + 1)
    sampled = steps if SOAK > 1 else sorted(rng.sample(steps, 26 if store == SQLITE else 16))
    moments = [f"{rng.randint(100, 30_000)}us" for _ in range(samples(8 if store == SQLITE else 6))]

    # Moments come first, as the program ends with the first step that a close does not reach.
    crashes = _crashes(crashing, context, tmp_path, "careful", [*moments, *map(str, sampled)])

    assert len(crashes) >= len(moments) + 14
    for crash in crashes:
        before, after = crash["before"], crash["after"]
        box = before["box"] == [len(codes) - 2, len(codes)] and before["key"]
        result = before["status"] == "sealed" and before["box"] == [0, 0]
        assert box != result, crash
        assert bool(before["result"][0]) == result, crash
        # The next start finishes the close, with the same result as without a crash.
        assert (after["status"], after["box"], after["key"]) == ("sealed", [0, 0], False), crash
        assert after["result"] == crashes[-1]["after"]["result"]
        assert crash["keys"] == [], crash
    assert {crash["before"]["status"] for crash in crashes} == {"open", "closing", "sealed"}


@pytest.mark.slow
def test_a_careless_close_is_caught_leaving_neither(
    context: AppContext,
    codes: tuple[str, ...],
    crashing: subprocess.Popen[str],
    tmp_path: Path,
) -> None:
    steps = [str(step) for step in range(60, 130, 5)]
    crashes = _crashes(crashing, context, tmp_path, "careless", steps)

    lost = [c for c in crashes if c["before"]["box"][0] == 0 and not c["before"]["result"][0]]
    assert codes
    assert lost


def test_a_key_that_came_back_is_gone_after_the_next_start(
    context: AppContext,
    codes: tuple[str, ...],
    forks: ForkServer,
    now: datetime,
    tmp_path: Path,
) -> None:
    name = rounds.get(context.engine, PERIOD).key_name
    content = context.keys.read(name)
    assert content is not None
    closing.close(context, PERIOD, "test", now)
    context.keys.write(name, content)  # as when a snapshot of the machine is put back

    with forks.running(context.settings, tmp_path):
        assert context.keys.read(name) is None
    assert codes


def test_damaged_envelopes_do_not_block_the_close(
    context: AppContext, codes: tuple[str, ...], now: datetime
) -> None:
    with writing(context.engine) as connection:
        some = connection.execute(select(envelope)).first()
        assert some is not None
        broken = bytes([some.sealed[0] ^ 1]) + some.sealed[1:]
        connection.execute(update(envelope).where(envelope.c.id == some.id).values(sealed=broken))
        for number, rubbish in enumerate((b"", b"x", os.urandom(112), os.urandom(5000))):
            row = {"id": bytes([number]) * 16, "period": PERIOD, "sealed": rubbish}
            connection.execute(insert(envelope).values(row))

    closed = closing.close(context, PERIOD, "test", now)

    assert closed.damaged
    with reading(context.engine) as connection:
        assert connection.execute(select(envelope)).all() == []
        assert connection.execute(select(atom)).all()
    assert codes


def test_a_round_whose_key_is_lost_ends_honestly(
    context: AppContext,
    codes: tuple[str, ...],
    forks: ForkServer,
    now: datetime,
    tmp_path: Path,
) -> None:
    context.keys.destroy(rounds.get(context.engine, PERIOD).key_name)

    with forks.running(context.settings, tmp_path) as live:
        assert httpx.get(f"{live.address}/pulse/{codes[0]}").status_code == 503
    with pytest.raises(KeyMissing):
        closing.close(context, PERIOD, "test", now)
    assert "niemand kan de antwoorden lezen" in _command(context, tmp_path, "round", "list")
    with reading(context.engine) as connection:
        assert len(connection.execute(select(envelope)).all()) == len(codes) - 2

    rounds.abandon(context, PERIOD, "test", now)

    with reading(context.engine) as connection:
        assert connection.execute(select(envelope)).all() == []
        assert connection.execute(select(ballot)).all() == []


def _stolen(context: AppContext) -> theft.Rows:
    """The rows of a copy of the files, or of a dump, taken in the middle of the round."""
    file = context.settings.database_file
    if file is None:
        return theft.rows_in_dump(_dumped(context.settings.database_url))
    *_, rows = theft.commits(file.read_bytes(), Path(f"{file}-wal").read_bytes())
    return rows


def _dumped(url: str) -> str:
    plain = url.replace("+psycopg", "")
    done = subprocess.run(["pg_dump", plain], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _keys_among(
    contents: Iterable[bytes], backup: theft.Rows, codes: tuple[str, ...]
) -> list[bytes]:
    """Every 32 consecutive bytes in small files that open an envelope or recognise a code."""
    envelopes = [row[-1] for row in backup["envelope"]]
    publics = {row[-1] for row in backup["survey_round"]}
    marks = {row[1] for row in backup["ballot"]}
    parts = {
        content[start : start + 32]
        for content in contents
        for start in range(len(content) - 31 if len(content) < 10_000 else 0)
    }
    keys = []
    for key in parts:
        opens = crypto_scalarmult_base(key) in publics and _opens(key, envelopes)
        if opens or hmac.digest(key, b"code\0" + codes[0].encode(), "sha256") in marks:
            keys.append(key)
    return keys


def _opens(key: bytes, envelopes: Iterable[object]) -> bool:
    opener = EnvelopeOpener.of(RoundKey(key, b""))
    try:
        return all(isinstance(sealed, bytes) and opener.open(sealed) for sealed in envelopes)
    except DamagedEnvelope:
        return False


def _crashes(
    program: subprocess.Popen[str], context: AppContext, folder: Path, how: str, steps: list[str]
) -> list[dict[str, Any]]:
    """What the program of `crash` tells of each step."""
    context.engine.dispose()
    environ = environment(context.settings, folder)
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.write(json.dumps({"environment": environ, "how": how, "steps": steps}) + "\n")
    program.stdin.flush()
    answers = []
    for line in program.stdout:
        if line == "\n":
            return answers
        answers.append(json.loads(line))
    raise AssertionError("the program stopped")


def _command(context: AppContext, folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "monitor", *words],
        cwd=ROOT,
        env=environment(context.settings, folder),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
