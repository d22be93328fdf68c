"""One mail message: plain text and simple HTML, nothing to fetch, nothing that reports back."""

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
    """What is the same in every letter of this installation."""

    sender: str
    organisation: str
    base_url: str
    language: str


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph; with an address it ends in a link."""

    text: str
    link: str = field(default="", repr=False)


def signature(head: Letterhead, t: Texts) -> Part:
    """The paragraph at the end: who sends this."""
    name = t("mail.from", organisation=head.organisation) if head.organisation else "Teamklimaat"
    return Part(name)


def compose(
    head: Letterhead, to: str, subject: str, parts: tuple[Part, ...], mark: str, now: datetime
) -> EmailMessage:
    """The message, ready to be handed to a mail server.

    Parameters
    ----------
    mark
        Tells this message from every other one, also when it is sent again; the Message-ID.
    now
        The Date header.
    """
    _, address = parseaddr(head.sender)
    message = EmailMessage()
    message["From"] = head.sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mark}@{address.rpartition('@')[2]}>"
    # So that no absence notice comes back, and with it the name of who is away.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content("\n\n".join(map(_plain, parts)) + "\n", cte="quoted-printable")
    html = HTML.format(
        language=head.language, title=escape(subject), body="".join(map(_html, parts))
    )
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = head.language
    return message


def _plain(part: Part) -> str:
    return f"{part.text}\n{part.link}" if part.link else part.text


def _html(part: Part) -> str:
    link = escape(part.link)
    end = f'<br><a href="{link}">{link}</a>' if link else ""
    return f"<p>{escape(part.text)}{end}</p>"
