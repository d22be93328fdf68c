"""A mail server that was filled in in the app: used at once, and its password readable nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from monitor.config import mail_server
from monitor.config.mail_server import MailRoute, Security
from monitor.context import AppContext
from monitor.errors import InputRefused, MailRefused
from monitor.mail import mailer
from monitor.mail import route as mail_route
from monitor.operations import doctor, signing
from monitor.store import audit, backup
from monitor.store.delivery_tables import setting
from monitor.store.engine import reading, writing
from monitor.store.stored_settings import StoredSetting
from tests.mail.mailroom import Mailroom
from tests.stores import SQLITE

PASSWORD = "zeewaardige-eend-7"
SENDER = "Teamklimaat <klimaat@waterrijk.example>"
ACTOR = "bea@waterrijk.example"

# A mail server on this very machine may be asked for a password in the open.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")


@pytest.fixture
def bare(context: AppContext) -> AppContext:
    """The context without a mail server in its environment."""
    return replace(context, settings=replace(context.settings, smtp_url="", mail_from=""))


@pytest.fixture
def guarded() -> Iterator[Mailroom]:
    """A mail server that asks for a name and a password."""
    with Mailroom.open(login=(b"klimaat", PASSWORD.encode())) as room:
        yield room


def route(port: int, password: str = PASSWORD) -> MailRoute:
    return mail_server.from_fields(
        Security.NONE, "127.0.0.1", str(port), "klimaat" if password else "", password, SENDER
    )


def test_it_is_used_from_then_on_and_written_down_without_the_password(
    bare: AppContext, guarded: Mailroom, now: datetime
) -> None:
    with pytest.raises(MailRefused, match=r"mail\.not_set"):
        mailer.send_trial(bare, ACTOR, now)

    mail_route.choose(bare, route(guarded.port), ACTOR, now)
    mailer.send_trial(bare, ACTOR, now)

    assert guarded.to == {ACTOR: 1}
    assert guarded.taken[0]["From"] == SENDER
    (noted, *_) = audit.entries(bare.engine, 5)
    assert (noted.actor, noted.action) == (ACTOR, "mail.server")
    assert PASSWORD not in noted.detail + repr(mail_route.in_use(bare))

    mail_route.forget(bare, ACTOR, now)
    assert mail_route.in_use(bare) is None


def test_the_environment_goes_first(context: AppContext, mailroom: Mailroom, now: datetime) -> None:
    mail_route.choose(context, route(9), ACTOR, now)

    mailer.send_trial(context, ACTOR, now)

    assert mailroom.to == {ACTOR: 1}


def test_a_wrong_password_gets_a_sentence(
    bare: AppContext, guarded: Mailroom, now: datetime
) -> None:
    mail_route.choose(bare, route(guarded.port, "een ander"), ACTOR, now)

    with pytest.raises(MailRefused, match=r"mail\.sign_in"):
        mailer.send_trial(bare, ACTOR, now)


@pytest.mark.parametrize("store", [SQLITE])
def test_no_store_and_no_backup_holds_the_password(
    bare: AppContext, tmp_path: Path, now: datetime
) -> None:
    mail_route.choose(bare, route(25), ACTOR, now)
    copy = tmp_path / "copy.db"
    backup.write(bare.engine, copy)

    database = bare.settings.database_file
    assert database is not None
    files = [*database.parent.glob(f"{database.name}*"), copy]
    assert all(PASSWORD.encode() not in file.read_bytes() for file in files)
    # The same look does find what is kept in the open.
    assert any(b"klimaat@waterrijk.example" in file.read_bytes() for file in files)


def test_with_another_secret_nothing_is_sent_and_it_is_said(
    bare: AppContext, now: datetime
) -> None:
    mail_route.choose(bare, route(25), ACTOR, now)
    moved = replace(bare, secret=b"another secret, as after a move")

    assert mail_route.in_use(moved) is None
    kept = mail_route.stored(moved)
    assert kept is not None
    assert not kept.readable

    bare.settings.secret_file.write_bytes(b"z" * len(bare.settings.secret_file.read_bytes()))
    signing.accept_secret(bare.engine, bare.settings, ACTOR, now)
    findings = {finding.key for finding in doctor.examine(bare.settings, now)}
    assert "mail.password_lost" in findings


@pytest.mark.parametrize("changed", [{"host": "evil.example"}, {"port": 2525}, {"user": "ander"}])
def test_the_password_opens_for_no_other_server(
    bare: AppContext, now: datetime, changed: dict[str, object]
) -> None:
    """Whoever can write in the store could else have the app bring it to them."""
    mail_route.choose(bare, route(25), ACTOR, now)
    with writing(bare.engine) as connection:  # signed, as if that had been the whole protection
        key = setting.c.key == StoredSetting.MAIL_ROUTE
        kept = connection.scalar(select(setting.c.value).where(key))
        connection.execute(update(setting).where(key).values(value=kept | changed))

    assert mail_route.in_use(bare) is None


def test_a_server_without_a_password_needs_no_secret(bare: AppContext, now: datetime) -> None:
    mail_route.choose(bare, route(25, ""), ACTOR, now)

    moved = replace(bare, secret=b"another secret")

    assert mail_route.in_use(moved) == route(25, "")
    with reading(bare.engine) as connection:
        kept = connection.scalar(
            select(setting.c.value).where(setting.c.key == StoredSetting.MAIL_ROUTE)
        )
    assert kept["password"] == ""


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        (("starttls", "mail.x.example/pad", "", "", "", SENDER), "mail.host"),
        (("starttls", "", "", "", "", SENDER), "mail.host"),
        (("starttls", "a b", "", "", "", SENDER), "mail.host"),
        (("starttls", "mail.x.example", "0", "", "", SENDER), "mail.port"),
        (("starttls", "mail.x.example", "99999", "", "", SENDER), "mail.port"),
        (("starttls", "mail.x.example", "1234567", "", "", SENDER), "mail.port"),
        (("starttls", "mail.x.example", "poort", "", "", SENDER), "mail.port"),
        (("starttls", "mail.x.example", "", "klimaat", "", SENDER), "mail.sign_in_half"),
        (("starttls", "mail.x.example", "", "", "geheim", SENDER), "mail.sign_in_half"),
        (("tls", "mail.x.example", "", "a", "b\r\nQUIT", SENDER), "mail.sign_in_text"),
        (("none", "mail.x.example", "", "a", "b", SENDER), "mail.clear"),
        (("tls", "mail.x.example", "", "a", "b", "geen adres"), "mail.sender_text"),
        (("tls", "mail.x.example", "", "a", "b", "a@b.example\r\nBcc: c@d.example"),
         "mail.sender_text"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_gets_a_sentence(fields: tuple[str, ...], key: str) -> None:
    security, *rest = fields

    with pytest.raises(InputRefused) as refused:
        mail_server.from_fields(Security[security.upper()], *rest)

    assert refused.value.key == key


def test_no_port_means_the_usual_one() -> None:
    route = mail_server.from_fields(Security.STARTTLS, " mail.x.example ", "", "a", "b", SENDER)

    assert (route.server.host, route.server.port) == ("mail.x.example", 587)
