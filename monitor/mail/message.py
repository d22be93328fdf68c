"""Composing one mail message: plain text and simple HTML, without remote content or tracking."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from html import escape

from monitor.locale import Texts

HTML = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
    '</head><body style="font-family:system-ui,sans-serif;font-size:16px;line-height:1.5;'
    'max-width:38em;margin:1em auto;padding:0 1em">{body}</body></html>'
)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every mail of this installation shares."""

    sender: str
    organisation: str
    base_url: str
    language: str


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph, which ends in a link where there is one."""

    text: str
    link: str = field(default="", repr=False)


def signature(head: Letterhead, t: Texts) -> Part:
    """The last paragraph: the name of the sender."""
    name = t("mail.from", organisation=head.organisation) if head.organisation else "Teamklimaat"
    return Part(name)


def compose(
    head: Letterhead, to: str, subject: str, parts: tuple[Part, ...], mark: str, now: datetime
) -> EmailMessage:
    """The message, ready to be handed to a mail server.

    Parameters
    ----------
    mark
        Unique to this message, and the same when it is sent again: it makes the Message-ID.
    now
        Goes into the Date header.
    """
    message = EmailMessage()
    _add_headers(message, head.sender, to, subject, mark, now)
    message.set_content("\n\n".join(map(_plain, parts)) + "\n", cte="quoted-printable")
    body = "".join(map(_html, parts))
    html = HTML.format(language=head.language, title=escape(subject), body=body)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = head.language
    return message


def _add_headers(
    message: EmailMessage, sender: str, to: str, subject: str, mark: str, now: datetime
) -> None:
    _, address = parseaddr(sender)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mark}@{address.rpartition('@')[2]}>"
    # So that no absence notice comes back, and with it the name of somebody who is away.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"


def _plain(part: Part) -> str:
    return f"{part.text}\n{part.link}" if part.link else part.text


def _html(part: Part) -> str:
    link = escape(part.link)
    end = f'<br><a href="{link}">{link}</a>' if link else ""
    return f"<p>{escape(part.text)}{end}</p>"
