"""A vent is read by the luisteraar only: not in any file, by any other role, or with a new key."""

from __future__ import annotations

import secrets
import sqlite3
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import insert, select, update
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from monitor import clock
from monitor.access import accounts, audit, sessions
from monitor.access.roles import Role
from monitor.climate.results import results
from monitor.dashboard import session
from monitor.dashboard.frame import PLACES
from monitor.klaagmuur import envelope, expiry, luisteraars, readers, reading, shredding, vents
from monitor.klaagmuur.content import Vent
from monitor.klaagmuur.envelope import Damaged
from monitor.klaagmuur.refusals import KeyRefused
from monitor.klaagmuur.vents import Draft
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.settings import ROOT
from monitor.store import backup
from monitor.store.engine import reading as looking
from monitor.store.engine import writing
from monitor.store.klaagmuur_tables import luisteraar, vent
from monitor.store.tables import account
from monitor.wiring import House
from tests.live import running
from tests.promises import canary

STAFF_PAGES = ("/klaagmuur", "/klaagmuur/gesprek", "/privacy", "/pulse", "/healthz", "/metrics")


@pytest.fixture
def noor(house: House) -> canary.Listener:
    """The luisteraar."""
    return canary.enrol(house, "Noor", clock.now())


@pytest.mark.one_file
def test_no_file_ever_holds_a_word_of_it(
    house: House, noor: canary.Listener, tmp_path: Path
) -> None:
    kept = tmp_path / "backups"
    kept.mkdir()
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    with (
        running(house.settings, tmp_path) as live,
        httpx.Client(base_url=live.address, timeout=30) as client,
    ):
        code = canary.send(client)
        backup.write(house.engine, kept / "sent.db")
        assert canary.WORDS[0] in canary.talk(client, code)
        letter = _only(house, noor)
        reading.reply(house, letter, canary.REPLY, clock.now())
        assert "lantaarnvlinderaar" in canary.talk(client, code, canary.ANSWER)
        assert len(_only(house, noor).notes) == 2
        backup.write(house.engine, kept / "answered.db")
        during = canary.found_in(canary.all_files(house, tmp_path))
        live.stop()
        assert canary.found_in({"log": live.said().encode()}) == []
    after = canary.found_in(canary.all_files(house, tmp_path))
    assert expiry.sweep(house, clock.now() + timedelta(60)) == 1
    expired = canary.found_in(canary.all_files(house, tmp_path))

    assert during == after == expired == []
    assert reading.inbox(house, noor.who, noor.key).letters == ()
    assert code.replace("-", "").encode() not in b"".join(
        canary.all_files(house, tmp_path).values()
    )


def test_the_control_a_plain_table_tells_it(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "plain.db") as raw:
        raw.execute("CREATE TABLE vent (text TEXT)")
        raw.execute("INSERT INTO vent VALUES (?)", (canary.TEXT,))
    raw.close()
    files = {file.name: file.read_bytes() for file in tmp_path.iterdir()}

    assert {word for _, word in canary.found_in(files)} == set(canary.WORDS)


@pytest.mark.parametrize("spelling", range(3))
def test_the_control_an_encoded_text_is_recognised(spelling: int) -> None:
    import base64

    encoded = (
        base64.b64encode(canary.TEXT.encode()),
        canary.TEXT.encode().hex().encode(),
        canary.TEXT.encode("utf-16-le"),
    )[spelling]

    assert canary.found_in({"file": encoded}, canary.WORDS)


@pytest.fixture
def town(house: House, noor: canary.Listener) -> House:
    """An organisation, and a vent that was read and answered."""
    tree = Tree((Unit("stad", None, "Stad"), Unit("werk", "stad", "Werk")))
    import_tree(house.engine, tree, "test", clock.now())
    vents.send(house, Draft(Vent(text=canary.TEXT), countable=True), clock.now())
    reading.reply(house, _only(house, noor), canary.REPLY, clock.now())
    return house


