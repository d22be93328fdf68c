"""The settings of the mail server: read, or refused in a sentence when they cannot be used."""

from __future__ import annotations

import pytest

from monitor.config.mail_server import MailServer, Security, parse
from monitor.config.settings import read
from monitor.errors import SettingsRefused

GOOD = {
    "TEAMKLIMAAT_SMTP_URL": "smtp://localhost",
    "TEAMKLIMAAT_MAIL_FROM": "Teamklimaat <app@x.example>",
}


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.x.example", MailServer(Security.NONE, "mail.x.example", 25)),
        ("smtps://mail.x.example", MailServer(Security.TLS, "mail.x.example", 465)),
        ("smtp+starttls://mail:2525/", MailServer(Security.STARTTLS, "mail", 2525)),
        ("smtp://[::1]:25", MailServer(Security.NONE, "::1", 25)),
        ("smtps://a%40x:b%3A%2F@m", MailServer(Security.TLS, "m", 465, "a@x", "b:/")),
        ("smtp://a:b@localhost", MailServer(Security.NONE, "localhost", 25, "a", "b")),
    ],
)
def test_a_server_is_read(url: str, server: MailServer) -> None:
    assert parse(url) == server


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("mail.x.example", "settings.smtp_url"),
        ("http://mail.x.example", "settings.smtp_url"),
        ("smtp://", "settings.smtp_url"),
        ("smtp://mail:x", "settings.smtp_url"),
        ("smtp://mail:0", "settings.smtp_url"),
        ("smtp://mail/folder", "settings.smtp_url"),
        ("smtp://mail?tls=1", "settings.smtp_url"),
        ("smtps://user@mail", "settings.smtp_url"),
        ("smtps://a:b%0Ac@mail", "settings.smtp_url"),
        ("smtp://a:b@mail.x.example", "settings.smtp_clear"),
    ],
)
def test_a_server_that_cannot_be_meant_is_refused(url: str, key: str) -> None:
    with pytest.raises(SettingsRefused) as refusal:
        parse(url)

    assert refusal.value.key == key
    assert refusal.value.words == {}  # the sentence must not repeat a password


def test_both_settings_or_neither() -> None:
    assert read({}).mail_server is None
    assert read(GOOD).mail_server == MailServer(Security.NONE, "localhost", 25)
    for name, value in GOOD.items():
        with pytest.raises(SettingsRefused, match=r"settings\.mail_half"):
            read({name: value})


@pytest.mark.parametrize("sender", ["app", "app@x, b@x", "a@x\nBcc: b@x", "<>", "rené@x.example"])
def test_a_sender_is_one_plain_address(sender: str) -> None:
    with pytest.raises(SettingsRefused, match=r"settings\.(mail_from|invisible)"):
        read(GOOD | {"TEAMKLIMAAT_MAIL_FROM": sender})


def test_the_password_is_not_shown() -> None:
    chosen = read(GOOD | {"TEAMKLIMAAT_SMTP_URL": "smtps://app:geheim@mail"})

    assert "geheim" not in repr(chosen) + repr(chosen.mail_server)
