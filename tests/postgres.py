"""A real PostgreSQL on a free port, started for the first test that needs it.

Every test gets a database of its own, copied from one that was migrated once.
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
"""The account it runs as when the tests run as root, because it refuses to run as root."""
TEMPLATE, PREPARED, EMPTY = "teamklimaat_template", "prepared", "template0"
"""Databases to copy: migrated, of an installation, and without anything in it."""
MEMORY = Path("/dev/shm")
ROOM = 2 << 30
"""Bytes, of which it uses about a tenth; several run at the same time."""
START_SECONDS = 120
UNSAFE = {
    # The data of a test need not survive a power cut.
    "fsync": "off",
    "full_page_writes": "off",
}
SETTINGS = {
    "max_connections": "400",
    "shared_buffers": "32MB",
    "unix_socket_directories": "",
    # The write-ahead log must outlive a test, and be small enough to search.
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
    """Everything it stores: ``data``, and its messages in ``log``."""

    def url(self, database: str) -> str:
        """The address of a database, as in `TEAMKLIMAAT_DATABASE_URL`."""
        return f"postgresql+psycopg://{OWNER}@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run a statement outside any transaction; return its rows, if any."""
        address = f"host=127.0.0.1 port={self.port} user={OWNER} dbname={database}"
        with psycopg.connect(address, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def log_statements(self, url: str) -> None:
        """Log every statement of new connections, with its parameters and errors."""
        for setting in ("log_statement = 'all'", "log_min_error_statement = 'debug5'"):
            self.configure(url, setting)

    def configure(self, url: str, setting: str) -> None:
        """Make a setting for new connections to this database."""
        self.execute(f"ALTER DATABASE {make_url(url).database} SET {setting}")

    def log(self) -> str:
        """All its messages so far."""
        return (self.folder / "log").read_text("utf-8", "replace")

    def on_disk(self, url: str) -> dict[str, bytes]:
        """The contents of every file of this database and of all databases together: tables,
        indexes, statistics, the write-ahead log and messages."""
        database = make_url(url).database
        self.execute("CHECKPOINT")
        ((oid,),) = self.execute(f"SELECT oid FROM pg_database WHERE datname = '{database}'")
        contents = {}
        for folder, folders, names in os.walk(self.folder):
            if folder == str(self.folder / "data" / "base"):
                folders[:] = [str(oid)]
            for file in (Path(folder, name) for name in names):
                # The server may delete a file meanwhile.
                with suppress(FileNotFoundError):
                    contents[str(file)] = file.read_bytes()
        return contents

    def keep(self, url: str, name: str) -> None:
        """Keep a copy of a database that nothing is connected to, as a template of this name."""
        self.execute(f"CREATE DATABASE {name} TEMPLATE {make_url(url).database}")

    @contextmanager
    def database(self, *, template: str = TEMPLATE, like: str = "") -> Iterator[str]:
        """The address of a fresh database, a migrated one unless another is the `template`.

        It is dropped at the end.

        Parameters
        ----------
        like
            The address of a database to copy, which nobody is connected to.
        """
        marks.require(POSTGRESQL)
        name = f"test_{secrets.token_hex(8)}"
        template = make_url(like).database or template if like else template
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def cluster(*, safe: bool = False) -> Iterator[Cluster]:
    """Start PostgreSQL with a migrated template; stop it at the end and delete its files.

    Parameters
    ----------
    safe
        Whether it waits for the disk, as in a real installation.
    """
    programs = _programs()
    settings = SETTINGS if safe else SETTINGS | UNSAFE
    place = None if safe else memory_folder(ROOM)
    folder = Path(tempfile.mkdtemp(prefix="teamklimaat-postgresql-", dir=place))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, OWNER)
        data = folder / "data"
        _run(programs / "initdb", "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "-N")
        running = Cluster(free_port(), folder)
        settings |= {"port": str(running.port)}
        process = _start(programs / "postgres", data, settings, folder / "log")
        try:
            _wait(running, process, folder / "log")
            _make_template(running)
            yield running
        finally:
            process.send_signal(signal.SIGINT)  # a fast shutdown, which ends open connections
            process.wait(START_SECONDS)
    finally:
        shutil.rmtree(folder)


def memory_folder(room: int) -> Path | None:
    """The folder that Linux keeps in memory, where it may be used and has `room` bytes free.

    To make and delete a database on a disk takes several times as long, although nothing waits
    for that disk.
    """
    if not os.access(MEMORY, os.W_OK | os.X_OK) or shutil.disk_usage(MEMORY).free < room:
        return None
    return MEMORY


def installed() -> Path | None:
    """The folder with the programs of the newest version on this machine, if there is one."""
    versions = sorted(INSTALLED.glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    if versions:
        return versions[-1].parent
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


def _wait(cluster: Cluster, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            cluster.execute("SELECT 1")
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"PostgreSQL did not start: {log.read_text('utf-8', 'replace')}")


def _make_template(cluster: Cluster) -> None:
    cluster.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE {EMPTY}")
    engine = open_store(cluster.url(TEMPLATE))
    migrate(engine)
    engine.dispose()
