"""What the klaagmuur does by itself: expiry, and the mail of every working morning."""

from __future__ import annotations

import email
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from monitor.context import AppContext
from monitor.klaagmuur import daily, expiry, morning_mail, shredding, thread
from monitor.klaagmuur.refusals import ReceiptRefused
from tests.klaagmuur.conftest import Enrol, Listener
from tests.ports import free_port
from tests.stores import SQLITE

Send = Callable[..., str]
MORNING = datetime.fromisoformat("2026-11-04T08:30:00+01:00")


class Postbox:
    """What a mail server was handed."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], bytes]] = []
        self.answers: dict[str, str] = {}
        """What the server says to a recipient, other than yes."""

    async def handle_RCPT(  # noqa: N802
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        name = address.partition("@")[0]
        if name in self.answers:
            return self.answers[name]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def names(self) -> list[str]:
        """Who got one, in the order in which they came."""
        return [to[0].partition("@")[0] for to, _ in self.letters]

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.letters.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


@pytest.fixture
def postbox(context: AppContext) -> Iterator[tuple[AppContext, Postbox]]:
    """A real mail server, and a house that knows it."""
    box, port = Postbox(), free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    settings = replace(
        context.settings, smtp_url=f"smtp://127.0.0.1:{port}", mail_from="klimaat@waterrijk.example"
    )
    yield replace(context, settings=settings), box
    server.stop()


def test_every_luisteraar_gets_the_same_mail_once_a_working_morning(
    postbox: tuple[AppContext, Postbox], noor: Listener, enrol: Enrol, send: Send
) -> None:
    context, box = postbox
    enrol("Karim", MORNING - timedelta(30))
    assert morning_mail.send_due(context, MORNING) == 2
    send("Niet te vertellen.", luisteraar=noor.who.id)

    assert morning_mail.send_due(context, MORNING + timedelta(hours=1)) == 0
    assert morning_mail.send_due(context, MORNING + timedelta(days=1)) == 2

    told = [email.message_from_bytes(content) for _, content in box.letters]
    assert {str(letter["To"]) for letter in told} == {
        "noor@waterrijk.example",
        "karim@waterrijk.example",
    }
    assert len({(letter["Subject"], str(letter.get_payload())) for letter in told}) == 1
    assert "/postvak" in str(told[0].get_payload())
    assert "vertellen" not in str(box.letters)


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-04T07:59:00+01:00",
        "2026-11-07T09:00:00+01:00",
        "2026-11-08T09:00:00+01:00",
    ],
)
@pytest.mark.usefixtures("noor")
def test_not_before_eight_and_not_at_weekends(
    postbox: tuple[AppContext, Postbox], moment: str
) -> None:
    context, box = postbox

    assert morning_mail.send_due(context, datetime.fromisoformat(moment)) == 0
    assert box.letters == []


@pytest.mark.usefixtures("noor")
def test_a_mail_server_that_is_down_is_tried_again(postbox: tuple[AppContext, Postbox]) -> None:
    context, box = postbox
    down = replace(
        context, settings=replace(context.settings, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    )

    assert morning_mail.send_due(down, MORNING) == 0
    assert morning_mail.send_due(context, MORNING) == 1
    assert len(box.letters) == 1


@pytest.mark.usefixtures("noor")
@pytest.mark.parametrize("answer", ["550 unknown", "450 try later"])
def test_one_refused_address_keeps_nobody_else_from_the_mail_and_nobody_gets_two(
    postbox: tuple[AppContext, Postbox], enrol: Enrol, answer: str
) -> None:
    context, box = postbox
    for name in ("Karim", "Sanne"):
        enrol(name, MORNING - timedelta(30))
    box.answers["noor"] = answer

    for minute in range(4):
        morning_mail.send_due(context, MORNING + timedelta(minutes=minute))
    assert box.names() == ["karim", "sanne"]

    del box.answers["noor"]
    for minute in range(4, 8):
        morning_mail.send_due(context, MORNING + timedelta(minutes=minute))
    assert box.names() == ["karim", "sanne"] + ["noor"] * answer.startswith("4")
    assert morning_mail.send_due(context, MORNING + timedelta(days=1)) == 3


@pytest.mark.usefixtures("noor")
def test_a_server_that_stops_half_way_is_asked_again_for_the_rest(
    postbox: tuple[AppContext, Postbox], enrol: Enrol
) -> None:
    context, box = postbox
    for name in ("Karim", "Sanne"):
        enrol(name, MORNING - timedelta(30))
    box.answers["noor"] = "421 closing"

    assert morning_mail.send_due(context, MORNING) == 1
    del box.answers["noor"]
    assert morning_mail.send_due(context, MORNING + timedelta(minutes=1)) == 2
    assert morning_mail.send_due(context, MORNING + timedelta(minutes=2)) == 0

    assert box.names() == ["karim", "noor", "sanne"]


@pytest.mark.usefixtures("noor")
def test_without_a_mail_server_nothing_happens(context: AppContext) -> None:
    assert morning_mail.send_due(context, MORNING) == 0


def test_a_vent_goes_on_its_day_and_not_before(
    context: AppContext, send: Send, now: datetime
) -> None:
    code = send(lifetime=7)
    expires = thread.open_thread(context, code).expires_on
    last = datetime.fromisoformat(f"{expires}T00:00:00+01:00")

    assert expiry.sweep(context, last - timedelta(minutes=1)) == 0
    assert thread.open_thread(context, code)
    assert expiry.sweep(context, last) == 1
    with pytest.raises(ReceiptRefused):
        thread.open_thread(context, code)
    assert expiry.sweep(context, last) == 0


@pytest.mark.parametrize("store", [SQLITE])
def test_expiry_leaves_nothing_in_table_or_log(
    context: AppContext, send: Send, now: datetime
) -> None:
    send(lifetime=7)
    file = context.settings.database_file
    assert file is not None

    daily.tick(context, now + timedelta(30))

    with sqlite3.connect(file) as raw:
        assert raw.execute("SELECT count(*) FROM vent").fetchone() == (0,)
    raw.close()
    assert not (log := Path(f"{file}-wal")).exists() or log.stat().st_size < 100_000


def test_keys_nobody_needs_are_removed_and_others_are_not(
    context: AppContext, send: Send, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = send(lifetime=30)
    monkeypatch.setattr(shredding, "_stocks", {})  # as after a restart
    later = now + timedelta(days=3)
    lost = len(context.keys.names()) - 1
    assert lost > 0

    # Files carry the day of this very run, not the test's.
    real = datetime.now(now.tzinfo) + timedelta(days=3)
    shredding.sweep(context.keys, _used(context), real)

    assert len(context.keys.names()) == 1
    assert thread.open_thread(context, code)
    assert later > now


def test_after_a_day_the_keys_laid_ready_are_made_anew(context: AppContext, now: datetime) -> None:
    shredding.restock(context.keys, now)
    before = set(context.keys.names())

    shredding.restock(context.keys, now + timedelta(hours=2))
    assert set(context.keys.names()) == before
    shredding.restock(context.keys, now + timedelta(hours=25))

    assert not before & set(context.keys.names())
    assert len(context.keys.names()) == shredding.READY


def _used(context: AppContext) -> list[bytes]:
    from sqlalchemy import select

    from monitor.store.engine import reading
    from monitor.store.klaagmuur_tables import vent

    with reading(context.engine) as connection:
        return list(connection.execute(select(vent.c.shred)).scalars())
