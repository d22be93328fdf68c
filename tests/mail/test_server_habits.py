"""Habits of mail servers: a letter has gone, waits with a reason, or is refused with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select

from monitor.context import AppContext
from monitor.pulse.invitations import outbox
from monitor.pulse.invitations.outbox import Progress
from monitor.pulse.invitations.sending import deliver
from monitor.store.delivery_tables import outbox as table
from monitor.store.engine import reading
from tests.mail.conftest import PERIOD
from tests.mail.scripted import HANG_UP, ScriptedServer

EXTENSIONS = (
    b"\r\n".join(
        b"250-" + name
        for name in (b"mail", b"PIPELINING", b"CHUNKING", b"DSN", b"SIZE 10", b"AUTH PLAIN XOAUTH2")
    )
    + b"\r\n250 SMTPUTF8"
)
SENT, PUT_OFF, KEPT, REFUSED_ALL = "sent", "put off", "kept", "refused all"

HABITS: list[tuple[str, dict[str, bytes], str]] = [
    ("nothing odd", {}, SENT),
    ("a long greeting", {"connect": b"220-welcome\r\n220-no spam\r\n220 mail"}, SENT),
    ("no name in the greeting", {"connect": b"220"}, SENT),
    ("no EHLO", {"EHLO": b"502 not implemented"}, SENT),
    ("no extensions", {"EHLO": b"250 mail"}, SENT),
    ("extensions in small letters", {"EHLO": b"250-mail\r\n250-size 1000\r\n250 8bitmime"}, SENT),
    ("a size of nothing", {"EHLO": b"250-mail\r\n250-SIZE\r\n250 HELP"}, SENT),
    ("STARTTLS nobody asked for", {"EHLO": b"250-mail\r\n250 STARTTLS"}, SENT),
    ("it forwards", {"RCPT": b"251 User not local; will forward"}, SENT),
    ("a reply of many lines", {"RCPT": b"250-ok\r\n250-really\r\n250 ok"}, SENT),
    ("a reply without words", {"RCPT": b"250"}, SENT),
    ("a reply that is not ASCII", {"end": "250 dank u, één".encode()}, SENT),
    ("a reply in latin-1", {"end": "250 één".encode("latin-1")}, SENT),
    ("QUIT is not answered", {"QUIT": HANG_UP}, SENT),
    ("QUIT is refused", {"QUIT": b"500 no"}, SENT),
    ("too busy at the greeting", {"connect": b"421 too busy"}, PUT_OFF),
    ("put off at the greeting", {"connect": b"450 later"}, PUT_OFF),
    ("no service at the greeting", {"connect": b"554 no SMTP service here"}, KEPT),
    ("a web server", {"connect": b"HTTP/1.1 400 Bad Request"}, KEPT),
    ("it says nothing and goes", {"connect": HANG_UP}, KEPT),
    ("no name is good enough", {"EHLO": b"550 bad name", "HELO": b"550 bad name"}, KEPT),
    ("it goes at EHLO", {"EHLO": HANG_UP}, KEPT),
    ("the sender is refused", {"MAIL": b"553 5.7.1 not yours"}, KEPT),
    ("signing in is required", {"MAIL": b"530 5.7.0 Authentication required"}, KEPT),
    ("the sender is put off", {"MAIL": b"451 4.7.1 too much mail from"}, PUT_OFF),
    ("the address is put off", {"RCPT": b"450 4.2.1 mailbox busy"}, PUT_OFF),
    ("a full mailbox", {"RCPT": b"452 4.2.2 over quota"}, PUT_OFF),
    ("too many recipients", {"RCPT": b"452 4.5.3 too many recipients"}, PUT_OFF),
    ("greylisted", {"RCPT": b"451 4.7.1 greylisted"}, PUT_OFF),
    ("goes away at RCPT", {"RCPT": b"421 4.3.2 shutting down"}, PUT_OFF),
    ("hangs up at RCPT", {"RCPT": HANG_UP}, PUT_OFF),
    ("a code that is none", {"RCPT": b"abc what"}, PUT_OFF),
    ("an unknown kind of code", {"RCPT": b"354 go on"}, PUT_OFF),
    ("a full disk", {"DATA": b"452 4.3.1 insufficient system storage"}, PUT_OFF),
    ("DATA is put off", {"DATA": b"451 4.3.0 later"}, PUT_OFF),
    ("hangs up at DATA", {"DATA": HANG_UP}, PUT_OFF),
    ("hangs up after the letter", {"end": HANG_UP}, PUT_OFF),
    ("put off after the letter", {"end": b"451 4.7.0 scanner busy"}, PUT_OFF),
    ("goes away after the letter", {"end": b"421 timeout"}, PUT_OFF),
    ("relaying denied", {"RCPT": b"550 5.7.1 relaying denied"}, REFUSED_ALL),
    ("nobody is known", {"RCPT": b"550 5.1.1 user unknown"}, REFUSED_ALL),
    ("a refusal without words", {"RCPT": b"550"}, REFUSED_ALL),
    ("DATA is refused", {"DATA": b"554 5.5.1 no valid recipients"}, REFUSED_ALL),
    ("taken for spam", {"end": b"554 5.7.1 looks like spam"}, REFUSED_ALL),
    ("too large", {"end": b"552 5.3.4 too large"}, REFUSED_ALL),
    ("taken with another code", {"end": b"252 taken, I think"}, SENT),
    ("taken and queued elsewhere", {"end": b"251 2.6.0 forwarded"}, SENT),
    ("a greeting with a tab", {"connect": b"220\tmail.example"}, SENT),
    ("replies with bare line feeds", {"RCPT": b"250-ok\n250 ok"}, SENT),
    ("a reply of many codes", {"RCPT": b"250-ok\r\n550 5.1.1 no"}, REFUSED_ALL),
    ("every extension there is", {"EHLO": EXTENSIONS}, SENT),
    ("signing in of long ago", {"EHLO": b"250-mail\r\n250 AUTH=LOGIN"}, SENT),
    ("it says yes to the text before it comes", {"DATA": b"250 ok"}, PUT_OFF),
    ("it asks for more after the letter", {"end": b"354 go on"}, PUT_OFF),
    ("it cannot check the address", {"RCPT": b"252 cannot verify"}, PUT_OFF),
    ("goes away at the sender", {"MAIL": b"421 4.3.2 closing"}, PUT_OFF),
    ("a disk that is full at the sender", {"MAIL": b"452 4.3.1 full"}, PUT_OFF),
    ("the sender's domain is unknown", {"RCPT": b"450 4.1.8 sender domain not found"}, PUT_OFF),
    ("too fast, for good", {"RCPT": b"550 5.7.1 rate limit exceeded"}, REFUSED_ALL),
    ("the address has a wrong form", {"RCPT": b"553 5.1.3 bad syntax"}, REFUSED_ALL),
    ("no RCPT was seen", {"DATA": b"503 5.5.1 need RCPT"}, REFUSED_ALL),
    ("the mailbox moved", {"RCPT": b"551 5.1.6 user has moved"}, REFUSED_ALL),
    ("a line without end", {"RCPT": b"250 " + b"x" * 9000}, PUT_OFF),
    ("STARTTLS first, please", {"MAIL": b"530 5.7.0 Must issue STARTTLS first"}, KEPT),
    ("another protocol", {"connect": b"* OK IMAP4rev1"}, KEPT),
]


@pytest.mark.parametrize(
    ("replies", "outcome"), [pytest.param(habit, end, id=name) for name, habit, end in HABITS]
)
def test_no_letter_is_lost_in_silence(
    queued: AppContext, now: datetime, replies: dict[str, bytes], outcome: str
) -> None:
    with ScriptedServer.open(**replies) as server:
        own = replace(queued.settings, smtp_url=f"smtp://127.0.0.1:{server.port}")
        result = deliver(replace(queued, settings=own), lambda: now)

    progress = outbox.progress(queued.engine, PERIOD)
    with reading(queued.engine) as connection:
        stored = connection.execute(select(table)).all()
    tried = [row for row in stored if row.put_off]
    if outcome == SENT:
        assert (progress, server.taken) == (Progress(sent=11), 11)
        return
    assert progress == Progress(waiting=11)
    assert server.taken == 0
    if outcome == KEPT:  # nothing is wrong with any letter: whoever looks is told
        assert result.error is not None
        assert not tried
    elif outcome == PUT_OFF:
        assert result.error is None
        assert len(tried) == result.put_off >= 3
    else:
        assert result.error is not None
        assert result.error.key == "mail.all_refused"
        assert all(row.reply.startswith("5") for row in tried)
        assert len(tried) == 10
