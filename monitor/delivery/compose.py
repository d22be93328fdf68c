"""What a letter says: plain text and simple HTML, nothing to fetch, nothing that reports back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from html import escape

from babel.dates import format_date

from monitor.access.accounts import LINK_HOURS
from monitor.locale import Texts, languages, texts
from monitor.pulse import codes, periods
from monitor.pulse.letters import Kind

HTML = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
    '</head><body style="font-family:system-ui,sans-serif;font-size:16px;line-height:1.5;'
    'max-width:38em;margin:1em auto;padding:0 1em">{body}</body></html>'
)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What is the same in every letter of a round."""

    sender: str
    organisation: str
    base_url: str
    language: str
    minimum: int
    period: str = ""
    closes_on: date | None = None

    @property
    def month(self) -> str:
        """The round's month, as people say it."""
        return format_date(periods.first_day(self.period), "LLLL y", locale=self.language)


@dataclass(frozen=True, slots=True)
class Content:
    """What is in one letter only."""

    kind: Kind
    to: str = field(repr=False)
    code: str = field(repr=False)
    mark: str
    """Tells this letter from every other, also when it is sent once more."""
    replaced: bool
    """Whether an earlier link of this round no longer works."""


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph; with an address it ends in a link."""

    text: str
    link: str = field(default="", repr=False)


def letter_to(head: Letterhead, content: Content, now: datetime) -> EmailMessage:
    """The invitation or reminder, ready to be handed in."""
    t = texts(head.language)
    kind = "invite" if content.kind is Kind.INVITE else "remind"
    subject = t(f"mail.{kind}.subject", month=head.month)
    return _message(head, content.to, subject, tuple(_parts(head, content, t)), content.mark, now)


def trial(head: Letterhead, to: str, mark: str, now: datetime) -> EmailMessage:
    """A letter that only shows that mail arrives."""
    t = texts(head.language)
    parts = (Part(t("mail.trial.text")), Part(_signature(head, t)))
    return _message(head, to, t("mail.trial.subject"), parts, mark, now)


def welcome(head: Letterhead, to: str, link: str, mark: str, now: datetime) -> EmailMessage:
    """The one-time link with which somebody chooses a passphrase."""
    t = texts(head.language)
    parts = (
        Part(t("mail.hello")),
        Part(t("mail.welcome.lead")),
        Part(t("mail.welcome.link", hours=LINK_HOURS), link),
        Part(t("mail.welcome.unexpected")),
        Part(_signature(head, t)),
    )
    return _message(head, to, t("mail.welcome.subject"), parts, mark, now)


def _parts(head: Letterhead, content: Content, t: Texts) -> Iterator[Part]:
    link = f"{head.base_url}/pulse/{content.code}"
    yield Part(t("mail.hello"))
    if content.kind is not Kind.INVITE:
        yield Part(t("mail.remind.everybody"))
    elif content.replaced:
        yield Part(t("mail.invite.replaced"))
    yield Part(t("mail.invite.lead"))
    yield Part(t("mail.link"), link)
    yield Part(t("mail.type", code=codes.show(content.code)), f"{head.base_url}/pulse")
    if head.closes_on is not None:
        day = format_date(head.closes_on, "EEEE d MMMM", locale=head.language)
        yield Part(t("mail.until", day=day))
    yield Part(" ".join(promise(t, head.minimum)))
    yield Part(t("mail.privacy"), f"{head.base_url}/privacy")
    yield Part(t("mail.yours"))
    for other in languages():
        if other != head.language:
            yield Part(texts(other)("mail.in_this_language"), f"{link}?taal={other}")
    yield Part(_signature(head, t))


def promise(t: Texts, minimum: int) -> tuple[str, str, str]:
    """The three sentences that stand above the questions too."""
    return (
        t("pulse.promise.sealed"),
        t("pulse.promise.counted", minimum=minimum),
        t("pulse.promise.limit"),
    )


def _signature(head: Letterhead, t: Texts) -> str:
    return t("mail.from", organisation=head.organisation) if head.organisation else "Teamklimaat"


def _message(
    head: Letterhead, to: str, subject: str, parts: tuple[Part, ...], mark: str, now: datetime
) -> EmailMessage:
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
