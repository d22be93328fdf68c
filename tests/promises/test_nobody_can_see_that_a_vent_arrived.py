"""Nobody can see that a vent arrived, from which day to the minute, or in what order they came."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path

import httpx
import pytest
from sqlalchemy import BigInteger, DateTime, Table, Time, select

from monitor import clock, wiring
from monitor.klaagmuur import envelope, shredding, vents
from monitor.klaagmuur.content import LONGEST, Vent
from monitor.klaagmuur.vents import Draft
from monitor.store import klaagmuur_tables, settling
from monitor.store.engine import reading
from monitor.store.klaagmuur_tables import vent
from monitor.store.schema import metadata
from monitor.wiring import House
from tests.live import running
from tests.promises import canary

PAGES = (
    "/klaagmuur",
    "/klaagmuur?taal=en",
    "/klaagmuur/gesprek",
    "/privacy",
    "/pulse",
    "/aanmelden",
    "/healthz",
    "/metrics",
)
UNTOLD = ("date", "content-length")  # compressed, the random part varies by a byte
OWN_TABLES = ("luisteraar", "vent", "vent_note", "theme_token", "theme_release")
CHANGING = re.compile(r'name="(?:eenmalig|formulier)" value="[^"]*"')
"""Random in every page, vent or no vent."""


@pytest.fixture
def noor(house: House) -> canary.Listener:
    """The luisteraar."""
    return canary.enrol(house, "Noor", clock.now())


def looked_at(client: httpx.Client) -> dict[str, tuple[int, str, tuple[str, ...]]]:
    seen = {}
    for path in PAGES:
        answer = client.get(path)
        headers = tuple(sorted(f"{k}: {v}" for k, v in answer.headers.items() if k not in UNTOLD))
        plain = tuple(h for h in headers if not h.startswith("set-cookie"))
        seen[path] = (answer.status_code, CHANGING.sub("", answer.text), plain)
    return seen


@pytest.mark.usefixtures("noor")
def test_no_page_changes_when_one_comes_is_answered_or_withdrawn(
    house: House, tmp_path: Path
) -> None:
    with running(house.settings, tmp_path) as live, httpx.Client(base_url=live.address) as client:
        before = looked_at(client)
        code = canary.send(client)
        sent = looked_at(client)
        canary.talk(client, code, canary.ANSWER)
        client.post("/klaagmuur/gesprek", data={"code": code, "stap": "intrekken", "zeker": "ja"})
        after = looked_at(client)
        said = live.said()

    for path in PAGES:
        assert before[path] == sent[path] == after[path], path
    assert said.count("\n") <= 3  # that it started, and nothing about anybody


@pytest.mark.usefixtures("noor")
def test_all_have_one_size(house: House) -> None:
    for text in ("a", "😀" * LONGEST, "\0" * LONGEST, "gewoon een zin"):
        vents.send(house, Draft(Vent(text=text)), clock.now())

    assert {len(sealed) for sealed in canary.sealed_vents(house).values()} == {envelope.VENT_BYTES}


@pytest.mark.usefixtures("noor")
def test_they_lie_in_the_order_of_random_names(house: House) -> None:
    came = []
    for number in range(24):
        code = vents.send(house, Draft(Vent(text=str(number))), clock.now())
        came.append(envelope.receipt_of(code.encode()).id)
    settling.settle(house.engine)  # the night; SQLite needs none
    with reading(house.engine) as connection:
        lie = list(connection.execute(select(vent)).scalars())

    assert sorted(came) == sorted(lie)
    assert lie == sorted(lie) != came


@pytest.mark.usefixtures("noor")
def test_the_files_of_keys_do_not_tell_when_somebody_wrote(house: House) -> None:
    now = clock.now()
    shredding.restock(house.keys, now)

    def stamps() -> dict[str, tuple[int, ...]]:
        found = {}
        for name in house.keys.names():
            stat = (house.keys.path / name).stat()
            found[name] = (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino, stat.st_size)
        return found

    before = stamps()
    for number in range(10):
        vents.send(house, Draft(Vent(text=str(number))), now)

    assert stamps() == before


@pytest.mark.usefixtures("noor")
def test_nor_when_a_key_was_last_read(house: House, tmp_path: Path) -> None:
    if not hasattr(os, "O_NOATIME"):
        pytest.skip("this system notes every reading of a file")
    now = clock.now()
    shredding.restock(house.keys, now)
    files = [house.keys.path / name for name in house.keys.names()]
    long_ago = 1_700_000_000
    control = tmp_path / "control"
    control.write_bytes(b"x")
    for file in (*files, control):
        os.utime(file, (long_ago, file.stat().st_mtime))

    vents.send(house, Draft(Vent(text="a")), now)
    control.read_bytes()

    read = {file.stat().st_atime for file in files}
    assert read == {long_ago}
    if control.stat().st_atime == long_ago:
        pytest.skip("this disk notes no readings at all")


def test_no_table_has_room_for_a_moment_an_address_or_an_order() -> None:
    for name in OWN_TABLES:
        table = metadata.tables[name]
        for column in table.columns:
            assert not isinstance(column.type, BigInteger | DateTime | Time), column
            assert not column.autoincrement or column.autoincrement == "auto", column
            assert not re.search(r"address|agent|time(?!s)|moment|sender|title", column.name), (
                column
            )
        assert table.dialect_options["sqlite"]["with_rowid"] is False


def test_no_table_of_the_pulse_and_none_of_the_klaagmuur_refer_to_each_other() -> None:
    own = {each.name for each in vars(klaagmuur_tables).values() if isinstance(each, Table)}
    assert set(OWN_TABLES) < own
    for table in metadata.tables.values():
        for key in table.foreign_keys:
            other = key.column.table.name
            if table.name in own:
                assert other in own | {"account"}
            else:
                assert other not in own


@pytest.mark.usefixtures("noor")
def test_what_is_kept_is_a_day(house: House) -> None:
    vents.send(house, Draft(Vent(text="a")), clock.now())

    with reading(house.engine) as connection:
        row = connection.execute(select(vent)).one()
    assert type(row.day) is type(row.expires_on) is date
    assert wiring.current() is house
