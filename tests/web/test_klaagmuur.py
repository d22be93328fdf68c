"""The klaagmuur's pages, as the sender of a vent sees them."""

from __future__ import annotations

import html
import logging
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote_plus

import anyio
import pytest
from httpx2 import Response
from sqlalchemy import func, select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.testclient import TestClient
from starlette.types import Message

from monitor import clock
from monitor.access import accounts
from monitor.access.roles import Role
from monitor.context import AppContext, use_context
from monitor.errors import StoreBusy
from monitor.klaagmuur import access_word, contacts, luisteraars, reader_status, shredding, vents
from monitor.klaagmuur.rate_limit import HourlyCap
from monitor.klaagmuur.reader_key import Cost
from monitor.klaagmuur.readers import Luisteraar
from monitor.locale import texts
from monitor.store.engine import reading
from monitor.store.klaagmuur_tables import vent
from monitor.web.http import forms
from monitor.web.klaagmuur import conversation
from monitor.web.klaagmuur import write as write_page
from tests.plain_pages import application

TEXT = "Ik heb <b>geen</b> zin meer & ik ben moe 😀\n\nEcht niet."
MOST_BYTES = 20_000


def enrol(context: AppContext, name: str) -> Luisteraar:
    email = f"{name.split(maxsplit=1)[0].lower()}@waterrijk.example"
    accounts.add(context.engine, email, Role.LUISTERAAR, None, "sanne", clock.now())
    account = luisteraars.account_of(context.engine, email)
    assert account is not None
    new = luisteraars.make_key("vier losse natte eenden", Cost(rounds=1, memory=8192))
    return luisteraars.enrol(context.engine, account, name, new, "sanne", clock.now())


@pytest.fixture
def noor(context: AppContext) -> Luisteraar:
    """The first luisteraar."""
    return enrol(context, "Noor Bakker")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_page, "ANSWER_SECONDS", 0.0)
    monkeypatch.setattr(conversation, "WRONG_CODE_SECONDS", 0.0)
    monkeypatch.setattr(write_page, "vents_cap", HourlyCap())
    monkeypatch.setattr(write_page, "wrong_words", HourlyCap(50, 150))
    monkeypatch.setattr(conversation, "notes_cap", HourlyCap())


@pytest.fixture
def browser(context: AppContext) -> Iterator[TestClient]:
    """A browser that does not follow redirects."""
    with TestClient(application(), follow_redirects=False) as client:
        yield client


def write(browser: TestClient, text: str = TEXT, **fields: str) -> Response:
    return browser.post("/klaagmuur", data={"tekst": text, "bedoeling": "reply"} | fields)


def typed(answer: Response) -> str:
    """The content of the text field of a page."""
    field = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", answer.text, re.DOTALL)
    assert field is not None, answer.text
    return html.unescape(field[1])


def receipt(answer: Response) -> str:
    shown = re.search(r'id="code">([0-9A-Z-]+)<', answer.text)
    assert shown is not None, answer.text
    return shown[1]


def stored(context: AppContext) -> int:
    with reading(context.engine) as connection:
        return connection.execute(select(func.count()).select_from(vent)).scalar_one()


@pytest.mark.usefixtures("noor")
def test_the_page_says_who_reads_and_where_help_is(browser: TestClient, noor: Luisteraar) -> None:
    page = browser.get("/klaagmuur")

    assert page.status_code == 200
    assert "Noor Bakker" in page.text
    assert noor.fingerprint in page.text
    assert 'href="tel:112"' in page.text
    assert "Huis voor Klokkenluiders" in page.text
    assert "Noem geen namen of nummers" in page.text
    assert "Wat is niet beschermd" in page.text
    assert "Bij gevaar of een ernstig misdrijf kan Noor Bakker verplicht zijn" in page.text
    assert page.text.index("Alleen Noor Bakker leest het") < page.text.index('id="tekst"')
    assert 'rel="noreferrer"' in page.text


@pytest.mark.usefixtures("noor")
def test_before_anybody_fills_in_a_number_only_the_national_ones_are_there(
    browser: TestClient,
) -> None:
    page, t = browser.get("/klaagmuur").text, texts("nl")

    assert set(re.findall(r'href="tel:([^"]*)"', page)) == contacts.NATIONAL
    assert t("klaagmuur.need.danger") in page
    assert t("klaagmuur.need.aggression") not in page
    assert t("klaagmuur.need.talk") not in page


