"""The text of invitations and reminders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from email.message import EmailMessage

from babel.dates import format_date

from monitor.locale import Texts, languages, texts
from monitor.mail.message import Letterhead, Part, compose, signature
from monitor.pulse import periods
from monitor.pulse.invitations import codes
from monitor.pulse.invitations.letters import Kind


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """What is the same in every letter of a round."""

    period: str
    minimum: int
    closes_on: date | None = None

    def month(self, language: str) -> str:
        """The round's month in words."""
        return format_date(periods.first_day(self.period), "LLLL y", locale=language)


@dataclass(frozen=True, slots=True)
class LetterContent:
    """What differs from letter to letter."""

    kind: Kind
    to: str = field(repr=False)
    code: str = field(repr=False)
    mark: str
    """Identifies this letter, also when it is sent again."""
    replaced: bool
    """Whether an earlier link of this round no longer works."""


def compose_letter(
    head: Letterhead, facts: RoundFacts, content: LetterContent, now: datetime
) -> EmailMessage:
    """The invitation or reminder, ready to be handed to a mail server."""
    t = texts(head.language)
    kind = "invite" if content.kind is Kind.INVITE else "remind"
    subject = t(f"mail.{kind}.subject", month=facts.month(head.language))
    parts = tuple(_parts(head, facts, content, t))
    return compose(head, content.to, subject, parts, content.mark, now)


def _parts(head: Letterhead, facts: RoundFacts, content: LetterContent, t: Texts) -> Iterator[Part]:
    link = f"{head.base_url}/pulse/{content.code}"
    yield Part(t("mail.hello"))
    if content.kind is not Kind.INVITE:
        yield Part(t("mail.remind.everybody"))
    elif content.replaced:
        yield Part(t("mail.invite.replaced"))
    yield Part(t("mail.invite.lead"))
    yield Part(t("mail.link"), link)
    yield Part(t("mail.type", code=codes.show(content.code)), f"{head.base_url}/pulse")
    if facts.closes_on is not None:
        day = format_date(facts.closes_on, "EEEE d MMMM", locale=head.language)
        yield Part(t("mail.until", day=day))
    yield Part(" ".join(promise(t, facts.minimum)))
    yield Part(t("mail.privacy"), f"{head.base_url}/privacy")
    yield Part(t("mail.yours"))
    for other in languages():
        if other != head.language:
            yield Part(texts(other)("mail.in_this_language"), f"{link}?taal={other}")
    yield signature(head, t)


def promise(t: Texts, minimum: int) -> tuple[str, str, str]:
    """The promises, in the same three sentences as above the questions."""
    return (
        t("pulse.promise.sealed"),
        t("pulse.promise.counted", minimum=minimum),
        t("pulse.promise.limit"),
    )
