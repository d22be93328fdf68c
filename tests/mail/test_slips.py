"""Slips to cut out: ten per page, per team, with a code that can be scanned and typed."""

from __future__ import annotations

import io
import re
from collections import Counter
from datetime import UTC, date, datetime

import pypdf
import pytest

from monitor.locale import texts
from monitor.pulse.invitations import codes
from monitor.pulse.invitations.letter_text import promise
from monitor.reports.slips import Slip, SlipTemplate, pdf, shuffled

TEMPLATE = SlipTemplate(
    "https://teamklimaat.waterrijk.example", "nl", 5, "2026-11", date(2026, 11, 17)
)
TODAY = date(2026, 11, 3)
TYPED = re.compile(r"(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}")


def slips(team: str, count: int) -> list[Slip]:
    return [Slip(team, codes.new_code("2026-11")) for _ in range(count)]


def pages(content: bytes) -> list[str]:
    """The text of each page, with single spaces for line ends."""
    reader = pypdf.PdfReader(io.BytesIO(content))
    return [" ".join(page.extract_text().split()) for page in reader.pages]


@pytest.mark.slow
def test_ten_slips_a_page_and_each_team_on_pages_of_its_own() -> None:
    in_order = shuffled(slips("Oost", 13) + slips("West", 3))

    printed = pages(pdf(in_order, TEMPLATE, TODAY))

    assert [len(TYPED.findall(page)) for page in printed] == [10, 3, 3]
    assert [("Oost" in page, "West" in page) for page in printed] == [
        (True, False),
        (True, False),
        (False, True),
    ]
    typed = [code for page in printed for code in TYPED.findall(page)]
    assert Counter(codes.parse(code).text for code in typed) == Counter(s.code for s in in_order)


@pytest.mark.slow
def test_every_slip_has_the_promise_the_address_and_the_last_day() -> None:
    (page,) = pages(pdf(slips("Oost", 2), TEMPLATE, TODAY))
    t = texts("nl")

    for sentence in promise(t, 5):
        assert page.count(sentence) == 2
    assert page.count("teamklimaat.waterrijk.example/pulse") == 2
    assert page.count("tot en met dinsdag 17 november") == 2


def test_slips_are_in_random_order() -> None:
    original = slips("Oost", 60)

    result = shuffled(original)

    assert sorted(s.code for s in result) == sorted(s.code for s in original)
    assert list(result) != original
    assert [s.team for s in shuffled(slips("B", 2) + slips("A", 2))] == ["B", "B", "A", "A"]


def test_the_paper_is_a4_and_carries_no_time_of_day() -> None:
    read = pypdf.PdfReader(io.BytesIO(pdf(slips("Oost", 1), TEMPLATE, TODAY)))

    box = read.pages[0].mediabox
    assert (round(box.width / 72 * 25.4), round(box.height / 72 * 25.4)) == (210, 297)
    assert read.metadata is not None
    assert read.metadata.creation_date == datetime(2026, 11, 3, tzinfo=UTC)


@pytest.mark.slow
@pytest.mark.parametrize(
    "team", ["Zorg’s café – “Noord”", "Čapek šéhir", "名前", "W" * 120, "lang " * 24]
)
def test_any_name_of_a_team_can_be_printed(team: str) -> None:
    (page,) = pages(pdf(slips(team.strip(), 10), TEMPLATE, TODAY))

    assert len(TYPED.findall(page)) == 10