@pytest.mark.slow
@pytest.mark.usefixtures("noor")
def test_pages_are_small_and_need_no_script_and_no_cookie(browser: TestClient) -> None:
    sent = write(browser)
    answers = [
        browser.get("/klaagmuur"),
        browser.get("/klaagmuur?taal=en"),
        sent,
        write(browser, "bel mevrouw Bakker op 0612345678"),
        browser.get("/klaagmuur/gesprek"),
        browser.post("/klaagmuur/gesprek", data={"code": receipt(sent)}),
    ]

    for answer in answers:
        assert answer.status_code == 200
        assert len(answer.content) <= MOST_BYTES
        assert "<script" not in answer.text
        assert "javascript:" not in answer.text
        assert "set-cookie" not in answer.headers


@pytest.mark.slow
@pytest.mark.usefixtures("noor")
def test_help_is_in_sight_on_every_page(browser: TestClient, context: AppContext) -> None:
    access_word.set_access_word(context.engine, "lepel", "sanne", clock.now())
    sent = write(browser, toegangswoord="lepel")
    code = receipt(sent)
    pages = [
        browser.get("/klaagmuur"),
        sent,
        write(browser),
        write(browser, "bel mevrouw Bakker", toegangswoord="lepel"),
        browser.get("/klaagmuur/gesprek"),
        browser.post("/klaagmuur/gesprek", data={"code": "0000"}),
        browser.post("/klaagmuur/gesprek", data={"code": code}),
    ]

    for page in pages:
        bar = re.search(r'<div class="exit-bar">.*?</div>', page.text, re.DOTALL)
        assert bar is not None
        assert 'href="tel:112"' in bar[0]
        assert 'href="#hulp"' in bar[0]
        assert page.text.count('id="hulp"') == 1
        assert "Huis voor Klokkenluiders" in page.text


