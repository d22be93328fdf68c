"""Another questionnaire, without a shell: chosen, shown with its changes, confirmed by toezicht."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from monitor import clock
from monitor.access import accounts, pending_acts
from monitor.access.roles import Grant, Person, Role
from monitor.context import AppContext, use_context
from monitor.errors import InputRefused
from monitor.locale import formats, texts
from monitor.organisation.register import current_tree
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.questionnaire_in_use import FIRST, in_use
from monitor.store.tables import survey_round
from tests.promises import intruder
from tests.stores import POSTGRESQL, SQLITE
from tests.web.test_files_in import PASSPHRASE, enter, hand_in, hidden

T = texts("nl")
HERE = "/bestanden/vragenlijst"
OR = Person("x", "or@stad.example", (Grant(Role.TOEZICHT),))
OWN = FIRST.read_text("utf-8").replace('"2026-1"', '"ons-1"')


@pytest.fixture
def manager(browser: TestClient, open_town: AppContext, now: datetime) -> TestClient:
    """The browser of a beheerder, in a town with a round under way and toezicht who can sign in."""
    accounts.add_with_password(
        open_town.engine, OR.email, Role.TOEZICHT, None, PASSPHRASE, "test", now
    )
    enter(browser, open_town, "beheerder")
    return browser


def preview(browser: TestClient, content: str = "", **fields: str) -> tuple[int, str]:
    """What the page says a file, or one of ours, would change."""
    fields["formulier"] = hidden(browser.get(HERE).text, "formulier")
    files = {"bestand": ("ons.toml", content.encode())} if content else {"bestand": ("", b"")}
    answer = browser.post(HERE, data=fields, files=files)
    return answer.status_code, unescape(answer.text)


def ask(browser: TestClient, page: str, *names: str) -> str:
    """Press the button on the page with the changes."""
    fields = {name: hidden(page, name) for name in ("formulier", *names)}
    answer = browser.post(HERE + "/vragen", data=fields)
    assert answer.status_code == 200
    return unescape(answer.text)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("way", "store"), [("file", SQLITE), ("ours", SQLITE), ("file", POSTGRESQL)]
)
def test_it_holds_when_toezicht_has_confirmed_and_from_the_next_round_on(
    manager: TestClient, open_town: AppContext, way: str
) -> None:
    before = in_use(open_town).version
    if way == "file":
        words = ("Klanten hadden", "Niemand had")
        status, page = preview(manager, OWN.replace(*words))
        waits, fields, version = T("chooser.waiting", version="ons-1"), ("inhoud", "naam"), "ons-1"
        assert "Niemand had" in page
    else:
        status, page = preview(manager, versie="2026-2")
        waits, fields, version = T("chooser.waiting", version="2026-2"), ("versie",), "2026-2"
    assert status == 200
    assert T("change.restarts") in page
    assert waits in ask(manager, page, *fields)
    assert in_use(open_town).version == before

    (act,) = pending_acts.waiting(open_town.engine)
    pending_acts.confirm(open_town.engine, act.id, OR, clock.now())

    assert in_use(open_town).version == version
    (under_way,) = rounds.all_rounds(open_town.engine)
    assert under_way.questionnaire != in_use(open_town).digest


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("version = 1\n[[theme", "ons.toml"),
        (OWN.replace('key = "druk"', 'key = "respect"'), "thema"),
        (OWN.replace('"ons-1"', '"2026-1"').replace("Klanten", "Burgers"), "2026-1 bestaat al"),
        (OWN.replace("scale", "scala"), "scala"),
        ("PK\x03\x04", "ons.toml"),
    ],
)
def test_a_wrong_file_is_refused_with_where_it_is_wrong(
    manager: TestClient, open_town: AppContext, content: str, sentence: str
) -> None:
    status, page = preview(manager, content)

    assert status == 422
    assert sentence in page
    assert pending_acts.waiting(open_town.engine) == ()


@pytest.mark.slow
def test_what_is_asked_already_and_nothing_at_all_are_refused(
    manager: TestClient, open_town: AppContext
) -> None:
    asked = in_use(open_town).version

    assert preview(manager, versie=asked) == (422, preview(manager, versie=asked)[1])
    assert T("questionnaire.same", version=asked) in preview(manager, versie=asked)[1]
    assert preview(manager)[0] == 422
    assert preview(manager, versie="2019-9")[0] == 422


@pytest.mark.parametrize("role", ["toezicht", "leidinggevende", "luisteraar"])
def test_the_page_is_for_a_beheerder(browser: TestClient, open_town: AppContext, role: str) -> None:
    enter(browser, open_town, role)

    assert browser.get(HERE).status_code == 403
    assert browser.get(HERE + "/nieuwste").status_code == 403
    assert browser.post(HERE + "/vragen", data={"versie": "2026-2"}).status_code == 403


def test_our_newest_can_be_had_to_begin_with(manager: TestClient) -> None:
    answer = manager.get(HERE + "/nieuwste")

    assert answer.status_code == 200
    assert 'version = "2026-2"' in answer.text
    status, page = preview(manager, answer.text.replace('"2026-2"', '"ons-2"'))
    assert status == 200
    assert T("change.new") in page


@pytest.mark.slow
def test_a_wrong_file_on_the_server_does_not_keep_anybody_from_choosing(
    manager: TestClient, open_town: AppContext, tmp_path: Path
) -> None:
    own = tmp_path / "questionnaire.toml"
    own.write_text("version = 1\n[[theme", encoding="utf-8")
    broken = replace(open_town, settings=replace(open_town.settings, questionnaire_file=own))
    use_context(broken)
    with pytest.raises(InputRefused):
        in_use(broken)  # the control: so no round would open
    for address in ("/bestanden/metingen", "/bestanden/teksten/uitleg"):
        assert manager.get(address).status_code == 200

    status, page = preview(manager, versie="2026-2")
    assert status == 200
    ask(manager, page, "versie")
    (act,) = pending_acts.waiting(open_town.engine)
    pending_acts.confirm(open_town.engine, act.id, OR, clock.now())
    assert in_use(broken).version == "2026-2"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_pages_of_what_was_asked_say_that_somebody_else_changed_the_last_round(
    manager: TestClient, open_town: AppContext, caplog: pytest.LogCaptureFixture, language: str
) -> None:
    pages = (HERE, "/bestanden/metingen", "/bestanden/teksten/uitleg",
             "/bestanden/teksten/dpia?vorm=bestand")  # fmt: skip
    addresses = [f"{page}{'&' if '?' in page else '?'}taal={language}" for page in pages]
    assert {manager.get(each).status_code for each in addresses} == {200}  # the control
    with intruder.writing_in(open_town) as connection:
        connection.execute(update(survey_round).values(minimum=1))
    (period,) = (round_.period for round_ in rounds.all_rounds(open_town.engine))
    month = formats.month(period, language)

    for address in addresses:
        caplog.clear()
        answer = manager.get(address)
        assert answer.status_code == 503
        assert texts(language)("message.altered.text", month=month) in unescape(answer.text)
        assert [record.getMessage() for record in caplog.records] == ["round.not_genuine"]


def test_members_are_not_read_in_beside_a_round_that_somebody_else_changed(
    manager: TestClient, open_town: AppContext
) -> None:
    """The page says so, and does not fail."""
    with intruder.writing_in(open_town) as connection:
        connection.execute(update(survey_round).values(minimum=1))
    (period,) = (round_.period for round_ in rounds.all_rounds(open_town.engine))
    content = b"email,unit\np@stad.example," + current_tree(open_town.engine).units[-1].key.encode()

    status, page = hand_in(manager, "/bestanden/leden", "leden.csv", content)

    refused = T("round.not_genuine", period=formats.Month(period))
    assert (status, refused in unescape(page)) == (422, True)


def test_what_no_form_of_ours_says_is_a_bad_request(manager: TestClient) -> None:
    token = hidden(manager.get(HERE).text, "formulier")
    for content in ("no base64", "caf\u00e9"):
        fields = {"formulier": token, "inhoud": content, "naam": "ons.toml"}
        assert manager.post(HERE + "/vragen", data=fields).status_code == 400
