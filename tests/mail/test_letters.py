"""What is in a letter, and what is not."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest

from monitor.locale import languages, texts
from monitor.mail.message import Letterhead
from monitor.pulse.invitations import codes
from monitor.pulse.invitations.letter_text import LetterContent, RoundFacts, compose_letter
from monitor.pulse.invitations.letters import Kind

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
CODE = codes.code_of("2026-11", bytes(range(10)))
BASE = "https://teamklimaat.waterrijk.example"
ODD = "O & R <script>"


def letter_of(kind: Kind, language: str, *, replaced: bool = False) -> EmailMessage:
    head = Letterhead("Teamklimaat <app@waterrijk.example>", ODD, BASE, language)
    facts = RoundFacts("2026-11", 5, date(2026, 11, 17))
    content = LetterContent(kind, "sanne@waterrijk.example", CODE, "m", replaced)
    return compose_letter(head, facts, content, NOW)


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


class Tags(HTMLParser):
    """Every tag and address in a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses |= {value or "" for name, value in attrs if name in ("href", "src")}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", Kind)
def test_the_plain_and_the_html_text_say_the_same(kind: Kind, language: str) -> None:
    message = letter_of(kind, language)
    plain, html = part(message, "plain"), part(message, "html")
    t = texts(language)

    for needed in (f"{BASE}/pulse/{CODE}", codes.show(CODE), f"{BASE}/privacy"):
        assert needed in plain
        assert needed in html
    for sentence in (
        t("pulse.promise.sealed"),
        t("pulse.promise.counted", minimum=5),
        t("pulse.promise.limit"),
    ):
        assert sentence in plain
        assert sentence in html
    assert (t("mail.remind.everybody") in plain) == (kind is not Kind.INVITE)
    assert "17 november" in plain.lower()
    assert "<script>" in plain
    assert "<script>" not in html


@pytest.mark.parametrize("kind", Kind)
def test_a_letter_fetches_nothing_and_asks_for_no_receipt(kind: Kind) -> None:
    message = letter_of(kind, "nl")
    page = Tags(part(message, "html"))

    assert page.tags <= {"html", "head", "meta", "title", "body", "p", "a", "br"}
    assert page.addresses == {
        f"{BASE}/pulse/{CODE}",
        f"{BASE}/pulse",
        f"{BASE}/privacy",
        f"{BASE}/pulse/{CODE}?taal=en",
    }
    assert "Disposition-Notification-To" not in message
    assert "Return-Receipt-To" not in message


def test_the_code_is_in_no_header() -> None:
    letter = letter_of(Kind.INVITE, "nl")

    headers = " ".join(str(value) for value in letter.values())
    assert CODE not in headers
    assert letter["Message-ID"] == "<m@waterrijk.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Content-Language"] == "nl"


def test_lines_are_short_and_plain_enough_for_every_mail_server() -> None:
    content = letter_of(Kind.SECOND_REMINDER, "nl").as_bytes()

    assert content.isascii()
    assert max(map(len, content.splitlines())) <= 78 + len("Subject: ")
    assert re.search(rb"^Subject: Herinnering", content, re.MULTILINE)


def test_a_letter_with_a_replaced_link_says_so() -> None:
    t = texts("nl")

    assert t("mail.invite.replaced") in part(letter_of(Kind.INVITE, "nl", replaced=True), "plain")
    assert t("mail.invite.replaced") not in part(letter_of(Kind.INVITE, "nl"), "plain")
