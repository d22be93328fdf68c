"""Uploads: previewed first, stored on confirmation, only with the permission."""

from __future__ import annotations

import io
import re
from html import unescape

import pytest
from openpyxl import Workbook
from sqlalchemy import select
from starlette.testclient import TestClient

from monitor import clock
from monitor.access import accounts, sessions
from monitor.access.roles import Role
from monitor.context import AppContext
from monitor.locale import texts
from monitor.organisation.members import members
from monitor.organisation.register import current_tree
from monitor.pulse.questionnaire import in_language
from monitor.pulse.rounds import questionnaire_in_use
from monitor.reports.paper_text import PAPERS
from monitor.store.engine import writing
from monitor.store.tables import account
from monitor.web.files import documents, papers

T = texts("nl")
PASSPHRASE = "vier losse natte eenden"
TREE = "unit;parent;name\nstad;;Stad\nwmo;stad;Wmo\nwmo-oost;wmo;Wmo <Oost>\n"
PAGES = ("/bestanden/organisatie", "/bestanden/leden", "/bestanden/uitnodigingen",
         "/bestanden/teksten/dpia")  # fmt: skip


def enter(browser: TestClient, context: AppContext, role: str) -> None:
    """Sign the browser in with that role."""
    email, now = f"{role}@stad.example", clock.now()
    unit = "stad" if role == "leidinggevende" else None
    accounts.add_with_password(context.engine, email, Role(role), unit, PASSPHRASE, "test", now)
    with writing(context.engine) as connection:
        of_account = select(account.c.id).where(account.c.email == email)
        token = sessions.start(connection, connection.scalars(of_account).one(), now)
    browser.cookies.set(sessions.cookie_name(context.settings.secure), token)


@pytest.fixture
def manager(browser: TestClient, context: AppContext) -> TestClient:
    """A browser in which the beheerder is signed in."""
    enter(browser, context, "beheerder")
    return browser


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    field = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert field
    return unescape(field[1])


def hand_in(browser: TestClient, path: str, name: str, content: bytes) -> tuple[int, str]:
    """Upload a file through the form on the page; status and page."""
    form = browser.get(path).text
    answer = browser.post(
        path, data={"formulier": hidden(form, "formulier")}, files={"bestand": (name, content)}
    )
    return answer.status_code, answer.text


def confirm(browser: TestClient, path: str, page: str) -> tuple[int, str]:
    """Press the button on the page that shows what was read."""
    fields = {name: hidden(page, name) for name in ("formulier", "inhoud")}
    answer = browser.post(f"{path}/bewaren", data=fields)
    return answer.status_code, answer.text


def test_a_tree_is_previewed_and_stored_when_confirmed(
    manager: TestClient, context: AppContext
) -> None:
    status, shown = hand_in(manager, PAGES[0], "boom.csv", TREE.encode())

    assert status == 200
    assert "Wmo &lt;Oost&gt;" in shown
    assert not current_tree(context.engine).units

    status, done = confirm(manager, PAGES[0], shown)

    assert status == 200
    assert T("upload.tree.total", count=3) in unescape(done)
    assert current_tree(context.engine).get("wmo-oost").name == "Wmo <Oost>"


def test_units_that_would_close_are_listed_beforehand(
    manager: TestClient, town: AppContext
) -> None:
    _, shown = hand_in(
        manager, PAGES[0], "boom.csv", b"unit,parent,name\nstad,,Stad\nwmo,stad,Wmo\n"
    )

    assert T("upload.tree.closing") in unescape(shown)
    assert "Wmo West" in shown


def test_members_are_counted_with_a_warning_about_small_teams(
    manager: TestClient, town: AppContext
) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["email", "unit"])
    for number in range(18):
        sheet.append([f"p{number}@stad.example", "wmo-oost" if number < 6 else "wmo-west"])
    held = io.BytesIO()
    book.save(held)

    _, shown = hand_in(manager, PAGES[1], "leden.xlsx", held.getvalue())

    text = unescape(shown)
    assert T("suppression.title", count=1) in text
    assert T("suppression.often", months=5) in text
    assert text.count(T("suppression.fine")) == 1
    assert confirm(manager, PAGES[1], shown)[0] == 200
    assert len(members(town.engine)) == 18


