"""Methods, dilemmas and cards: for everybody, without an account, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from monitor.commands.serve import serve
from monitor.config.settings import Settings
from monitor.context import AppContext, use_context
from monitor.errors import InputRefused
from monitor.followup import methods
from monitor.followup.library import library
from monitor.operations.doctor import examine
from monitor.web.followup.pages import minutes_of
from tests.followup.own_files import OWN_METHODS, changed
from tests.web.test_team_page import text_of

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)


@pytest.mark.slow
def test_every_method_is_one_link_from_the_list(browser: TestClient) -> None:
    page = browser.get("/methoden").text
    linked = re.findall(r'href="/methoden/(\w+)"', page)

    assert sorted(linked) == sorted(m.key for m in library(Path()).methods.methods)
    assert linked[0] == "uitkomsten_lezen"
    for key in linked:
        assert browser.get(f"/methoden/{key}").status_code == 200


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_method_says_its_steps_with_minutes_what_not_to_do_and_its_evidence(
    browser: TestClient, language: str
) -> None:
    method = library(Path()).methods.method("praktijkdialoog")
    said = text_of(browser.get(f"/methoden/praktijkdialoog?taal={language}").text)

    for step in method.steps:
        assert step.title[language] in said
    for text in (*method.avoid, method.evidence, method.led_by, method.not_when):
        assert text[language] in said
    assert "5–12 min" in said
    assert method.sources[0].name in said
    for rule in library(Path()).methods.rules:
        assert rule[language] in said


def test_the_minutes_of_a_method_end_where_it_ends() -> None:
    for method in library(Path()).methods.methods:
        spans = minutes_of(method.steps)

        assert spans[0][0] == 0
        assert spans[-1][1] == method.minutes
        assert all(a[1] == b[0] for a, b in pairwise(spans))


def test_every_dilemma_has_both_sides_its_law_and_no_solution(browser: TestClient) -> None:
    page = browser.get("/dilemmas").text
    said = text_of(page)

    for card in library(Path()).dilemmas.dilemmas:
        assert f'id="{card.key}"' in page
        for text in (card.situation, card.choice, *card.values, *card.questions, *card.no_answer):
            assert text["nl"] in said
    assert page.count("Eerst de meldcode.") == sum(
        card.meldcode_first for card in library(Path()).dilemmas.dilemmas
    )


def test_every_card_is_one_link_from_the_list(browser: TestClient) -> None:
    linked = re.findall(r'href="/kaarten/(\w+)"', browser.get("/methoden").text)

    assert sorted(linked) == sorted(card.key for card in library(Path()).cards.cards)
    for key in linked:
        assert browser.get(f"/kaarten/{key}").status_code == 200


@pytest.mark.parametrize(
    "address", ["/methoden/bestaat_niet", "/kaarten/x", "/methoden/a/b", "/dilemmas/x", "/kaarten"]
)
def test_what_is_not_there_is_our_own_404(browser: TestClient, address: str) -> None:
    answer = browser.get(address)

    assert answer.status_code == 404
    assert "text/html" in answer.headers["content-type"]


def test_nobody_is_given_a_cookie_or_let_in_to_more(browser: TestClient) -> None:
    for address in ("/methoden", "/methoden/praktijkdialoog", "/dilemmas"):
        answer = browser.get(address)

        assert "set-cookie" not in answer.headers
        assert "<script" not in answer.text
        assert browser.post(address).status_code == 405


@pytest.fixture
def installation(context: AppContext, tmp_path: Path) -> Settings:
    """The settings of an installation whose own files are in a folder of the test."""
    settings = replace(context.settings, data_dir=tmp_path)
    use_context(replace(context, settings=settings))
    return settings


def test_an_own_file_goes_before_ours(browser: TestClient, installation: Settings) -> None:
    (installation.data_dir / methods.FILE).write_text(OWN_METHODS, encoding="utf-8")

    page = browser.get("/methoden").text

    assert re.findall(r'href="/methoden/(\w+)"', page) == ["praten", "luisteren", "vragen"]
    assert browser.get("/methoden/praktijkdialoog").status_code == 404


@pytest.mark.slow
def test_a_mistake_in_an_own_file_is_found_by_doctor(installation: Settings) -> None:
    wrong = changed(OWN_METHODS, "minutes = 6", "minutes = 7")
    (installation.data_dir / methods.FILE).write_text(wrong, encoding="utf-8")

    found = [f for f in examine(installation, NOON) if f.key == "followup.minutes"]

    assert [f.words["total"] for f in found] == [11]
    (installation.data_dir / methods.FILE).unlink()
    assert not [f for f in examine(installation, NOON) if f.key.startswith("followup.")]


def test_with_a_mistake_in_an_own_file_the_server_does_not_start(
    installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (installation.data_dir / methods.FILE).write_text('version = "1', encoding="utf-8")
    monkeypatch.setattr("monitor.server.serve.prepare", lambda _context: None)
    monkeypatch.setattr("monitor.server.serve.serve", lambda _listener: None)

    refused = CliRunner().invoke(serve, ["--port", "0"])

    assert isinstance(refused.exception, InputRefused)
    assert refused.exception.key == "toml.syntax"
    (installation.data_dir / methods.FILE).unlink()
    assert CliRunner().invoke(serve, ["--port", "0"]).exit_code == 0


def test_the_pages_are_a_link_away_from_every_plain_page(browser: TestClient) -> None:
    for address in ("/privacy", "/pulse", "/toegankelijkheid"):
        assert 'href="/methoden"' in browser.get(address).text
    assert 'href="/dilemmas"' in browser.get("/methoden").text


@pytest.mark.parametrize(
    ("address", "onward"),
    [
        ("/bestanden/weg", "/"),
        ("/klaagmuur/weg", "/klaagmuur"),
        ("/methoden/weg", "/methoden"),
        ("/kaarten/weg", "/methoden"),
        ("/privacy/weg", "/pulse"),
    ],
)
def test_what_is_not_there_leads_on_to_what_was_looked_for(
    browser: TestClient, address: str, onward: str
) -> None:
    """Every one of them used to lead to the field for a code."""
    assert f'<a class="button second" href="{onward}">' in browser.get(address).text
