"""An unexpected error: a calm sentence of our own, its type and place in the log."""

from __future__ import annotations

import logging

import pytest

from monitor.dashboard import phrases, visit
from monitor.errors import RoundAltered, StoreBusy, StoreFailing
from monitor.locale import texts
from monitor.locale.formats import Month
from monitor.logs import Note
from tests.dashboard.conftest import OpenPage, SealMonth, SignIn

SECRET = "something a colleague typed"


@pytest.mark.parametrize(
    "error", [RuntimeError(SECRET), StoreBusy("store.busy"), StoreFailing("store.failing")]
)
def test_an_unexpected_error_shows_our_sentence_and_is_logged_without_its_text(
    open_page: OpenPage,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    def fail(_context: object) -> None:
        raise error

    monkeypatch.setattr(visit, "current_visit", fail)
    with caplog.at_level(logging.ERROR):
        page = open_page(None)

    assert [box.value for box in page.error] == [texts("nl")("app.failed")]
    assert not page.exception
    (note,) = [record.msg for record in caplog.records if isinstance(record.msg, Note)]
    assert note.event == "dashboard.failed"
    assert str(note.facts["error"]).endswith(type(error).__name__)
    assert "main.py" in str(note.facts["places"])
    assert SECRET not in repr(note)


def test_a_round_that_somebody_else_changed_is_named_with_whom_to_turn_to(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_context: object) -> None:
        raise RoundAltered(Month("2026-09"))

    monkeypatch.setattr(visit, "current_visit", fail)
    with caplog.at_level(logging.ERROR):
        page = open_page(None)

    expected = phrases.escaped(texts("nl")("round.not_genuine", period="september 2026"))
    assert [box.value for box in page.error] == [expected]
    notes = [record.msg for record in caplog.records if isinstance(record.msg, Note)]
    assert notes == [Note("round.not_genuine", {"period": "2026-09"})]


def test_an_error_inside_a_page_shows_beneath_what_was_drawn(
    seal_month: SealMonth,
    sign_in: SignIn,
    open_page: OpenPage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seal_month("2026-09", noord=(9, 4))
    token = sign_in("leidinggevende", "werk")
    monkeypatch.setattr(visit.Visit, "replies_to", property(lambda _visit: 1 / 0))

    page = open_page(token)

    assert len(page.error) == 1
    assert not page.exception


def test_leaving_for_another_page_is_no_error(sign_in: SignIn, open_page: OpenPage) -> None:
    page = open_page(sign_in("luisteraar"))

    assert not page.error
    assert not page.exception