@pytest.mark.usefixtures("noor")
def test_help_is_shown_when_the_store_does_not_answer(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise StoreBusy("store.busy")

    monkeypatch.setattr(conversation.contacts, "current_in", busy)

    page = browser.get("/klaagmuur/gesprek")

    assert page.status_code == 200
    assert 'href="tel:112"' in page.text


@pytest.mark.parametrize("own", ["", "kapot = ["], ids=["defaults", "broken"])
@pytest.mark.parametrize("failure", [StoreBusy("store.busy"), RuntimeError("anything")])
def test_the_writing_page_shows_112_and_113_without_the_store(
    browser: TestClient,
    context: AppContext,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    failure: Exception,
    own: str,
) -> None:
    def fails(*_: object) -> None:
        raise failure

    if own:
        (tmp_path / "help.toml").write_text(own)
        settings = replace(context.settings, help_file=tmp_path / "help.toml")
        use_context(replace(context, settings=settings))
    monkeypatch.setattr(luisteraars, "listed", fails)

    page = browser.get("/klaagmuur")

    assert page.status_code == 503
    assert 'href="tel:112"' in page.text
    assert 'href="tel:08000113"' in page.text
    assert ("even te druk" in page.text) == isinstance(failure, StoreBusy)
    assert "14 0999" not in page.text


@pytest.mark.usefixtures("noor")
def test_the_limits_are_explained_before_the_button(browser: TestClient) -> None:
    page = browser.get("/klaagmuur").text

    assert page.index("manier van schrijven") < page.index(">Versturen<")
    before = page[: page.index("manier van schrijven")]
    assert before.count("<details") == before.count("</details")


@pytest.mark.usefixtures("noor")
def test_a_wrong_access_word_is_linked_to_its_field(
    browser: TestClient, context: AppContext
) -> None:
    access_word.set_access_word(context.engine, "lepel", "sanne", clock.now())

    assert '<a href="#toegangswoord">' in write(browser, toegangswoord="vork").text


@pytest.mark.usefixtures("noor")
def test_enter_does_not_send_a_text_with_marks(browser: TestClient) -> None:
    code = receipt(write(browser))
    name = "Mevrouw Bakker belde."
    for page in (
        write(browser, name),
        browser.post("/klaagmuur/gesprek", data={"code": code, "stap": "antwoord", "tekst": name}),
    ):
        first = re.search(r"<button[^>]*>", page.text)
        assert first is not None
        assert 'value="toch"' in page.text
        assert re.search(r'value="(versturen|antwoord)"', first[0])


@pytest.mark.usefixtures("noor")
def test_the_receipt_code_of_a_vent_opens_the_conversation(browser: TestClient) -> None:
    sent = write(browser, thema="pressure", gevoel="tired", bewaren="30")
    code = receipt(sent)

    opened = browser.post("/klaagmuur/gesprek", data={"code": code.replace("-", " ").lower()})
    replied = browser.post(
        "/klaagmuur/gesprek", data={"code": code, "stap": "antwoord", "tekst": "Nog iets."}
    )

    assert sent.status_code == 200
    assert TEXT not in html.unescape(sent.text)
    assert opened.status_code == 200
    assert TEXT in html.unescape(opened.text)
    assert "nog niet gelezen" in opened.text
    assert "Nog iets." in replied.text


def test_without_a_luisteraar_the_page_says_so_and_the_text_comes_back(
    browser: TestClient, context: AppContext
) -> None:
    page, answer = browser.get("/klaagmuur"), write(browser)

    assert (page.status_code, answer.status_code) == (503, 503)
    assert "nu dicht" in page.text
    assert "hulp hieronder" in page.text
    assert texts("nl")("klaagmuur.lead") not in page.text
    assert 'href="tel:112"' in page.text
    assert "<form" not in page.text
    assert typed(answer) == TEXT
    assert stored(context) == 0


@pytest.mark.usefixtures("noor")
def test_a_wrong_access_word_gives_the_text_back(browser: TestClient, context: AppContext) -> None:
    access_word.set_access_word(context.engine, "Blauwe Lepel", "sanne", clock.now())
    assert 'name="toegangswoord"' in browser.get("/klaagmuur").text

    wrong = write(browser, toegangswoord="groene lepel")
    missing = write(browser)
    right = write(browser, toegangswoord=" blauwe  LEPEL")

    assert (wrong.status_code, missing.status_code, right.status_code) == (422, 422, 200)
    assert typed(wrong) == typed(missing) == TEXT
    assert "toegangswoord klopt niet" in wrong.text
    assert stored(context) == 1


@pytest.mark.usefixtures("noor")
@pytest.mark.parametrize("text", ["x" * 2001, "😀" * 5000, "a\n" * 1500, "x" * 200_000])
def test_a_text_that_is_too_long_comes_back_whole(
    browser: TestClient, context: AppContext, text: str
) -> None:
    answer = write(browser, text)

    assert answer.status_code == 422
    assert typed(answer) == text
    assert "te lang" in answer.text
    assert stored(context) == 0


@pytest.mark.slow
@pytest.mark.usefixtures("noor")
@pytest.mark.parametrize("letter", ["x", "é", "😀", "\n"])
def test_of_far_too_long_a_text_the_beginning_and_every_choice_come_back(
    browser: TestClient, context: AppContext, letter: str
) -> None:
    text = letter * (2 * forms.LONG_TEXT.kept // len(quote_plus(letter)))
    answer = write(browser, text, thema="pressure", bewaren="30", tellen="ja", stap="toch")

    assert answer.status_code == 422
    back = typed(answer)
    assert text.startswith(back)
    assert len(back) >= forms.LONG_TEXT.kept // len(quote_plus(letter)) - 100
    assert "alleen het begin" in answer.text
    for chosen in ('value="pressure" checked', 'value="30" checked', 'value="reply" checked'):
        assert chosen in answer.text
    assert re.search(r'name="tellen" value="ja" checked', answer.text)
    assert stored(context) == 0


@pytest.mark.usefixtures("noor")
def test_of_far_too_long_an_answer_the_beginning_comes_back(browser: TestClient) -> None:
    code = receipt(write(browser))
    fields = {"code": code, "tekst": "y" * forms.LONG_TEXT.kept, "stap": "toch"}

    answer = browser.post("/klaagmuur/gesprek", data=fields)
    opened = browser.post("/klaagmuur/gesprek", data={"code": code})

    assert answer.status_code == 422
    assert len(typed(answer)) >= forms.LONG_TEXT.kept - 100
    assert "alleen het begin" in answer.text
    assert "yyy" not in opened.text


@pytest.mark.parametrize("announced", [True, False])
def test_of_a_hundred_megabytes_hardly_any_is_read(announced: bool) -> None:
    part = b"x" * (64 * 1024)
    messages = 0

    async def receive() -> Message:
        nonlocal messages
        messages += 1
        return {"type": "http.request", "body": part, "more_body": True}

    length = [(b"content-length", b"104857600")] if announced else []
    scope = {"type": "http", "method": "POST", "path": "/klaagmuur", "headers": length}

    with pytest.raises(HTTPException) as refused:
        anyio.run(forms.form_of, Request(scope, receive), forms.LONG_TEXT)

    assert refused.value.status_code == 413
    assert messages * len(part) <= (0 if announced else forms.LONG_TEXT.read + 2 * len(part))


@pytest.mark.usefixtures("noor")
def test_an_empty_vent_is_refused_in_words(browser: TestClient, context: AppContext) -> None:
    answer = write(browser, "  ")

    assert answer.status_code == 422
    assert "Er staat nog niets" in answer.text
    assert stored(context) == 0


@pytest.mark.usefixtures("noor")
def test_what_looks_like_client_data_is_shown_in_place_and_can_be_sent_anyway(
    browser: TestClient, context: AppContext
) -> None:
    text = "Mevrouw Bakker met BSN 111222333 schreeuwde <weer>."

    warned = write(browser, text, thema="aggression", bewaren="30", tellen="ja")
    kept = stored(context)
    anyway = write(browser, text, thema="aggression", stap="toch")

    assert warned.status_code == 200
    assert kept == 0
    assert re.search(r"<mark[^>]*>Bakker</mark>", warned.text)
    assert re.search(r"<mark[^>]*>111222333</mark>", warned.text)
    assert "&lt;weer&gt;" in warned.text
    assert "Toch versturen" in warned.text
    assert "Aanpassen" in warned.text
    assert typed(warned) == text
    for chosen in ('value="aggression" checked', 'value="30" checked', 'value="reply" checked'):
        assert chosen in warned.text
    assert re.search(r'name="tellen" value="ja" checked', warned.text)
    assert anyway.status_code == 200
    assert receipt(anyway)
    assert stored(context) == 1


@pytest.mark.usefixtures("noor")
@pytest.mark.parametrize("failure", [StoreBusy("store.busy"), OSError(28, "No space"), KeyError()])
def test_whatever_fails_the_text_comes_back(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def fails(*_: object) -> str:
        raise failure

    monkeypatch.setattr(vents, "send", fails)

    answer = write(browser)

    assert answer.status_code == 503
    assert typed(answer) == TEXT
    assert answer.headers["retry-after"]


@pytest.mark.usefixtures("noor")
def test_a_key_folder_that_cannot_be_written_loses_no_text(
    browser: TestClient, context: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shredding, "_stocks", {})
    shutil.rmtree(context.keys.path, ignore_errors=True)
    context.keys.path.parent.mkdir(parents=True, exist_ok=True)
    context.keys.path.write_text("not a folder")

    answer = write(browser)

    assert answer.status_code == 503
    assert typed(answer) == TEXT
    assert stored(context) == 0


@pytest.mark.usefixtures("noor")
def test_a_double_click_is_one_vent(browser: TestClient, context: AppContext) -> None:
    once = re.search(r'name="eenmalig" value="([^"]+)"', browser.get("/klaagmuur").text)
    assert once is not None

    first, second = write(browser, eenmalig=once[1]), write(browser, eenmalig=once[1])

    assert receipt(first) == receipt(second)
    assert stored(context) == 1


def test_with_two_luisteraars_the_sender_picks(browser: TestClient, context: AppContext) -> None:
    noor = enrol(context, "Noor")
    karim = enrol(context, "Karim")
    with_announced = browser.get("/klaagmuur").text
    assert "Aangekondigd: Karim" in with_announced
    assert 'name="lezer"' not in with_announced
    key = luisteraars.unlock(context.engine, noor, "vier losse natte eenden")
    reader_status.sign_in_new(context.engine, noor, key, karim.id, "noor", clock.now())

    page = browser.get("/klaagmuur").text
    code = receipt(write(browser, lezer=karim.id))

    assert page.count('name="lezer"') == 2
    assert karim.fingerprint in page
    assert "Karim heeft het nog niet gelezen" in (
        browser.post("/klaagmuur/gesprek", data={"code": code}).text
    )
    assert write(browser, lezer="iemand").status_code == 422


@pytest.mark.usefixtures("noor")
def test_the_absence_of_a_luisteraar_is_shown(
    browser: TestClient, context: AppContext, noor: Luisteraar
) -> None:
    today = clock.today()
    reader_status.set_absence(context.engine, noor, (today, today + timedelta(9)), None)

    assert "afwezig tot en met" in browser.get("/klaagmuur").text


@pytest.mark.usefixtures("noor")
def test_withdrawing_is_confirmed_first_and_then_deletes_everything(
    browser: TestClient, context: AppContext
) -> None:
    code = receipt(write(browser))

    warned = browser.post("/klaagmuur/gesprek", data={"code": code, "stap": "intrekken"})
    gone = browser.post(
        "/klaagmuur/gesprek", data={"code": code, "stap": "intrekken", "zeker": "ja"}
    )
    after = browser.post("/klaagmuur/gesprek", data={"code": code})

    assert warned.status_code == 422
    assert '<a href="#zeker">' in warned.text
    assert "<details open>" in warned.text
    assert 'id="zeker"' in warned.text
    assert gone.status_code == 200
    assert "Het is weg" in gone.text
    assert 'id="hulp"' in gone.text
    assert "Snel deze pagina verlaten" in gone.text
    assert after.status_code == 404
    assert '<a href="#code">' in after.text
    assert stored(context) == 0


@pytest.mark.usefixtures("noor")
def test_a_wrong_code_and_a_withdrawn_one_give_the_same_page(browser: TestClient) -> None:
    code = receipt(write(browser))
    browser.post("/klaagmuur/gesprek", data={"code": code, "stap": "intrekken", "zeker": "ja"})

    pages = [
        browser.post("/klaagmuur/gesprek", data={"code": each, "stap": step, "tekst": "Lief"})
        for each in (code, "0000-0000-0000-0000-0000")
        for step in ("", "antwoord", "toch")
    ]

    assert {page.status_code for page in pages} == {404}
    assert len({page.text.replace(code, "0000-0000-0000-0000-0000") for page in pages}) == 1
    assert typed(pages[0]) == "Lief"


@pytest.mark.usefixtures("noor")
def test_only_a_wrong_code_costs_time(browser: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    code = receipt(write(browser))
    monkeypatch.setattr(conversation, "WRONG_CODE_SECONDS", 1.0)
    monkeypatch.setattr(conversation.anyio, "sleep", sleep)

    browser.post("/klaagmuur/gesprek", data={"code": code})
    right = list(slept)
    for wrong in ("0000-0000-0000-0000-0000", "zomaar iets", ""):
        browser.post("/klaagmuur/gesprek", data={"code": wrong})

    assert right == []
    assert slept == [1.0] * 3


@pytest.mark.usefixtures("noor")
def test_an_answer_is_checked_for_client_data_too(browser: TestClient) -> None:
    code = receipt(write(browser))
    fields = {"code": code, "tekst": "Het was meneer Bakker."}

    warned = browser.post("/klaagmuur/gesprek", data=fields | {"stap": "antwoord"})
    anyway = browser.post("/klaagmuur/gesprek", data=fields | {"stap": "toch"})
    long = browser.post(
        "/klaagmuur/gesprek", data={"code": code, "stap": "antwoord", "tekst": "y" * 3000}
    )

    assert re.search(r"<mark[^>]*>Bakker</mark>", warned.text)
    assert typed(warned) == "Het was meneer Bakker."
    assert "Het is verstuurd" in anyway.text
    assert long.status_code == 422
    assert '<a href="#tekst">' in long.text
    assert typed(long) == "y" * 3000


@pytest.mark.usefixtures("noor")
def test_a_flood_gives_the_text_back(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch, context: AppContext
) -> None:
    monkeypatch.setattr(write_page, "vents_cap", HourlyCap(1, 1))
    code = receipt(write(browser, "eerst"))

    answer = write(browser)

    assert answer.status_code == 503
    assert typed(answer) == TEXT
    assert stored(context) == 1

    monkeypatch.setattr(conversation, "notes_cap", HourlyCap(0, 0))
    note = {"code": code, "stap": "toch", "tekst": "nog iets"}
    answered = browser.post("/klaagmuur/gesprek", data=note)
    assert answered.status_code == 503
    assert typed(answered) == "nog iets"


@pytest.mark.usefixtures("noor")
def test_nothing_of_it_is_logged(browser: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    code = receipt(write(browser, "kanarie-7731"))
    browser.post("/klaagmuur/gesprek", data={"code": code})

    ours = [record for record in caplog.records if not record.name.startswith("httpx")]
    logged = " ".join(f"{record.getMessage()} {record.args}" for record in ours)
    for secret in ("kanarie", code, code.replace("-", "")):
        assert secret not in logged


async def _moment() -> float:
    return anyio.current_time()