def test_faults_are_listed_by_row_and_nothing_is_stored(
    manager: TestClient, context: AppContext
) -> None:
    status, page = hand_in(
        manager, PAGES[0], "boom.csv", b"unit,parent\nstad,\nwmo,weg\nwmo,stad\n,stad\n"
    )

    text = unescape(page)
    assert status == 422
    assert 'role="alert"' in page
    assert text.index("Regel 3") < text.index("Regel 4")
    assert "Regel 5: de kolom onderdeel (unit) is leeg" in text
    assert not current_tree(context.engine).units


def test_only_the_columns_that_are_missing_are_asked_for(manager: TestClient) -> None:
    _, page = hand_in(manager, PAGES[0], "boom.csv", b"onderdeel;chef\nstad;Noor\n")

    assert "In boom.csv ontbreekt: bovenliggend (parent). De kolommen zijn nu: onderdeel, chef" in (
        unescape(page)
    )


def test_a_confirmed_table_is_checked_again(manager: TestClient, context: AppContext) -> None:
    _, shown = hand_in(manager, PAGES[0], "boom.csv", TREE.encode())
    changed = {"formulier": hidden(shown, "formulier"), "inhoud": "unit,parent\na,b\n"}

    answer = manager.post(f"{PAGES[0]}/bewaren", data=changed)

    assert answer.status_code == 422
    assert not current_tree(context.engine).units


def test_a_form_without_a_file_is_refused_in_words(manager: TestClient) -> None:
    status, page = hand_in(manager, PAGES[0], "", b"")

    assert status == 422
    assert T("upload.nothing") in unescape(page)


def test_a_file_that_is_far_too_large_is_refused(manager: TestClient) -> None:
    form = manager.get(PAGES[0]).text

    answer = manager.post(
        PAGES[0],
        data={"formulier": hidden(form, "formulier")},
        files={"bestand": ("groot.csv", bytes(6 * 1024 * 1024))},
    )

    assert answer.status_code == 413


@pytest.mark.parametrize("path", PAGES[:2])
def test_a_form_from_elsewhere_changes_nothing(
    manager: TestClient, town: AppContext, path: str
) -> None:
    before = current_tree(town.engine)
    file = {"bestand": ("boom.csv", TREE.encode())}

    refused = manager.post(path, data={"formulier": "x"}, files=file)
    assert refused.status_code == 403
    assert "Dit formulier is verlopen" in refused.text
    assert manager.post(f"{path}/bewaren", data={"inhoud": TREE}).status_code == 403
    form = {"formulier": hidden(manager.get(path).text, "formulier")}
    elsewhere = {"sec-fetch-site": "cross-site"}
    assert manager.post(path, data=form, files=file, headers=elsewhere).status_code == 403
    assert manager.post(path, data=form).status_code == 400
    assert current_tree(town.engine) == before


@pytest.mark.parametrize("role", [role.value for role in Role if role is not Role.BEHEERDER])
@pytest.mark.parametrize("path", PAGES)
def test_other_roles_are_refused(
    browser: TestClient, town: AppContext, role: str, path: str
) -> None:
    enter(browser, town, role)

    refused = browser.get(path)
    assert refused.status_code == 403
    assert "Je bent wel aangemeld" in refused.text
    assert browser.post(path, data={}).status_code in (403, 405)


@pytest.mark.parametrize("path", PAGES)
def test_without_a_session_people_sign_in_and_come_back(
    browser: TestClient, context: AppContext, path: str
) -> None:
    answer = browser.get(path)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/aanmelden?naar={path.replace('/', '%2F')}"
    assert browser.post(path).status_code in (303, 405)


