"""Handing in over an open, an upgraded and a private connection, with and without a name."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from monitor.config.mail_server import parse
from monitor.context import AppContext
from monitor.errors import MailRefused
from monitor.mail import mailer
from monitor.mail.message import Letterhead, Part, compose
from monitor.mail.smtp import AddressRefused, SmtpConnection
from monitor.operations.doctor import examine
from tests import needs
from tests.mail.mailroom import Mailroom
from tests.ports import free_port

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
HEAD = Letterhead("Teamklimaat <app@waterrijk.example>", "Waterrijk", "http://x.example", "nl")
LOGIN = (b"app@waterrijk", b"geheim:@/%")
NAME = "app%40waterrijk:geheim%3A%40%2F%25"


def message_to(to: str, mark: str) -> EmailMessage:
    return compose(HEAD, to, "Proef", (Part("Hallo."),), mark, NOW)


def send(url: str, to: str = "sanne@waterrijk.example") -> None:
    with SmtpConnection(parse(url), "client.example", timeout=5) as smtp:
        smtp.send(message_to(to, "mark"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for this machine and its key."""
    if shutil.which("openssl") is None:
        needs.lacking("openssl is not installed on this machine")
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    request = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    command = ["openssl", *request.split(), *names, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


@pytest.fixture
def tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    """What the server shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


@pytest.fixture
def trusted(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts the certificate, as an operator arranges it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))


@pytest.mark.mail
@pytest.mark.usefixtures("trusted")
def test_over_tls(tls: ssl.SSLContext) -> None:
    with Mailroom.open(tls=tls) as room:
        send(f"smtps://localhost:{room.port}")

    assert room.to == {"sanne@waterrijk.example": 1}


@pytest.mark.mail
@pytest.mark.usefixtures("trusted")
def test_over_starttls_with_name_and_password(tls: ssl.SSLContext) -> None:
    with Mailroom.open(starttls=tls, login=LOGIN) as room:
        send(f"smtp+starttls://{NAME}@localhost:{room.port}")
        with pytest.raises(MailRefused, match=r"mail\.sign_in"):
            send(f"smtp+starttls://{NAME}x@localhost:{room.port}")

    assert room.to == {"sanne@waterrijk.example": 1}


@pytest.mark.mail
@pytest.mark.parametrize("kind", ["smtps", "smtp+starttls"])
def test_a_certificate_nobody_vouches_for_gets_nothing(tls: ssl.SSLContext, kind: str) -> None:
    ways = {"tls": tls} if kind == "smtps" else {"starttls": tls}
    with (
        Mailroom.open(**ways) as room,
        pytest.raises(MailRefused, match=r"mail\.not_private"),
    ):
        send(f"{kind}://localhost:{room.port}")

    assert room.taken == []


def test_a_server_without_starttls_gets_nothing_when_it_was_asked_for(mailroom: Mailroom) -> None:
    with pytest.raises(MailRefused, match=r"mail\.not_private"):
        send(f"smtp+starttls://localhost:{mailroom.port}")


def test_no_server_is_told_with_its_place() -> None:
    port = free_port()
    with pytest.raises(MailRefused, match=r"mail\.unreachable") as refusal:
        send(f"smtp://localhost:{port}")

    assert refusal.value.words == {"host": "localhost", "port": port}


def test_an_address_with_an_accent_arrives(mailroom: Mailroom) -> None:
    send(f"smtp://localhost:{mailroom.port}", "renée@waterrijk.example")

    assert mailroom.to == {"renée@waterrijk.example": 1}


def test_a_trial_letter_goes_by_the_settings_of_the_house(
    context: AppContext, mailroom: Mailroom
) -> None:
    mailer.check_server(context)
    mailer.send_trial(context, "beheer@waterrijk.example", NOW)
    assert mailroom.to == {"beheer@waterrijk.example": 1}

    mailroom.on_rcpt = lambda _to, _: "550 no such user"
    with pytest.raises(MailRefused, match=r"mail\.trial_refused"):
        mailer.send_trial(context, "beheer@waterrijk.example", NOW)
    without = replace(context, settings=replace(context.settings, smtp_url="", mail_from=""))
    with pytest.raises(MailRefused, match=r"mail\.not_set"):
        mailer.check_server(without)


def test_one_connection_serves_many_letters(mailroom: Mailroom) -> None:
    with SmtpConnection(parse(f"smtp://127.0.0.1:{mailroom.port}"), "client.example") as smtp:
        for number in range(5):
            smtp.send(message_to(f"a{number}@x.example", str(number)))
        mailroom.on_data = lambda _to, _: "550 not wanted"
        with pytest.raises(AddressRefused):
            smtp.send(message_to("b@x.example", "b"))

    assert (len(mailroom.taken), mailroom.connections) == (5, 1)


def test_the_doctor_calls_the_server_and_looks_where_links_lead(
    context: AppContext, mailroom: Mailroom
) -> None:
    settings = context.settings
    assert not [f.key for f in examine(settings, NOW) if f.key.startswith(("mail.", "doctor.mail"))]

    away = replace(settings, smtp_url=f"smtp://localhost:{free_port()}")
    assert "mail.unreachable" in [finding.key for finding in examine(away, NOW)]
    lost = replace(settings, base_url="http://localhost:8501", smtp_url="smtp://nowhere.invalid")
    assert "doctor.mail_links" in [finding.key for finding in examine(lost, NOW)]