@pytest.mark.parametrize(
    "role", [Role.BEHEERDER, Role.TOEZICHT, Role.LEIDINGGEVENDE, Role.LUISTERAAR, None]
)
def test_no_role_meets_it_on_any_page(
    town: House, role: Role | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = _session(town, role) if role else None
    monkeypatch.setattr(session, "cookie", lambda _secure: token)
    for address in ("", *(place.address for place in PLACES)):
        page = AppTest.from_file(
            str(ROOT / "monitor" / "dashboard" / "main.py"), default_timeout=30
        )
        page._page_hash = calc_hash(address)
        shown = str(page.run()._tree) + "".join(str(e.proto) for e in page.get("html"))
        assert not [word for word in canary.SAID if word in shown], address
    with _browser(token) as browser:
        for path in (*STAFF_PAGES, "/downloads/herstelblad.pdf"):
            answer = browser.get(path)
            assert not [word for word in canary.SAID if word in answer.text], path
    assert browser.get("/downloads/herstelblad.pdf").status_code == 404


def test_no_export_and_no_record_holds_it(town: House) -> None:
    figures = " ".join(map(str, results(town.engine).rows()))
    noted = " ".join(map(str, audit.entries(town.engine)))

    assert not [word for word in canary.SAID if word in figures + noted]


def test_a_new_key_of_the_beheerders_choice_opens_nothing_and_is_announced(
    town: House, noor: canary.Listener
) -> None:
    now = clock.now()
    mole = canary.enrol(town, "Mol", now)

    known = luisteraars.everyone(town.engine)
    assert readers.active(known, now.date()) == (noor.who,)
    assert readers.announced(known, now.date()) == (mole.who,)
    assert reading.inbox(town, mole.who, mole.key).letters == ()
    for sealed in canary.sealed_vents(town).items():
        assert not _opens(town, sealed, mole.key)
    vents.send(town, Draft(Vent(text="Later geschreven.")), now)
    assert reading.inbox(town, mole.who, mole.key).letters == ()
    # Also after its two weeks it opens only what a sender then chooses to send to it.
    later = now + timedelta(days=15)
    assert len(readers.active(known, later.date())) == 2
    assert reading.inbox(town, mole.who, mole.key).letters == ()


def test_a_key_swapped_in_the_store_opens_nothing_that_was_there(
    town: House, noor: canary.Listener
) -> None:
    own = luisteraars.make_key("van de beheerder zelf", canary.insecure_quick_cost)
    with writing(town.engine) as connection:
        connection.execute(
            update(luisteraar).values(
                public_key=own.key.public, locked_key=own.locked, recovery_key=own.recovery_lock
            )
        )

    assert luisteraars.unlock(town.engine, noor.who, "van de beheerder zelf") == own.key
    assert reading.inbox(town, noor.who, own.key).letters == ()
    (shown,) = luisteraars.everyone(town.engine)
    assert shown.fingerprint != noor.who.fingerprint  # and every sender sees another one


def test_pointing_the_rows_at_another_luisteraar_opens_nothing(
    town: House, noor: canary.Listener
) -> None:
    mole = canary.enrol(town, "Mol", clock.now() - timedelta(30))
    with writing(town.engine) as connection:
        connection.execute(update(vent).values(luisteraar=mole.who.id))

    assert reading.inbox(town, mole.who, mole.key) == reading.Inbox((), 1)


def test_another_password_for_the_account_gives_no_reading(
    town: House, noor: canary.Listener
) -> None:
    email, now = "noor@waterrijk.example", clock.now()
    token = accounts.add(town.engine, email, Role.LUISTERAAR, None, "beheerder", now)
    accounts.set_password(town.engine, token, "zoals de beheerder wil", now)

    with pytest.raises(KeyRefused):
        luisteraars.unlock(town.engine, noor.who, "zoals de beheerder wil")


def test_the_store_with_its_keys_but_without_the_passphrase_opens_nothing(town: House) -> None:
    # What a thief of the whole machine has, short of the luisteraar's passphrase.
    for sealed in canary.sealed_vents(town).items():
        for guess in (bytes(32), town.secret[:32], secrets.token_bytes(32)):
            assert not _opens(town, sealed, envelope.ReaderKey(guess))


@pytest.mark.one_file
def test_the_control_a_row_with_a_readable_text_would_be_found(town: House) -> None:
    with writing(town.engine) as connection:
        connection.execute(
            insert(account).values(id="canary", email=f"{canary.WORDS[0]}@waterrijk.example")
        )

    assert canary.found_in(canary.all_files(town))


def _only(house: House, noor: canary.Listener) -> reading.Letter:
    (letter,) = reading.inbox(house, noor.who, noor.key).letters
    return letter


def _opens(house: House, sealed: tuple[bytes, bytes], key: envelope.ReaderKey) -> bool:
    with looking(house.engine) as connection:
        name = connection.scalar(select(vent.c.shred).where(vent.c.id == sealed[0]))
    assert name is not None
    shred = shredding.read(house.keys, name)
    assert shred is not None
    try:
        envelope.open_as_reader(sealed[1], sealed[0], key, shred.key)
    except Damaged:
        return False
    return True


def _session(house: House, role: Role) -> str:
    email = f"{role}@waterrijk.example"
    unit = "werk" if role is Role.LEIDINGGEVENDE else None
    accounts.add(house.engine, email, role, unit, "test", clock.now())
    with writing(house.engine) as connection:
        found = connection.scalar(select(account.c.id).where(account.c.email == email))
        assert found is not None
        return sessions.start(connection, found, clock.now())


def _browser(token: str | None) -> TestClient:
    from starlette.applications import Starlette

    from monitor.staff.door import exception_handlers, routes

    app = Starlette(routes=routes, exception_handlers=exception_handlers)  # type: ignore[arg-type]
    cookies = {sessions.COOKIE: token} if token else None
    return TestClient(app, cookies=cookies, follow_redirects=False)