@pytest.mark.slow
def test_a_text_to_adapt_has_the_facts_of_this_installation_filled_in(
    manager: TestClient, context: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in PAPERS:
        page = manager.get(f"/bestanden/teksten/{name}").text
        assert "Gemeente Waterrijk" in page
        assert not re.search(r"\{[a-z_]+\}|\*\*|\n#", page.partition("<article")[2])
        assert page.count("<h1>") == 1
    file = manager.get("/bestanden/teksten/dpia?vorm=bestand")
    assert file.headers["content-disposition"] == 'attachment; filename="dpia.md"'
    assert file.text.startswith("# DPIA")
    assert manager.get("/bestanden/teksten/geheim").status_code == 404
    printed = manager.get("/bestanden/teksten/luisteraar?vorm=pdf")
    assert printed.headers["content-disposition"] == 'attachment; filename="luisteraar.pdf"'
    assert printed.content.startswith(b"%PDF")
    monkeypatch.setattr(papers, "MOST_AT_ONCE", 0)
    assert manager.get("/bestanden/teksten/luisteraar?vorm=pdf").status_code == 503


def test_papers_say_who_reads_what_the_questionnaire_in_use_asks(context: AppContext) -> None:
    """Not what another one would ask: the first one kept nothing from whoever leads above."""
    latest, first = questionnaire_in_use.ours("2026-2"), questionnaire_in_use.ours("2026-1")
    request = documents.document(context, "instemmingsverzoek")
    assert in_language(latest.themes[-1].title, "nl") in request
    for theme in latest.themes:
        for question in theme.questions:
            named = in_language(question.text, "nl") in request
            assert named == (theme.team_only or question.team_only)
    assert T("document.kept_above") in documents.document(context, "uitleg")

    with writing(context.engine) as connection:
        questionnaire_in_use.choose(connection, first, "", "test", clock.now())
    request = documents.document(context, "instemmingsverzoek")
    assert T("document.none") in request
    assert T("document.not_noticed") in request
    assert T("document.shown_above") in documents.document(context, "uitleg")


@pytest.mark.slow
def test_units_close_only_when_that_is_ticked_and_all_are_shown(
    manager: TestClient, context: AppContext
) -> None:
    many = TREE + "".join(f"team{n};stad;Team {n}\n" for n in range(47))
    _, shown = hand_in(manager, PAGES[0], "boom.csv", many.encode())
    confirm(manager, PAGES[0], shown)

    _, shown = hand_in(manager, PAGES[0], "boom.csv", TREE.encode())

    assert all(f"<li>Team {n}</li>" in shown for n in range(47))
    assert 'name="sluiten" value="ja" required' in shown
    status, page = confirm(manager, PAGES[0], shown)
    assert status == 422
    assert "Zou dichtgaan: team46 (Team 46)" in unescape(page)
    assert len(current_tree(context.engine).open_units) == 50
    fields = {name: hidden(shown, name) for name in ("formulier", "inhoud")}
    ticked = manager.post(f"{PAGES[0]}/bewaren", data=fields | {"sluiten": "ja"})
    assert ticked.status_code == 200
    assert len(current_tree(context.engine).open_units) == 3


def test_a_tree_that_closes_nothing_asks_for_no_tick(manager: TestClient) -> None:
    _, shown = hand_in(manager, PAGES[0], "boom.csv", TREE.encode())

    assert "sluiten" not in shown


def test_what_was_left_aside_is_said(manager: TestClient, town: AppContext) -> None:
    _, tree = hand_in(manager, PAGES[0], "b.csv", b"unit,parent,name,Kosten\nstad,,Stad,3\n")
    _, people = hand_in(manager, PAGES[1], "l.csv", b"E-mail,Team,Naam\na@b.nl,Wmo West,Noor\n")

    assert "Kosten" in tree
    assert "Deze kolom is niet gelezen: Naam." in unescape(people)
