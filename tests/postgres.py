"""A real PostgreSQL on a free port, started when the first test asks for it.

Every test gets a database of its own, copied from one that has been migrated once.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from monitor.store.engine import open_store
from monitor.store.migrate import migrate
from tests import marks
from tests.needs import lacking
from tests.ports import free_port
from tests.stores import POSTGRESQL

INSTALLED = Path("/usr/lib/postgresql")
"""Where Debian and Ubuntu keep every version of it."""
OWNER = "postgres"
"""The account it runs as when the tests run as root, as which it refuses to start."""
TEMPLATE = "teamklimaat_template"
START_SECONDS = 120
FORGETFUL = {
    # The machine under a test does not lose its power, and its tables need not outlive it.
    "fsync": "off",
    "full_page_writes": "off",
}
SETTINGS = {
    "max_connections": "400",
    "shared_buffers": "32MB",
    "unix_socket_directories": "",
    # Its log of transactions stays as long as a test lasts, and small enough to look through.
    "max_wal_size": "48MB",
    "min_wal_size": "32MB",
    "wal_keep_size": "32MB",
    "listen_addresses": "127.0.0.1",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running PostgreSQL."""

    port: int
    folder: Path
    """What is in here is all it keeps: ``data``, and the ``log`` of what it says."""

    def url(self, database: str) -> str:
        """As `TEAMKLIMAAT_DATABASE_URL` has it."""
        return f"postgresql+psycopg://{OWNER}@127.0.0.1:{self.port}/{database}"

    def say(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run one statement outside any transaction; its rows, if it has any."""
        place = f"host=127.0.0.1 port={self.port} user={OWNER} dbname={database}"
        with psycopg.connect(place, autocommit=True) as connection:
            done = connection.execute(statement.encode())
            return done.fetchall() if done.description else []

    def listen_in(self, url: str) -> None:
        """From now on note all that whoever keeps this database can let it note, of what it is
        asked and told by new connections."""
        for setting in ("log_statement = 'all'", "log_min_error_statement = 'debug5'"):
            self.set_for(url, setting)

    def set_for(self, url: str, setting: str) -> None:
        """Let a setting hold for new connections to this database."""
        self.say(f"ALTER DATABASE {make_url(url).database} SET {setting}")

    def noted(self) -> str:
        """All it has said so far."""
        return (self.folder / "log").read_text("utf-8", "replace")

    def on_disk(self, url: str) -> dict[str, bytes]:
        """Everything that lies on disk of this database, and of all databases together: tables,
        their indexes, statistics, the log of transactions, and what was said."""
        database = make_url(url).database
        self.say("CHECKPOINT")
        ((place,),) = self.say(f"SELECT oid FROM pg_database WHERE datname = '{database}'")
        data = self.folder / "data"
        others = {folder for folder in (data / "base").iterdir() if folder.name != str(place)}
        found = {}
        for file in sorted(self.folder.rglob("*")):
            # It goes on tidying up while we look.
            with suppress(FileNotFoundError):
                if file.is_file() and not others & set(file.parents):
                    found[str(file)] = file.read_bytes()
        return found

    @contextmanager
    def database(self, *, empty: bool = False) -> Iterator[str]:
        """The address of a fresh database, migrated unless `empty`; dropped at the end."""
        marks.require(POSTGRESQL)
        name = f"test_{secrets.token_hex(8)}"
        self.say(f"CREATE DATABASE {name} TEMPLATE {'template0' if empty else TEMPLATE}")
        try:
            yield self.url(name)
        finally:
            self.say(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def cluster(*, safe: bool = False) -> Iterator[Cluster]:
    """Start one, with a migrated template in it; stop it at the end and leave nothing.

    Parameters
    ----------
    safe
        Whether it waits for the disk, as in a real installation.
    """
    programs = _programs()
    settings = SETTINGS if safe else SETTINGS | FORGETFUL
    folder = Path(tempfile.mkdtemp(prefix="teamklimaat-postgresql-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, OWNER)
        data = folder / "data"
        _run(programs / "initdb", "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "-N")
        made = Cluster(free_port(), folder)
        settings |= {"port": str(made.port)}
        process = _start(programs / "postgres", data, settings, folder / "log")
        try:
            _wait(made, process, folder / "log")
            _make_template(made)
            yield made
        finally:
            process.send_signal(signal.SIGINT)  # disconnects whoever is left
            process.wait(START_SECONDS)
    finally:
        shutil.rmtree(folder)


def installed() -> Path | None:
    """The folder of the programs of the newest version on this machine."""
    found = sorted(INSTALLED.glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    if found:
        return found[-1].parent
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).resolve().parent if elsewhere else None


def _programs() -> Path:
    programs = installed()
    if programs is None:
        lacking("PostgreSQL is not installed on this machine: only the SQLite half was tested")
    return programs


def _as_owner() -> list[str]:
    return ["setpriv", f"--reuid={OWNER}", f"--regid={OWNER}", "--init-groups"]


def _command(program: Path, *arguments: object) -> list[str]:
    prefix = _as_owner() if os.geteuid() == 0 else []
    return [*prefix, str(program), *map(str, arguments)]


def _run(program: Path, *arguments: object) -> None:
    done = subprocess.run(
        _command(program, *arguments), cwd="/", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def _start(
    program: Path, data: Path, settings: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    options = [f"--{name}={value}" for name, value in settings.items()]
    with log.open("wb") as handle:
        return subprocess.Popen(
            _command(program, "-D", data, *options), cwd="/", stdout=handle, stderr=handle
        )


def _wait(made: Cluster, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up and process.poll() is None:
        try:
            made.say("SELECT 1")
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"PostgreSQL did not start: {log.read_text('utf-8', 'replace')}")


def _make_template(made: Cluster) -> None:
    made.say(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0")
    engine = open_store(made.url(TEMPLATE))
    migrate(engine)
    engine.dispose()
